import { findRecord } from '../../electron/servers/registry.ts';
import { openServers } from '../../electron/servers/servers.ts';
import { withSession } from '../../electron/sql/connect.ts';
import type { Home } from './home.ts';
import { testServer } from './test-server.ts';

/** Databases and roles of a server that are not PostgreSQL's own. */
export interface ServerState {
  readonly databases: { name: string; oid: string; open: boolean }[];
  readonly roles: string[];
}

/** Looks at the shared server of a home, as admin in the database `postgres`. */
export async function readServerState(home: Home, name = testServer.name): Promise<ServerState> {
  // A container that nothing lives in any more is gone, and all that was in it.
  if (testServer.goesWhenIdle && findRecord(home.core.state, name) === null)
    return { databases: [], roles: [] };
  const server = await openServers(home.core).running(name);
  if (server === null) throw new Error(`${name} does not run`);
  return withSession(server.admin, {}, async (admin) => {
    const databases = await admin.query<{ datname: string; oid: string; open: string }>(
      `SELECT datname, oid, datallowconn::int AS open FROM pg_database
       WHERE datname NOT IN ('postgres', 'template0', 'template1') ORDER BY datname`,
    );
    const roles = await admin.query<{ rolname: string }>(
      "SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> 'rp_admin' ORDER BY rolname",
    );
    return {
      databases: databases.rows.map((row) => ({ name: row.datname, oid: row.oid, open: row.open === '1' })),
      roles: roles.rows.map((row) => row.rolname),
    };
  });
}

/** Counts what belongs to the installs of a server by the beginning of its name. */
export function countByPrefix(state: ServerState): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of [...state.databases.map((database) => database.name), ...state.roles]) {
    const prefix = /^rp_[a-z]+/.exec(name)?.[0] ?? 'named';
    counts[prefix] = (counts[prefix] ?? 0) + 1;
  }
  return counts;
}
