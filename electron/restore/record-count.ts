import type { Node } from 'libpg-query';
import { openCounter } from '../archives/dumps/rows.ts';
import type { SqlParser } from '../sql/parser.ts';
import type { SqlStatement } from '../sql/split-items.ts';

/** Counts the rows that follow a COPY, its header apart. */
export function countRecords(
  parser: SqlParser,
  statement: SqlStatement,
): { push(chunk: Buffer): void; records(): number } {
  const node = parser.parse(statement);
  const options = 'CopyStmt' in node ? (node.CopyStmt.options ?? []) : [];
  const isCsv = options.some((option) => valueOfOption(option, 'format') === 'csv');
  const header = options.map((option) => valueOfOption(option, 'header')).find((value) => value !== null);
  const hasHeader = header !== undefined && !/^(false|off|0)$/i.test(header ?? '');
  const counter = openCounter(isCsv ? 'csv' : 'text');
  return {
    push: (chunk) => counter.push(chunk),
    records: () => Math.max(0, counter.records - (hasHeader ? 1 : 0)),
  };
}

function valueOfOption(option: Node, name: string): string | null {
  if (!('DefElem' in option) || option.DefElem.defname !== name) return null;
  const { arg } = option.DefElem;
  if (arg === undefined) return 'true';
  if ('String' in arg) return arg.String.sval ?? '';
  if ('Boolean' in arg) return String(arg.Boolean.boolval ?? false);
  if ('Integer' in arg) return String(arg.Integer.ival ?? 0);
  return 'true';
}
