import type { BrowsedTable, BrowseResult, Cell, Filter, RowsPage, RowsWish } from '../contract/browse.ts';
import { RockpoolError } from '../contract/errors.ts';
import { readTableName } from './relation.ts';
import { readRows } from './rows.ts';
import type { LiveReader } from './sessions.ts';
import { listTables } from './tables.ts';

/** What the command line asks for: the tables, or rows of one. */
export interface BrowseWish {
  readonly table: string | null;
  /** Conditions as they were typed, such as `id=7`. */
  readonly where: readonly string[];
  readonly limit: number;
  /** The `next` of a former answer. */
  readonly after: string | null;
}

const mostAtOnce = 1000;
const cellLimit = 65_536;

/** Lists the tables of a live, or reads rows of one table, as one document. */
export async function browse(
  reader: LiveReader,
  { table: text, where, limit, after }: BrowseWish,
  signal?: AbortSignal,
): Promise<BrowseResult> {
  if (text === null) return describeTables(await listTables(reader, signal));
  const filters = where.map(readCondition);
  const table = await reader.read({ signal }, (query) => readTableName(query, text));
  let start: RowsWish['start'] = after === null ? null : { cursor: after };
  const rows: Cell[][] = [];
  for (;;) {
    const wish = {
      table,
      sort: [],
      filters,
      limit: Math.min(mostAtOnce, limit - rows.length),
      start,
      cellLimit,
    };
    const page: RowsPage = await readRows(reader, wish, signal);
    for (const row of page.rows) rows.push(row.cells);
    if (page.next === null || rows.length >= limit) {
      return { columns: page.columns.map(({ name, type }) => ({ name, type })), rows, next: page.next };
    }
    start = { cursor: page.next };
  }
}

const tableColumns = [
  ['schema', 'text'],
  ['name', 'text'],
  ['kind', 'text'],
  ['rows', 'bigint'],
  ['bytes', 'bigint'],
  ['columns', 'integer'],
  ['key', 'text'],
  ['changed', 'bigint'],
  ['comment', 'text'],
] as const;

function describeTables(tables: readonly BrowsedTable[]): BrowseResult {
  return {
    columns: tableColumns.map(([name, type]) => ({ name, type })),
    rows: tables.map((table) => [
      table.schema,
      table.name,
      table.kind,
      table.rows === null ? null : String(table.rows),
      String(table.bytes.total),
      String(table.columns),
      table.key.join(', '),
      String(table.changed),
      table.comment,
    ]),
    next: null,
  };
}

const conditionPattern = /^(.+?)(<=|>=|<>|!=|=|<|>)(.*)$/s;

/** Reads a condition such as `id=7` or `created_at>=2024-01-01`. Throws `usage`. */
export function readCondition(text: string): Filter {
  const [, column, operator, value = ''] = conditionPattern.exec(text) ?? [];
  if (column === undefined || operator === undefined) {
    throw new RockpoolError('usage', `${JSON.stringify(text)} is no condition.`, {
      hint: 'Write --where column=value; < <= > >= <> do too.',
    });
  }
  const known = operator === '!=' ? '<>' : (operator as Filter['operator']);
  return { column: column.trim(), operator: known, values: [value] };
}
