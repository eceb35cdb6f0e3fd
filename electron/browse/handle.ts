import { z } from 'zod';
import { RockpoolError } from '../contract/errors.ts';
import { quoteName } from '../sql/quote.ts';
import { type Binder, compareSql } from './bind.ts';
import { columnOf, type Relation } from './relation.ts';

/** How a row is found again: by its key, or by where it lies in its table. */
export const RowPlace = z.union([
  z.object({ k: z.array(z.string()) }),
  z.object({ t: z.number().int(), c: z.string().regex(/^\(\d{1,10},\d{1,5}\)$/) }),
]);
export type RowPlace = z.infer<typeof RowPlace>;

/** Writes a row's place as the opaque text that shells hand around. */
export function writeHandle(place: RowPlace): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** Reads a handle. Throws `usage` for anything that `writeHandle` did not make. */
export function readHandle(text: string): RowPlace {
  return parseOpaque(RowPlace, text, 'This is no handle of a row.');
}

/** Reads what was written as opaque text, or throws `usage` with the sentence. */
export function parseOpaque<T>(schema: z.ZodType<T>, text: string, sentence: string): T {
  try {
    return schema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch {
    throw new RockpoolError('usage', sentence, { hint: 'Read the rows again from the start.' });
  }
}

/** The condition that only the row at this place fulfils. Throws `usage` where the place is of another table. */
export function placeSql(relation: Relation, place: RowPlace, binder: Binder, alias: string): string {
  if ('t' in place) {
    return `${alias}.tableoid = ${binder.bind(place.t)}::oid AND ${alias}.ctid = ${binder.bind(place.c)}::tid`;
  }
  if (relation.key.length === 0 || place.k.length !== relation.key.length) {
    throw new RockpoolError('usage', `This handle is of no row of ${relation.schema}.${relation.name}.`, {
      hint: 'Read the rows again from the start.',
      detail: { table: `${relation.schema}.${relation.name}` },
    });
  }
  return relation.key
    .map((name, at) => {
      const column = columnOf(relation, name);
      return compareSql(
        `${alias}.${quoteName(name)}`,
        '=',
        `${binder.bind(place.k[at])}::${column.base}`,
        column.operators,
      );
    })
    .join(' AND ');
}
