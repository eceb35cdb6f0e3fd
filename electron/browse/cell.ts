import type { TableName, WholeCell } from '../contract/browse.ts';
import { RockpoolError } from '../contract/errors.ts';
import { quoteName } from '../sql/quote.ts';
import { openBinder } from './bind.ts';
import { textSql } from './cells.ts';
import { placeSql, readHandle } from './handle.ts';
import { columnOf, type Relation, relationSql } from './relation.ts';
import { withRelation } from './relations.ts';
import type { LiveReader } from './sessions.ts';

/** Which value is wanted. `maxBytes` is as much as is handed out of it. */
export interface CellWish {
  readonly table: TableName;
  readonly handle: string;
  readonly column: string;
  readonly maxBytes: number;
}

/**
 * Reads a whole value: text, or base64 for bytea. Throws `table_not_found`, `column_not_found`, and `row_not_found`
 * where the row is gone.
 */
export function readCell(reader: LiveReader, wish: CellWish, signal?: AbortSignal): Promise<WholeCell> {
  const most = Math.trunc(wish.maxBytes);
  return withRelation(reader, wish.table, { signal }, async (query, relation) => {
    const column = columnOf(relation, wish.column);
    const value = `t.${quoteName(column.name)}`;
    const isBinary = column.builtin === 'bytea';
    const text = textSql(column, value);
    const binder = openBinder();
    const place = placeSql(relation, readHandle(wish.handle), binder, 't');
    // A character has four bytes at most, so what is cut by characters is never longer than wanted.
    const characters = Math.floor(most / 4);
    const list = isBinary
      ? `encode(substring(${value} FROM 1 FOR ${most}), 'base64'), octet_length(${value}), (octet_length(${value}) <= ${most})::int`
      : `CASE WHEN octet_length(${text}) <= ${most} THEN ${text} ELSE left(${text}, ${characters}) END,
         octet_length(${text}), (octet_length(${text}) <= ${most})::int`;
    const [row] = await query(
      `SELECT ${list} FROM ${relationSql(relation)} AS t WHERE ${place} LIMIT 1`,
      binder.values,
    );
    if (row === undefined) throw rowGone(relation);
    const [found = null, bytes, complete] = row;
    return {
      value: isBinary ? (found?.replaceAll('\n', '') ?? null) : found,
      encoding: isBinary ? 'base64' : 'text',
      bytes: Number(bytes ?? 0),
      complete: found === null || complete === '1',
    };
  });
}

/** What is thrown where a row is no longer there. */
export function rowGone({ schema, name }: Relation): RockpoolError {
  return new RockpoolError('row_not_found', `The row is no longer in ${schema}.${name}.`, {
    hint: 'It was deleted or moved, or the install was reset: read the rows again.',
    detail: { table: `${schema}.${name}` },
  });
}
