import type { Row } from '../contract/browse.ts';
import { quoteName } from '../sql/quote.ts';
import { type CellList, cellList, textSql } from './cells.ts';
import type { ValuePlace } from './cursor.ts';
import { type RowPlace, writeHandle } from './handle.ts';
import { isStored, orderSql, type SortKey } from './order.ts';
import { columnOf, type Relation } from './relation.ts';

/** How rows that were chosen are written out: cells, place and values in the order, worked out for those rows alone. */
export interface Projection {
  /** The whole statement around a choice of rows of `t`, whose columns are `t.*` and those of `system`. */
  wrap(chosen: string): string;
  /** What the choice selects beside `t.*`. */
  readonly system: string;
  read(row: readonly (string | null)[]): ProjectedRow;
}

export interface ProjectedRow {
  readonly row: Row;
  readonly place: RowPlace | null;
  readonly values: ValuePlace;
}

/** A value in a cursor is at most this long; no key in an index is longer. */
const longestValue = 3000;

/** Prepares the writing of rows of a relation in an order. */
export function projectRows(relation: Relation, keys: readonly SortKey[], cellLimit: number): Projection {
  const cells = cellList(relation.columns, 'r', cellLimit);
  const stored = isStored(relation);
  const own = (name: string): string => unusedName(relation, `rockpool ${name}`);
  const inner = (key: SortKey): string => `r.${quoteName(key.isSystem ? own(key.name) : key.name)}`;
  const places =
    relation.key.length > 0
      ? relation.key.map((name) => textSql(columnOf(relation, name), `r.${quoteName(name)}`))
      : stored
        ? [`r.${quoteName(own('tableoid'))}`, `r.${quoteName(own('ctid'))}`]
        : [];
  const values = keys.map((key) => {
    const text = key.isSystem ? `${inner(key)}::text` : textSql(columnOf(relation, key.name), inner(key));
    return `left(${text}, ${longestValue + 1})`;
  });
  const list = [...cells.sql, ...places, ...values];
  return {
    system: stored
      ? `, t.tableoid AS ${quoteName(own('tableoid'))}, t.ctid AS ${quoteName(own('ctid'))}`
      : '',
    wrap: (chosen) =>
      `SELECT ${list.length === 0 ? 'NULL' : list.join(', ')} FROM (${chosen}) AS r ${orderSql(keys, inner)}`,
    read: (row) => readProjected(relation, cells, row, places.length, values.length),
  };
}

function readProjected(
  relation: Relation,
  cells: CellList,
  row: readonly (string | null)[],
  places: number,
  values: number,
): ProjectedRow {
  const from = cells.sql.length;
  const placed = row.slice(from, from + places);
  const place = placeOf(relation, placed);
  const texts = row.slice(from + places, from + places + values);
  const cut = texts.flatMap((text, at) => (text !== null && text.length > longestValue ? [at] : []));
  return {
    row: { handle: place === null ? null : writeHandle(place), cells: cells.read(row) },
    place,
    values: {
      v: texts.map((text, at) => (cut.includes(at) ? null : text)),
      cut,
      row: cut.length > 0 ? place : null,
    },
  };
}

function placeOf(relation: Relation, placed: readonly (string | null)[]): RowPlace | null {
  if (relation.key.length > 0) return { k: placed.map((text) => text ?? '') };
  const [table, ctid] = placed;
  return table == null || ctid == null ? null : { t: Number(table), c: ctid };
}

function unusedName(relation: Relation, wanted: string): string {
  let name = wanted;
  while (relation.columns.some((column) => column.name === name)) name += '_';
  return name;
}
