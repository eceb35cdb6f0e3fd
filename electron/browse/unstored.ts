import type { RowsPage, RowsWish } from '../contract/browse.ts';
import { openBinder } from './bind.ts';
import { orderName, readCursor, writeCursor } from './cursor.ts';
import { filterSql } from './filters.ts';
import { keySql, orderOf, orderSql } from './order.ts';
import { projectRows } from './project.ts';
import { type Relation, relationSql } from './relation.ts';
import { shownColumn } from './relations.ts';
import type { Query } from './sessions.ts';

/**
 * Reads a page of a view by counting rows off: a view has no key, and is worked out from its beginning for every page
 * anyway.
 */
export async function readCounted(query: Query, relation: Relation, wish: RowsWish): Promise<RowsPage> {
  const keys = orderOf(relation, wish.sort);
  const order = orderName(keys);
  const projection = projectRows(relation, keys, wish.cellLimit);
  const { start, limit } = wish;
  const from = (): { sql: string; values: unknown[] } => {
    const binder = openBinder();
    const conditions = ['true', ...filterSql(relation, wish.filters, binder, 't')];
    return {
      sql: `FROM ${relationSql(relation)} AS t WHERE ${conditions.join(' AND ')}`,
      values: binder.values,
    };
  };
  const count = async (): Promise<number> => {
    const { sql, values } = from();
    return Number((await query(`SELECT count(*) ${sql}`, values))[0]?.[0] ?? 0);
  };
  let skip = 0;
  let position: number | null = 0;
  if (start !== null && 'cursor' in start) {
    const { at } = readCursor(start.cursor, order);
    skip = 'n' in at ? at.n : 0;
    position = null;
  } else if (start !== null && start.position > 0) {
    const rows = await count();
    skip = Math.max(0, Math.min(Math.floor(rows * start.position), rows - limit));
    position = rows === 0 ? 0 : skip / rows;
  }
  const { sql, values } = from();
  const chosen = `SELECT t.* ${sql} ${orderSql(keys, keySql)} LIMIT ${limit + 1} OFFSET ${skip}`;
  const rows = (await query(projection.wrap(chosen), values)).map((row) => projection.read(row).row);
  const cursor = (n: number): string => writeCursor({ o: order, b: false, at: { n } });
  return {
    columns: relation.columns.map(shownColumn),
    rows: rows.slice(0, limit),
    next: rows.length > limit ? cursor(skip + limit) : null,
    previous: skip > 0 ? cursor(Math.max(0, skip - limit)) : null,
    position,
  };
}
