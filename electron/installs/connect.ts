import type { RunningServer } from '../servers/server.ts';
import { withSession } from '../sql/connect.ts';
import { findDatabases, openDatabase } from '../sql/databases.ts';
import { lockHolder } from '../state/locks.ts';
import type { Parts } from './parts.ts';
import { listInstalls } from './records.ts';

/** Starts a server, or finds it running, and sees to it that every live on it is open (E18). */
export async function startServer(parts: Parts, name: string, signal?: AbortSignal): Promise<RunningServer> {
  const server = await parts.servers.start(name, signal);
  await openLives(parts, server);
  return server;
}

/** Opens lives that a killed swap left closed; one whose install is being worked on is left alone. */
export async function openLives({ core }: Parts, server: RunningServer): Promise<void> {
  const names = listInstalls(core.state)
    .filter(
      (install) =>
        install.server === server.name && lockHolder(core.state, `install:${install.name}`) === null,
    )
    .map((install) => install.name);
  if (names.length === 0) return;
  await withSession(server.admin, {}, async (admin) => {
    for (const database of await findDatabases(admin, names)) {
      if (!database.open) await openDatabase(admin, database.name);
    }
  });
}
