import type { Session } from '../sql/connect.ts';
import type { QualifiedName } from '../sql/quote.ts';
import { listMaterializedViews, type TableFacts } from './catalog.ts';

/** The tables and all that they are partitions or children of, whose queries and foreign keys see their rows too. */
export async function listFamily(session: Session, tables: readonly TableFacts[]): Promise<string[]> {
  const { rows } = await session.query<{ oid: string }>(
    `WITH RECURSIVE family AS (
       SELECT oid FROM pg_catalog.unnest($1::oid[]) AS oid
       UNION
       SELECT i.inhparent FROM pg_catalog.pg_inherits i JOIN family ON i.inhrelid = family.oid
     ) SELECT oid FROM family`,
    [tables.map(({ oid }) => oid)],
  );
  return rows.map(({ oid }) => oid);
}

/**
 * Materialized views whose rows can change with those tables, each after those that it reads. What a function reads is
 * not written down anywhere, so a view that calls one of the dataset's own is among them.
 */
export async function listStaleViews(session: Session, family: readonly string[]): Promise<QualifiedName[]> {
  const { rows } = await session.query<{ schema: string; name: string }>(
    `WITH RECURSIVE reads AS (
       SELECT r.ev_class AS reader, d.refobjid AS read,
         d.refclassid = 'pg_catalog.pg_proc'::regclass AS calls
       FROM pg_catalog.pg_rewrite r
       JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
       WHERE d.refclassid IN ('pg_catalog.pg_class'::regclass, 'pg_catalog.pg_proc'::regclass)
         AND d.refobjid <> r.ev_class
     ), stale AS (
       SELECT reader FROM reads WHERE NOT calls AND read = ANY ($1::oid[])
       UNION
       SELECT reader FROM reads WHERE calls AND NOT EXISTS (
         SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_proc'::regclass
           AND e.objid = read AND e.deptype = 'e')
       UNION
       SELECT reads.reader FROM stale JOIN reads ON NOT reads.calls AND reads.read = stale.reader
     )
     SELECT DISTINCT n.nspname AS schema, c.relname AS name
     FROM stale JOIN pg_catalog.pg_class c ON c.oid = stale.reader
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'm'`,
    [family],
  );
  const ordered = await listMaterializedViews(session);
  return ordered.filter((view) =>
    rows.some(({ schema, name }) => schema === view.schema && name === view.name),
  );
}
