import type { RunningJob, StepProgress } from '../jobs/run.ts';
import type { RunningServer, ServerWish } from '../servers/server.ts';
import { type Session, withSession } from '../sql/connect.ts';
import { closeDatabase, findDatabases, openDatabase } from '../sql/databases.ts';
import { endSessions } from '../sql/endings.ts';
import { createOwner, createUser, roleExists } from '../sql/roles.ts';
import { lockHolder } from '../state/locks.ts';
import type { Parts } from './parts.ts';
import { getPristine, type InstallRecord, listInstalls, listRemoved } from './records.ts';

/** Starts a server, or finds it running, and sees to it that every live on it is open (E18). */
export async function startServer(parts: Parts, name: string, signal?: AbortSignal): Promise<RunningServer> {
  const server = await parts.servers.start(name, signal);
  await openLives(parts, server);
  return server;
}

/** The server that is wished for, made where there is none; a step of a job tells how far the pull of an image is. */
export async function ensureServer(
  parts: Parts,
  job: RunningJob,
  progress: StepProgress,
  wish: ServerWish,
): Promise<RunningServer> {
  let told = 0;
  const server = await parts.servers.ensure(wish, job.signal, ({ doneBytes, totalBytes }) => {
    progress.describe('Pulling the image');
    progress.setTotal(totalBytes);
    progress.add({ done: doneBytes - told, bytes: doneBytes - told });
    told = doneBytes;
  });
  await openLives(parts, server);
  return server;
}

/**
 * Opens lives that a killed swap left closed, and closes those that were removed while their server was stopped; one
 * whose install is being worked on is left alone.
 */
export async function openLives(parts: Parts, server: RunningServer): Promise<void> {
  const { state } = parts.core;
  const installs = listInstalls(state).filter((install) => install.server === server.name);
  const removed = listRemoved(state).filter((install) => install.server === server.name);
  if (installs.length + removed.length === 0) return;
  const free = (records: readonly InstallRecord[]): string[] =>
    records.map(({ name }) => name).filter((name) => lockHolder(state, `install:${name}`) === null);
  await withSession(server.admin, {}, async (admin) => {
    for (const install of installs) await bringRolesBack(parts, admin, install);
    for (const database of await findDatabases(admin, free(installs))) {
      if (!database.open) await openDatabase(admin, database.name);
    }
    if (removed.length === 0) return;
    for (const database of await findDatabases(admin, free(removed))) {
      if (!database.open) continue;
      await closeDatabase(admin, database.name);
      await endSessions(admin, database);
    }
  });
}

// They are gone where a container's volume is: with them a reset restores the rest from the cache.
async function bringRolesBack({ core }: Parts, admin: Session, install: InstallRecord): Promise<void> {
  const { name, server, options } = install;
  const { owner } = getPristine(core.state, install.pristine);
  if (!(await roleExists(admin, owner))) await createOwner(admin, owner);
  if (await roleExists(admin, name)) return;
  const password = await core.secrets.ensure(`${server}/${name}`);
  await createUser(admin, { name, password, owner, createdb: options.createdb });
}
