import type { Install } from '../contract/install.ts';
import { type RunningJob, runJob } from '../jobs/run.ts';
import { connect } from '../sql/connect.ts';
import { dropDatabase } from '../sql/databases.ts';
import { dropRole } from '../sql/roles.ts';
import { startServer } from './connect.ts';
import { lockInstall } from './lock.ts';
import type { Parts, Watch } from './parts.ts';
import {
  countUsers,
  deleteInstall,
  deletePristine,
  getInstall,
  getPristine,
  type InstallRecord,
  listInstalls,
} from './records.ts';
import { installOf } from './view.ts';

/**
 * Removes an install with its live, spare and user, and its pristine where no other install is copied from it. The
 * archive stays in the cache. A server that was made for one port goes with its last install.
 */
export async function removeInstall(
  parts: Parts,
  name: string,
  watch: Watch = {},
): Promise<{ install: Install; job: string }> {
  const { core } = parts;
  getInstall(core.state, name);
  const lock = await lockInstall(core, name, `Removing ${name}`, 'stop', watch.signal);
  try {
    const record = getInstall(core.state, name);
    const install = await installOf(parts, record);
    const plan = {
      kind: 'remove' as const,
      title: `Remove ${name}`,
      install: name,
      request: { name },
      steps: [{ key: 'remove', title: 'Remove', weight: 1 }],
    };
    const { job } = await runJob(core, plan, { cleaners: parts.cleaners, ...watch }, (running) =>
      running.step('remove', () => removeAll(parts, running, record)),
    );
    return { install, job: job.id };
  } finally {
    lock.close();
  }
}

async function removeAll(parts: Parts, job: RunningJob, install: InstallRecord): Promise<void> {
  const { core } = parts;
  const server = await startServer(parts, install.server, job.signal);
  const pristine = getPristine(core.state, install.pristine);
  const isLast = countUsers(core.state, pristine.id) === 1;
  const databases = [install.name, ...(install.spare === null ? [] : [install.spare.database])];
  if (isLast) databases.push(pristine.database);
  const roles = [install.name, ...(isLast ? [pristine.owner] : [])];
  // From here on there is no way back, so it is written down as things to clean: a killed removal is finished
  // by the next command, and state.db never names what is half gone.
  core.state.transaction(() => {
    for (const role of roles.toReversed()) job.willMake('role', { server: server.name, name: role });
    for (const database of databases.toReversed())
      job.willMake('database', { server: server.name, name: database });
    deleteInstall(core.state, install.name);
    if (isLast) deletePristine(core.state, pristine.id);
  });
  await using admin = await connect(server.admin);
  for (const database of databases) await dropDatabase(admin, database);
  for (const role of roles) await dropRole(admin, role);
  await core.secrets.remove(`${server.name}/${install.name}`);
  await removeIdleServer(parts, install.server);
}

async function removeIdleServer({ core, servers }: Parts, server: string): Promise<void> {
  const isShared = server === 'embedded';
  if (isShared || listInstalls(core.state).some((install) => install.server === server)) return;
  await servers.remove(server);
}
