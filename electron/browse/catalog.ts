import type { TableKind } from '../contract/browse.ts';

/** Objects of the dataset: none of the system's, none that belongs to an extension. For `pg_class c`, `pg_namespace n`. */
export const ofDataset = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relpersistence <> 't'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                  AND d.objid = c.oid AND d.deptype = 'e')`;

/** What rows can be read from. */
export const readableKinds = `c.relkind IN ('r', 'p', 'v', 'm', 'f')`;

/**
 * The column numbers of the key that tells the rows of `c` apart, as a list: the primary key, or the smallest valid
 * unique index on columns that are never null. Empty for a table whose children can repeat its keys.
 */
export const keyColumns = `coalesce((
  SELECT (i.indkey::int2[])[0:i.indnkeyatts - 1] FROM pg_index i
  WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL
    AND NOT (c.relkind = 'r' AND c.relhassubclass)
    AND NOT EXISTS (
      SELECT FROM unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) AS k
      LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k
      WHERE k <= 0 OR NOT a.attnotnull)
  ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid LIMIT 1), '{}')`;

/** The word for a `relkind`. */
export function kindOf(relkind: string, isPartition: boolean): TableKind {
  if (relkind === 'p') return 'partitioned';
  if (relkind === 'v') return 'view';
  if (relkind === 'm') return 'materialized';
  if (relkind === 'f') return 'foreign';
  return isPartition ? 'partition' : 'table';
}
