import type { RowsPage, RowsWish } from '../contract/browse.ts';
import { type Binder, openBinder } from './bind.ts';
import { orderName, readCursor, type ValuePlace, writeCursor } from './cursor.ts';
import { filterSql } from './filters.ts';
import { placeSql } from './handle.ts';
import { readHeap } from './heap.ts';
import {
  type Bound,
  behindSql,
  boundValue,
  fromSql,
  isStored,
  keySql,
  orderOf,
  orderSql,
  reversed,
  type Segment,
  type SortKey,
} from './order.ts';
import { seekPosition } from './position.ts';
import { type ProjectedRow, projectRows } from './project.ts';
import { type Relation, relationSql } from './relation.ts';
import { shownColumn, withRelation } from './relations.ts';
import type { LiveReader, Query } from './sessions.ts';
import { readCounted } from './unstored.ts';

/** Rows of a page and what lies around them, in the order of the table. */
export interface FoundRows {
  readonly rows: readonly ProjectedRow[];
  readonly hasMore: boolean;
  readonly hasBefore: boolean;
  readonly position: number | null;
}

/**
 * Reads one page of rows in an order in which no two rows are equal, so that pages neither repeat nor leave out a row
 * that stays what it is. Throws `table_not_found`, `column_not_found`, `usage` or `timeout`.
 */
export function readRows(reader: LiveReader, wish: RowsWish, signal?: AbortSignal): Promise<RowsPage> {
  return withRelation(reader, wish.table, { signal }, async (query, relation) => {
    if (!isStored(relation)) return readCounted(query, relation, wish);
    if (relation.key.length === 0 && wish.sort.length === 0) return readHeap(query, relation, wish);
    const keys = orderOf(relation, wish.sort);
    const order = orderName(keys);
    const page = new KeyedPage(query, relation, wish, keys);
    const { rows, hasMore, hasBefore, position } = await readFrom(page, wish, order);
    const cursor = (row: ProjectedRow | undefined, b: boolean): string | null =>
      row === undefined ? null : writeCursor({ o: order, b, at: row.values });
    return {
      columns: relation.columns.map(shownColumn),
      rows: rows.map(({ row }) => row),
      next: hasMore ? cursor(rows.at(-1), false) : null,
      previous: hasBefore ? cursor(rows[0], true) : null,
      position,
    };
  });
}

async function readFrom(page: KeyedPage, wish: RowsWish, order: string): Promise<FoundRows> {
  const { start } = wish;
  if (start === null) return page.forward(null, 0);
  if ('cursor' in start) {
    const { at, b } = readCursor(start.cursor, order);
    if (!('v' in at)) return page.forward(null, 0);
    return b ? page.backward(at) : page.forward(at, null);
  }
  const { position } = start;
  if (position === 0) return page.forward(null, 0);
  if (position < 1) {
    const found = await page.seek(position);
    // Near the end there are too few rows for a page: the last page is shown then.
    if (found?.hasMore === true) return { ...found, position };
  }
  return page.backward(null);
}

/** Reads pages of one relation in one order. */
class KeyedPage {
  readonly #query: Query;
  readonly #relation: Relation;
  readonly #wish: RowsWish;
  readonly #keys: readonly SortKey[];

  constructor(query: Query, relation: Relation, wish: RowsWish, keys: readonly SortKey[]) {
    this.#query = query;
    this.#relation = relation;
    this.#wish = wish;
    this.#keys = keys;
  }

  /** The page behind a row, or the first. */
  async forward(behind: ValuePlace | null, position: number | null): Promise<FoundRows> {
    const { rows, hasMore } = await this.#read(this.#keys, behind);
    return { rows, hasMore, hasBefore: behind !== null, position };
  }

  /** The page before a row, or the last. */
  async backward(before: ValuePlace | null): Promise<FoundRows> {
    const { rows, hasMore } = await this.#read(reversed(this.#keys), before);
    return { rows: rows.toReversed(), hasMore: before !== null, hasBefore: hasMore, position: null };
  }

  /** The page at a share of all rows; null where that share cannot be found. */
  async seek(position: number): Promise<FoundRows | null> {
    const bounds = await seekPosition(this.#query, this.#relation, this.#keys, position, this.#wish.filters);
    if (bounds === null) return null;
    const { rows, hasMore } = await this.#read(this.#keys, null, (keys, binder) =>
      fromSql(
        keys,
        bounds.flatMap((value, at) => {
          const key = keys[at];
          return key === undefined ? [] : [boundValue(key, value, binder)];
        }),
      ),
    );
    return { rows, hasMore, hasBefore: true, position };
  }

  async #read(
    keys: readonly SortKey[],
    behind: ValuePlace | null,
    from: (keys: readonly SortKey[], binder: Binder) => Segment[] = (_, binder) =>
      behind === null ? [() => 'true'] : behindSql(keys, this.#bounds(keys, behind, binder)),
  ): Promise<{ rows: ProjectedRow[]; hasMore: boolean }> {
    const { limit, filters, cellLimit } = this.#wish;
    const projection = projectRows(this.#relation, keys, cellLimit);
    const rows: ProjectedRow[] = [];
    const segments = from(keys, openBinder()).length;
    for (let at = 0; at < segments && rows.length <= limit; at++) {
      const binder = openBinder();
      const segment = from(keys, binder)[at]?.() ?? 'true';
      const conditions = [segment, ...filterSql(this.#relation, filters, binder, 't')];
      const chosen = `SELECT t.*${projection.system} FROM ${relationSql(this.#relation)} AS t
        WHERE ${conditions.join(' AND ')} ${orderSql(keys, keySql)} LIMIT ${limit + 1 - rows.length}`;
      for (const row of await this.#query(projection.wrap(chosen), binder.values))
        rows.push(projection.read(row));
    }
    return { rows: rows.slice(0, limit), hasMore: rows.length > limit };
  }

  #bounds(keys: readonly SortKey[], { v, cut, row }: ValuePlace, binder: Binder): Bound[] {
    return keys.map((key, at) => {
      if (cut.includes(at) && row !== null) {
        return () => {
          const place = placeSql(this.#relation, row, binder, 't');
          return `(SELECT ${keySql(key)} FROM ${relationSql(this.#relation)} AS t WHERE ${place})`;
        };
      }
      return boundValue(key, v[at] ?? null, binder);
    });
  }
}
