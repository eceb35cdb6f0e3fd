import { z } from 'zod';
import { RockpoolError } from '../contract/errors.ts';
import { parseOpaque, RowPlace } from './handle.ts';
import type { SortKey } from './order.ts';

/** Where a page ended: the row there by its values in the order, by its place in the table, or by a number of rows. */
export const Cursor = z.object({
  /** Which order it belongs to. */
  o: z.string(),
  /** True for a page that lies before the row. */
  b: z.boolean(),
  at: z.union([
    z.object({
      v: z.array(z.string().nullable()),
      /** Which of the values were too long to carry: they are looked up at the row's place. */
      cut: z.array(z.number().int()),
      row: RowPlace.nullable(),
    }),
    RowPlace,
    z.object({ n: z.number().int().nonnegative() }),
  ]),
});
export type Cursor = z.infer<typeof Cursor>;

/** The row that a cursor of an order by values names. */
export type ValuePlace = Extract<Cursor['at'], { v: unknown }>;

export function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** Reads a cursor of the given order. Throws `usage` for one of another order, or of nobody's. */
export function readCursor(text: string, order: string): Cursor {
  const cursor = parseOpaque(Cursor, text, 'This is no cursor of a page.');
  if (cursor.o === order) return cursor;
  throw new RockpoolError('usage', 'This cursor belongs to rows in another order.', {
    hint: 'Read the rows from the start.',
  });
}

/** A name for an order, for its cursors; rows in the order in which they lie have `place`. */
export function orderName(keys: readonly SortKey[]): string {
  return JSON.stringify(keys.map((key) => [key.name, key.descending ? 1 : 0]));
}
