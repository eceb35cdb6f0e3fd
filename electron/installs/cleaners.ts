import { finishIntent } from '../impersonation/settle.ts';
import type { Cleaner, Cleaners, LeftoverRecord } from '../jobs/leftovers.ts';
import type { RunningServer } from '../servers/server.ts';
import type { Servers } from '../servers/servers.ts';
import { connect, type Session } from '../sql/connect.ts';
import { dropDatabase, findDatabase, openDatabase } from '../sql/databases.ts';
import { removeRole } from '../sql/drop-role.ts';
import type { Core } from '../state/core.ts';
import { Publish, recordPublication } from './publish.ts';

/**
 * How what a job left behind is cleaned up, in the order in which it must be: first it is told whether a
 * publication happened, which settles what belongs to it; then databases, then roles, which own nothing by then.
 * While a server is stopped all waits for its next start.
 */
export function makeCleaners(core: Core, servers: Servers): Cleaners {
  const onServer =
    (clean: (admin: Session, record: LeftoverRecord, server: RunningServer) => Promise<unknown>): Cleaner =>
    async (record) => {
      const name = String(record.server);
      const known = core.state.rows('SELECT 1 FROM servers WHERE name = ?', name).length > 0;
      if (!known) return 'done';
      const server = await servers.running(name);
      if (server === null) return 'later';
      await using admin = await connect(server.admin);
      return (await clean(admin, record, server)) === 'later' ? 'later' : 'done';
    };
  return new Map([
    ['impersonation', onServer((admin, record) => finishIntent(core.state, admin, record))],
    ['publish', onServer((admin, record) => finishPublication(core, admin, record))],
    ['database', onServer(dropMade)],
    ['role', onServer((admin, record, server) => removeRole(server.admin, admin, String(record.name)))],
  ]);
}

// One that was written down with its number is somebody else's where another has its name.
async function dropMade(admin: Session, { name, oid }: LeftoverRecord): Promise<void> {
  const found = oid === undefined ? null : await findDatabase(admin, String(name));
  if (found !== null && found.oid !== oid) return;
  await dropDatabase(admin, String(name));
}

async function finishPublication(core: Core, admin: Session, record: LeftoverRecord): Promise<void> {
  const publish = Publish.parse(record);
  const live = await findDatabase(admin, publish.install.name);
  if (live?.oid === publish.install.liveOid) recordPublication(core, publish);
  else if (live !== null && publish.former !== null && !live.open) await openDatabase(admin, live.name);
}
