import type { BrowsedTable, TableName } from '../contract/browse.ts';
import { quoteQualified } from '../sql/quote.ts';
import { keyColumns, kindOf, ofDataset, readableKinds } from './catalog.ts';
import { readObjects } from './json.ts';
import type { LiveReader, Query } from './sessions.ts';

interface Found {
  readonly oid: number;
  readonly parent: number | null;
  readonly schema: string;
  readonly name: string;
  readonly relkind: string;
  readonly ispartition: boolean;
  readonly rows: number;
  readonly table: number;
  readonly indexes: number;
  readonly toast: number;
  readonly comment: string | null;
  readonly columns: number;
  readonly key: string[];
  readonly changed: number;
}

const listing = `
  SELECT c.oid::int8, n.nspname AS schema, c.relname AS name, c.relkind, c.relispartition AS ispartition,
    (SELECT i.inhparent::int8 FROM pg_inherits i WHERE i.inhrelid = c.oid AND c.relispartition LIMIT 1) AS parent,
    c.reltuples::int8 AS rows,
    coalesce(pg_relation_size(c.oid), 0) AS table,
    CASE WHEN c.relkind IN ('r', 'm') THEN coalesce(pg_indexes_size(c.oid), 0) ELSE 0 END AS indexes,
    CASE WHEN c.reltoastrelid <> 0 THEN coalesce(pg_total_relation_size(c.reltoastrelid), 0) ELSE 0 END AS toast,
    obj_description(c.oid, 'pg_class') AS comment,
    (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
    ARRAY(SELECT a.attname::text FROM unnest(${keyColumns}) WITH ORDINALITY AS k (attnum, at)
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum ORDER BY k.at) AS key,
    pg_stat_get_tuples_inserted(c.oid) + pg_stat_get_tuples_updated(c.oid) + pg_stat_get_tuples_deleted(c.oid) AS changed
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE ${readableKinds} AND ${ofDataset}
  ORDER BY n.nspname, c.relname`;

/** All tables of a live with their sizes; rows are counted where a table is small, else PostgreSQL's estimate. */
export function listTables(reader: LiveReader, signal?: AbortSignal): Promise<BrowsedTable[]> {
  return reader.read({ signal }, async (query) => {
    const found = await readObjects<Found>(query, listing);
    const counts = await countSmall(query, found);
    const children = Map.groupBy(
      found.filter((each) => each.parent !== null),
      (each) => each.parent ?? 0,
    );
    const byOid = new Map(found.map((each) => [each.oid, each]));
    return found.map((each) => tableOf(each, byOid, children, counts));
  });
}

const smallRows = 1000;
const smallBytes = 256 * 1024;
const mostCounted = 300;

// Never a view: that would run what the dataset wrote. A table that was never analyzed has -1.
async function countSmall(query: Query, found: readonly Found[]): Promise<ReadonlyMap<number, number>> {
  const small = found
    .filter(
      ({ relkind, rows, table }) =>
        (relkind === 'r' || relkind === 'm') && rows <= smallRows && table <= smallBytes,
    )
    .slice(0, mostCounted);
  if (small.length === 0) return new Map();
  const rows = await query(
    small.map((each) => `SELECT ${each.oid}, count(*) FROM ONLY ${quoteQualified(each)}`).join(' UNION ALL '),
  );
  return new Map(rows.map(([oid, count]) => [Number(oid), Number(count)]));
}

function tableOf(
  each: Found,
  byOid: ReadonlyMap<number, Found>,
  children: ReadonlyMap<number, readonly Found[]>,
  counts: ReadonlyMap<number, number>,
): BrowsedTable {
  const leaves = leavesOf(each, children);
  const parent = each.parent === null ? undefined : byOid.get(each.parent);
  const sum = (value: (leaf: Found) => number): number => leaves.reduce((all, leaf) => all + value(leaf), 0);
  const sizes = {
    table: sum((leaf) => leaf.table),
    indexes: sum((leaf) => leaf.indexes),
    toast: sum((leaf) => leaf.toast),
  };
  const hasRows = each.relkind !== 'v' && each.relkind !== 'f';
  const isKnown = hasRows && leaves.every((leaf) => counts.has(leaf.oid) || leaf.rows >= 0);
  return {
    schema: each.schema,
    name: each.name,
    kind: kindOf(each.relkind, each.ispartition),
    partOf: parent === undefined ? null : nameOf(parent),
    rows: isKnown ? sum((leaf) => counts.get(leaf.oid) ?? leaf.rows) : null,
    exact: isKnown && leaves.every((leaf) => counts.has(leaf.oid)),
    bytes: { ...sizes, total: sizes.table + sizes.indexes + sizes.toast },
    comment: each.comment,
    columns: each.columns,
    key: each.key,
    changed: sum((leaf) => leaf.changed),
  };
}

function leavesOf(each: Found, children: ReadonlyMap<number, readonly Found[]>): readonly Found[] {
  if (each.relkind !== 'p') return [each];
  return (children.get(each.oid) ?? []).flatMap((child) => leavesOf(child, children));
}

function nameOf({ schema, name }: Found): TableName {
  return { schema, name };
}
