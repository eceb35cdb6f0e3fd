import type { Filter, ForeignKey, RelatedRows, RowRelations, TableName } from '../contract/browse.ts';
import { isRockpoolError } from '../contract/errors.ts';
import { quoteName } from '../sql/quote.ts';
import { openBinder } from './bind.ts';
import { rowGone } from './cell.ts';
import { textSql } from './cells.ts';
import { listForeignKeys } from './details.ts';
import { filterSql } from './filters.ts';
import { placeSql, readHandle } from './handle.ts';
import { columnOf, findRelation, type Relation, relationSql } from './relation.ts';
import { withRelation } from './relations.ts';
import { onlyOnce, readRoots } from './roots.ts';
import type { LiveReader, Query } from './sessions.ts';

export interface RelatedWish {
  readonly table: TableName;
  readonly handle: string;
  /** How long counting the rows of one table may take. */
  readonly deadlineMs?: number;
}

const defaultDeadlineMs = 2000;

/**
 * Reads what a row points at and how many rows of each table point at it, with the filters that list them. A foreign
 * key with a NULL in it points nowhere and is left out. Throws `table_not_found` or `row_not_found`.
 */
export async function readRelated(
  reader: LiveReader,
  { table, handle, deadlineMs = defaultDeadlineMs }: RelatedWish,
  signal?: AbortSignal,
): Promise<RowRelations> {
  const sides = await withRelation(reader, table, { signal }, async (query, relation) => {
    const out = await listForeignKeys(query, { from: relation.oid });
    const into = await listForeignKeys(query, { to: relation.oid });
    const names = [...out.flatMap((key) => key.columns), ...into.flatMap((key) => key.targetColumns)];
    const values = await readValues(query, relation, handle, [...new Set(names)]);
    const rootOf = await readRoots(query);
    // Of a table whose partitions have a key each, all rows are listed by its root, once.
    const once = (sides: readonly Side[]) => onlyOnce(sides, ({ table: other, filters }) => [other, filters]);
    return {
      points: once(
        out.flatMap((key) => sideOf(key, rootOf(key.target), key.columns, key.targetColumns, values)),
      ),
      named: once(
        into.flatMap((key) => sideOf(key, rootOf(key.table), key.targetColumns, key.columns, values)),
      ),
    };
  });
  const count = (side: Side): Promise<RelatedRows> => countSide(reader, side, deadlineMs, signal);
  return { points: await inTurn(sides.points, count), named: await inTurn(sides.named, count) };
}

type Side = Omit<RelatedRows, 'rows'>;

async function readValues(
  query: Query,
  relation: Relation,
  handle: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  const binder = openBinder();
  const place = placeSql(relation, readHandle(handle), binder, 't');
  const texts = names.map((name) => textSql(columnOf(relation, name), `t.${quoteName(name)}`));
  const [row] = await query(
    `SELECT ${['1', ...texts].join(', ')} FROM ${relationSql(relation)} AS t WHERE ${place} LIMIT 1`,
    binder.values,
  );
  if (row === undefined) throw rowGone(relation);
  return new Map(names.map((name, at) => [name, row[at + 1] ?? null]));
}

function sideOf(
  foreignKey: ForeignKey,
  table: TableName,
  here: readonly string[],
  there: readonly string[],
  values: ReadonlyMap<string, string | null>,
): Side[] {
  const filters: Filter[] = [];
  for (const [at, column] of there.entries()) {
    const value = values.get(here[at] ?? '') ?? null;
    if (value === null) return [];
    filters.push({ column, operator: '=', values: [value] });
  }
  return [{ foreignKey, table, filters }];
}

async function countSide(
  reader: LiveReader,
  side: Side,
  deadlineMs: number,
  signal: AbortSignal | undefined,
): Promise<RelatedRows> {
  try {
    const rows = await reader.read({ signal, deadlineMs }, async (query) => {
      const relation = await findRelation(query, side.table);
      const binder = openBinder();
      const conditions = filterSql(relation, side.filters, binder, 't');
      const sql = `SELECT count(*) FROM ${relationSql(relation)} AS t WHERE ${conditions.join(' AND ')}`;
      return Number((await query(sql, binder.values))[0]?.[0] ?? 0);
    });
    return { ...side, rows };
  } catch (error) {
    if (isRockpoolError(error, 'timeout')) return { ...side, rows: null };
    throw error;
  }
}

async function inTurn<In, Out>(list: readonly In[], work: (one: In) => Promise<Out>): Promise<Out[]> {
  const done: Out[] = [];
  for (const one of list) done.push(await work(one));
  return done;
}
