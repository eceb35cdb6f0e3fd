import type { Query } from './sessions.ts';

/** Reads the rows of a query of ours as objects: the server writes them as one JSON text. */
export async function readObjects<Row>(
  query: Query,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const [row] = await query(
    `SELECT coalesce(pg_catalog.json_agg(pg_catalog.row_to_json(r)), '[]') FROM (${sql}) AS r`,
    values,
  );
  return JSON.parse(row?.[0] ?? '[]') as Row[];
}
