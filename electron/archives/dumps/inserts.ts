import { StatementSplitter } from '../../sql/split.ts';
import type { SplitItem, SqlStatement } from '../../sql/split-items.ts';
import { damaged } from './damage.ts';
import type { Encoding } from './encoding.ts';

export interface InsertsOptions {
  readonly file: string;
  /** Settings that stand before, as SQL on one line. */
  readonly before: string;
  readonly encoding: Encoding;
}

/** INSERTs out of a data block of pg_dump. Throws `archive_damaged` for anything else. */
export async function* readInserts(
  chunks: AsyncIterable<Buffer>,
  { file, before, encoding }: InsertsOptions,
): AsyncGenerator<SqlStatement> {
  const splitter = new StatementSplitter(file, { decode: encoding.decode });
  yield* statementsOf(splitter.push(Buffer.from(before)), file);
  let isFirst = true;
  for await (const chunk of chunks) {
    for (const statement of statementsOf(splitter.push(chunk), file)) yield requireInsert(statement);
    isFirst = false;
  }
  if (isFirst) return;
  for (const statement of statementsOf(splitter.end(), file)) yield requireInsert(statement);
}

function statementsOf(items: readonly SplitItem[], file: string): SqlStatement[] {
  return items.map((item) => {
    if (item.kind === 'statement') return item.statement;
    throw damaged(file, 'it should hold rows as INSERTs');
  });
}

function requireInsert(statement: SqlStatement): SqlStatement {
  if (/^insert\s/i.test(statement.text)) return statement;
  throw damaged(statement.file, `line ${statement.line} is no INSERT`);
}
