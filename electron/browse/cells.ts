import type { Cell } from '../contract/browse.ts';
import { quoteName } from '../sql/quote.ts';
import type { Column } from './relation.ts';

const short = new Set(
  `bool int2 int4 int8 float4 float8 oid date time timetz timestamp timestamptz interval uuid money char inet cidr
  macaddr macaddr8 tid xid xid8 cid pg_lsn`.split(/\s+/),
);

/**
 * The text of a value, null for NULL. Never a cast of the dataset's own, which would run its code: `format` calls the
 * type's output function. A row of NULLs is no NULL.
 */
export function textSql(column: Pick<Column, 'builtin'>, value: string): string {
  const { builtin } = column;
  if (builtin === 'bool' || builtin === 'text' || builtin === 'varchar') return `${value}::text`;
  return `CASE WHEN ${value} IS DISTINCT FROM NULL THEN format('%s', ${value}) END`;
}

/** Expressions for the values of columns, and how their results are read. */
export interface CellList {
  readonly sql: readonly string[];
  read(row: readonly (string | null)[]): Cell[];
}

/** What is shown of a bytea, in bytes, where cells are as short as a page wants them. */
const binaryBytes = 64;
const pageLimit = 4096;

/** The values of columns of `alias`, cut on the server from `limit` characters on. */
export function cellList(columns: readonly Column[], alias: string, limit: number): CellList {
  const sql: string[] = [];
  const places = columns.map((column) => {
    const value = `${alias}.${quoteName(column.name)}`;
    const at = sql.length;
    if (column.builtin !== null && short.has(column.builtin)) {
      sql.push(textSql(column, value));
      return { at, isCut: false };
    }
    if (column.builtin === 'bytea') {
      const most = limit > pageLimit ? Math.floor(limit / 2) : binaryBytes;
      sql.push(
        `'\\x' || encode(substring(${value} FROM 1 FOR ${most}), 'hex')`,
        `CASE WHEN octet_length(${value}) > ${most} THEN octet_length(${value}) END`,
      );
      return { at, isCut: true };
    }
    const text = textSql(column, value);
    sql.push(
      `left(${text}, ${limit})`,
      // Characters are counted only where there are enough bytes: that needs no unpacking of a stored text.
      `CASE WHEN octet_length(${text}) > ${limit} AND char_length(${text}) > ${limit} THEN octet_length(${text}) END`,
    );
    return { at, isCut: true };
  });
  return {
    sql,
    read: (row) =>
      places.map(({ at, isCut }) => {
        const text = row[at] ?? null;
        const bytes = isCut ? (row[at + 1] ?? null) : null;
        return text === null || bytes === null ? text : { text, bytes: Number(bytes) };
      }),
  };
}
