import type { Session } from '../sql/connect.ts';
import type { QualifiedName } from '../sql/quote.ts';

/** A column as COPY meets it. */
export interface ColumnFacts {
  readonly name: string;
  /** Worked out by the server, so that it takes no values. */
  readonly generated: boolean;
}

/** A table of the dataset; tables of extensions are none. */
export interface TableFacts extends QualifiedName {
  readonly oid: string;
  /** The root or a middle of a partitioned table, which has no rows of its own. */
  readonly partitioned: boolean;
  /** Tables that it is a partition of, nearest first. */
  readonly roots: readonly string[];
  readonly columns: readonly ColumnFacts[];
}

// What may not be anybody's of the dataset: objects of the system and members of extensions.
const ofDataset = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass
                  AND d.objid = c.oid AND d.deptype = 'e')`;

/** All tables of the dataset, in order of their names. */
export async function listTables(session: Session): Promise<TableFacts[]> {
  const { rows } = await session.query<{
    oid: string;
    schema: string;
    name: string;
    relkind: string;
    roots: string;
    columns: string;
  }>(
    `SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind,
       CASE WHEN c.relispartition THEN
         (SELECT pg_catalog.json_agg(a.relid::oid::text) FROM pg_catalog.pg_partition_ancestors(c.oid) a WHERE a.relid <> c.oid)
       ELSE '[]' END AS roots,
       (SELECT coalesce(pg_catalog.json_agg(pg_catalog.json_build_object('name', a.attname, 'generated', a.attgenerated <> '')
               ORDER BY a.attnum), '[]')
        FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND ${ofDataset}
     ORDER BY n.nspname, c.relname`,
  );
  return rows.map(({ oid, schema, name, relkind, roots, columns }) => ({
    oid,
    schema,
    name,
    partitioned: relkind === 'p',
    roots: JSON.parse(roots) as string[],
    columns: JSON.parse(columns) as ColumnFacts[],
  }));
}

/** Views, materialized and foreign tables by name: what a file of rows can be named after without being a table. */
export async function listViews(session: Session): Promise<(QualifiedName & { materialized: boolean })[]> {
  const { rows } = await session.query<{ schema: string; name: string; relkind: string }>(
    `SELECT n.nspname AS schema, c.relname AS name, c.relkind
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('v', 'm', 'f') AND ${ofDataset} ORDER BY n.nspname, c.relname`,
  );
  return rows.map(({ schema, name, relkind }) => ({ schema, name, materialized: relkind === 'm' }));
}

/** Materialized views so that each comes after those that it reads, through views too. */
export async function listMaterializedViews(session: Session): Promise<QualifiedName[]> {
  const { rows } = await session.query<{ schema: string; name: string }>(
    `WITH RECURSIVE reads AS (
       SELECT DISTINCT r.ev_class AS reader, d.refobjid AS read
       FROM pg_catalog.pg_rewrite r
       JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
         AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> r.ev_class
       JOIN pg_catalog.pg_class c ON c.oid = d.refobjid AND c.relkind IN ('v', 'm')
     ), steps AS (
       SELECT c.oid, 0 AS depth FROM pg_catalog.pg_class c WHERE c.relkind = 'm'
       UNION
       SELECT reads.reader, steps.depth + 1 FROM steps JOIN reads ON reads.read = steps.oid
     )
     SELECT n.nspname AS schema, c.relname AS name
     FROM steps JOIN pg_catalog.pg_class c ON c.oid = steps.oid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'm' AND ${ofDataset}
     GROUP BY n.nspname, c.relname, c.oid ORDER BY max(steps.depth), n.nspname, c.relname`,
  );
  return rows;
}

/** Names of constraints that stand already, as `schema.table.constraint` with NUL between. */
export async function listConstraintKeys(session: Session): Promise<Set<string>> {
  const { rows } = await session.query<{ schema: string; table: string; name: string }>(
    `SELECT n.nspname AS schema, c.relname AS table, k.conname AS name
     FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace`,
  );
  return new Set(rows.map(({ schema, table, name }) => `${schema}\0${table}\0${name}`));
}

/** What a table takes on disk, its indexes included, by oid. */
export async function readSizes(session: Session): Promise<Map<string, number>> {
  const { rows } = await session.query<{ oid: string; bytes: string }>(
    `SELECT c.oid, pg_catalog.pg_total_relation_size(c.oid) AS bytes FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND ${ofDataset}`,
  );
  return new Map(rows.map(({ oid, bytes }) => [oid, Number(bytes)]));
}
