import { RockpoolError } from '../contract/errors.ts';
import { StatementSplitter } from './split.ts';
import type { SqlStatement } from './split-items.ts';

/** Splits a whole script. Throws `sql_refused` where it holds rows of a COPY, which only a reader of dumps takes apart. */
export function splitStatements(text: string, file: string): SqlStatement[] {
  const splitter = new StatementSplitter(file);
  const items = [...splitter.push(Buffer.from(text)), ...splitter.end()];
  return items.flatMap((item) => {
    if (item.kind === 'statement') return [item.statement];
    if (item.kind === 'skipped') return [];
    const line = item.kind === 'copy' ? item.statement.line : 0;
    throw new RockpoolError('sql_refused', `${file} holds rows of a COPY in line ${line}.`, {
      hint: 'A schema file holds statements only; rows belong into CSV files.',
      detail: { file, line },
    });
  });
}
