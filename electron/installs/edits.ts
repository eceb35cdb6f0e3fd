import type { Edited } from '../contract/install.ts';
import type { RunningServer } from '../servers/server.ts';
import { withSession } from '../sql/connect.ts';
import type { Parts } from './parts.ts';

/**
 * Tables of a live that were written to since it was copied, the most first, with about how many rows: PostgreSQL's
 * statistics start at zero in a copy, count what was rolled back and miss TRUNCATE. Asked as the install's own
 * user, of the catalogue alone.
 */
async function readEdits(server: RunningServer, name: string, password: string): Promise<Edited[]> {
  const settings = [['search_path', 'pg_catalog']] as const;
  const address = server.address(name, password, name);
  return withSession(address, { settings, timeoutMs: 3000 }, async (session) => {
    const { rows } = await session.query<{ schema: string; name: string; rows: string }>(
      `SELECT schemaname AS schema, relname AS name, n_tup_ins + n_tup_upd + n_tup_del AS rows
       FROM pg_catalog.pg_stat_user_tables WHERE n_tup_ins + n_tup_upd + n_tup_del > 0
       ORDER BY 3 DESC, 1, 2`,
    );
    return rows.map((row) => ({ schema: row.schema, name: row.name, rows: Number(row.rows) }));
  });
}

/** The edits of an install's live; none where they cannot be counted, which must not stop what it is asked for. */
export async function editsOf({ core }: Parts, server: RunningServer, name: string): Promise<Edited[]> {
  const password = core.secrets.get(`${server.name}/${name}`) ?? '';
  return readEdits(server, name, password).catch(() => []);
}

/** All edits in a few words, as `about 214 rows in 3 tables`. */
export function sumOfEdits(edited: readonly Edited[]): string {
  const rows = edited.reduce((sum, table) => sum + table.rows, 0);
  return `about ${rows} ${rows === 1 ? 'row' : 'rows'} in ${edited.length} ${edited.length === 1 ? 'table' : 'tables'}`;
}
