import type { Session } from '../sql/connect.ts';
import type { TableFacts } from './catalog.ts';

/** Puts the sequences that feed columns of these tables to their beginnings, from where they are set anew. */
export async function rewindSequences(session: Session, tables: readonly TableFacts[]): Promise<void> {
  await session.query(
    `SELECT pg_catalog.setval(s.seqrelid::regclass, s.seqstart, false) FROM pg_catalog.pg_sequence s
     WHERE s.seqrelid IN (
       SELECT d.objid FROM pg_catalog.pg_depend d
       WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
         AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0 AND d.refobjid = ANY ($1::oid[])
       UNION
       SELECT d.refobjid FROM pg_catalog.pg_attrdef f
       JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_attrdef'::regclass AND d.objid = f.oid
         AND d.refclassid = 'pg_catalog.pg_class'::regclass
       WHERE f.adrelid = ANY ($1::oid[]))`,
    [tables.flatMap(({ oid, roots }) => [oid, ...roots])],
  );
}
