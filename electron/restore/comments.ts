import { quoteLiteral, quoteName, quoteQualified } from '../sql/quote.ts';
import type { Worker } from './worker.ts';

/** The statements that lay anew the comments on foreign keys that leave these tables or lead to them. */
export async function readComments(worker: Worker, touching: readonly string[]): Promise<string[]> {
  await worker.clear();
  const { rows } = await worker.session.query<{
    constraint: string;
    schema: string;
    name: string;
    text: string;
  }>(
    `SELECT k.conname AS constraint, n.nspname AS schema, c.relname AS name, d.description AS text
     FROM pg_catalog.pg_description d
     JOIN pg_catalog.pg_constraint k ON d.classoid = 'pg_catalog.pg_constraint'::regclass AND k.oid = d.objoid
     JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE k.contype = 'f' AND k.conparentid = 0 AND (k.conrelid = ANY ($1::oid[]) OR k.confrelid = ANY ($1::oid[]))`,
    [touching],
  );
  return rows.map(
    (row) =>
      `COMMENT ON CONSTRAINT ${quoteName(row.constraint)} ON ${quoteQualified(row)} IS ${quoteLiteral(row.text)}`,
  );
}
