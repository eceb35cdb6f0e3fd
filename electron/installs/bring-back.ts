import { withSession } from '../sql/connect.ts';
import { findDatabases } from '../sql/databases.ts';
import { startServer } from './connect.ts';
import type { Parts, Watch } from './parts.ts';
import { listInstalls } from './records.ts';
import { resetInstall } from './reset.ts';
import { deleteSnapshot, listAllSnapshots } from './snapshot-records.ts';

/**
 * Starts a server and restores from the cache what is gone from it: the volume of a container can be removed by
 * anybody. Snapshots that went with it are forgotten, which the log says.
 */
export async function bringBack(parts: Parts, server: string, watch: Watch = {}): Promise<void> {
  const { state, log } = parts.core;
  const running = await startServer(parts, server, watch.signal);
  const installs = listInstalls(state).filter((install) => install.server === server);
  const snapshots = installs.flatMap(({ name }) => listAllSnapshots(state, name));
  const wanted = [...installs.map(({ name }) => name), ...snapshots.map(({ database }) => database)];
  const found = await withSession(running.admin, {}, (admin) => findDatabases(admin, wanted));
  const isGone = (database: string): boolean => !found.some(({ name }) => name === database);
  for (const { install, label, database } of snapshots.filter((each) => isGone(each.database))) {
    deleteSnapshot(state, install, label);
    log.write('warn', 'A snapshot is gone from its server', { install, label, database });
  }
  for (const { name } of installs.filter((install) => isGone(install.name))) {
    log.write('warn', 'An install is gone from its server: it is restored from the cache', { install: name });
    await resetInstall(parts, name, watch);
  }
}
