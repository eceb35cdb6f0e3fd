import type { TableName } from '../contract/browse.ts';
import type { Query } from './sessions.ts';

const sql = `
  SELECT n.nspname, c.relname, rn.nspname, r.relname
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_class r ON r.oid = pg_partition_root(c.oid) JOIN pg_namespace rn ON rn.oid = r.relnamespace
  WHERE c.relispartition`;

/** The root of a partition; any other table is its own. */
export type RootOf = (table: TableName) => TableName;

/** Reads which partition belongs to which root: for a person they are one table. */
export async function readRoots(query: Query): Promise<RootOf> {
  const rows = await query(sql);
  const roots = new Map(
    rows.map(([schema, name, rootSchema, rootName]) => [
      JSON.stringify([schema, name]),
      { schema: rootSchema ?? '', name: rootName ?? '' },
    ]),
  );
  return (table) => roots.get(JSON.stringify([table.schema, table.name])) ?? table;
}

/** Things that are alike once partitions stand for their roots, each once. */
export function onlyOnce<T>(all: readonly T[], keyOf: (one: T) => unknown): T[] {
  return [...new Map(all.map((one) => [JSON.stringify(keyOf(one)), one])).values()];
}
