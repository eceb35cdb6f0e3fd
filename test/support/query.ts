import pg from 'pg';

/** Connects as a person's program does, and closes in the end whatever happens. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Runs one statement at a URL and returns its rows. */
export function queryAt(
  url: string,
  sql: string,
  values: unknown[] = [],
): Promise<Record<string, unknown>[]> {
  return withClient(url, async (client) => (await client.query(sql, values)).rows);
}

/** How many rows a table has. */
export async function countAt(url: string, table: string): Promise<number> {
  const [row] = await queryAt(url, `SELECT count(*)::int AS n FROM ${table}`);
  return Number(row?.n);
}
