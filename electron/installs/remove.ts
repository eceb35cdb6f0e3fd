import type { Install } from '../contract/install.ts';
import { forgetDemo } from '../demo/records.ts';
import {
  forgetImpersonations,
  listRecipeNames,
  removeRecipeSecrets,
} from '../impersonation/recipe-records.ts';
import { listJobs } from '../jobs/history.ts';
import { cleanLeftovers } from '../jobs/leftovers.ts';
import { type RunningJob, runJob } from '../jobs/run.ts';
import { forgetSchedules } from '../jobs/schedules.ts';
import { readerOf } from '../sql/access.ts';
import type { StateDb } from '../state/database.ts';
import { forgetInstallSettings } from '../state/install-settings.ts';
import { startServer } from './connect.ts';
import { lockInstall } from './lock.ts';
import type { Parts, Watch } from './parts.ts';
import {
  deleteInstall,
  findRemoved,
  getInstall,
  type InstallRecord,
  listInstalls,
  listRemoved,
  putInstall,
  type Removed,
} from './records.ts';
import { releasePristine } from './release.ts';
import { deleteSnapshot, listAllSnapshots } from './snapshot-records.ts';
import { installOf } from './view.ts';

/**
 * Removes an install with its live, spare, snapshots and user, and its pristine where nothing else is copied from it. The
 * archive stays in the cache. A server that was made for one port goes with its last install. A removal that could be
 * undone until now is finished.
 */
export async function removeInstall(
  parts: Parts,
  name: string,
  watch: Watch = {},
): Promise<{ install: Install; job: string }> {
  const { state } = parts.core;
  if (findRemoved(state, name) === null) getInstall(state, name);
  const lock = await lockInstall(parts, name, `Removing ${name}`, 'stop', watch.signal);
  try {
    const record = findRemoved(state, name) ?? getInstall(state, name);
    return await removeLocked(parts, record, watch);
  } finally {
    lock.close();
  }
}

/** Finishes a removal of this name that could be undone until now, if there is one. The caller holds the name's lock. */
export async function finishRemoval(parts: Parts, name: string, watch: Watch): Promise<void> {
  const removed = findRemoved(parts.core.state, name);
  if (removed !== null) await removeLocked(parts, removed, watch);
}

/**
 * Finishes removals whose time is over. Starts no server: what is on a stopped one goes at its next start. One that fails
 * is left for as long again.
 */
export async function finishExpiredRemovals(parts: Parts, signal: AbortSignal): Promise<void> {
  const { state } = parts.core;
  const isOver = (removed: Removed | null): removed is Removed =>
    removed !== null && removed.removedUntil <= new Date().toISOString();
  for (const { name } of listRemoved(state).filter(isOver)) {
    try {
      const lock = await lockInstall(parts, name, `Removing ${name}`, 'stop', signal);
      try {
        const removed = findRemoved(state, name);
        if (isOver(removed)) await removeLocked(parts, removed, { signal }, false);
      } finally {
        lock.close();
      }
    } catch {
      const removed = findRemoved(state, name);
      const again = new Date(Date.now() + 10 * 60_000).toISOString();
      if (removed !== null) putInstall(state, { ...removed, removedUntil: again });
    }
  }
}

async function removeLocked(
  parts: Parts,
  record: InstallRecord,
  watch: Watch,
  startsServer = true,
): Promise<{ install: Install; job: string }> {
  const { name } = record;
  const install = await installOf(parts, record);
  const plan = {
    kind: 'remove' as const,
    title: `Remove ${name}`,
    install: name,
    request: { name },
    steps: [{ key: 'remove', title: 'Remove', weight: 1 }],
  };
  const { job } = await runJob(parts.core, plan, { cleaners: parts.cleaners, ...watch }, (running) =>
    running.step('remove', async () => {
      if (startsServer) await startServer(parts, record.server, running.signal);
      await removeAll(parts, running, record);
    }),
  );
  return { install, job: job.id };
}

async function removeAll(parts: Parts, job: RunningJob, install: InstallRecord): Promise<void> {
  const { core } = parts;
  const { state } = core;
  const server = { name: install.server };
  const roles = [readerOf(install.name), install.name];
  const recipes = listRecipeNames(state, install.name);
  // From here on there is no way back, so all is written down as things to clean: a killed removal is finished by
  // the next command, and state.db never names what is half gone.
  state.transaction(() => {
    job.willMake('database', { server: server.name, name: install.name });
    if (install.spare !== null)
      job.willMake('database', { server: server.name, name: install.spare.database });
    const snapshots = listAllSnapshots(state, install.name);
    for (const { label, database } of snapshots) {
      job.willMake('database', { server: server.name, name: database });
      deleteSnapshot(state, install.name, label);
    }
    deleteInstall(state, install.name);
    forgetDemo(state, install.name);
    forgetImpersonations(state, install.name);
    forgetSchedules(state, install.name);
    forgetInstallSettings(state, install.name);
    for (const pristine of new Set([install.pristine, ...snapshots.map((snapshot) => snapshot.pristine)])) {
      releasePristine(state, pristine, job.id);
    }
    // The latest goes first: once nobody can log in any more, nothing new comes to belong to the owner.
    for (const role of roles) job.willMake('role', { server: server.name, name: role });
  });
  await cleanLeftovers(state, job.id, parts.cleaners, (leftover) => {
    job.log('warn', `A ${leftover.kind} could not be removed yet: the next command tries again`);
  });
  for (const role of roles) await core.secrets.remove(`${server.name}/${role}`);
  await removeRecipeSecrets(core, install.name, recipes);
  await removeIdleServer(parts, install.server);
}

/** Removes a server that was made for one port, and any container, once nothing lives on it. */
export async function removeIdleServer({ core, servers }: Parts, server: string): Promise<void> {
  const isNeeded =
    server === 'embedded' ||
    [...listInstalls(core.state), ...listRemoved(core.state)].some((install) => install.server === server);
  if (isNeeded || isAwaited(core.state)) return;
  await servers.remove(server);
}

// Somebody's install may have the server already and be in no list yet: then it stays, empty.
function isAwaited(state: StateDb): boolean {
  return listJobs(state, { limit: 1000 }).some(
    ({ kind, state: now }) => now === 'running' && (kind === 'install' || kind === 'move'),
  );
}
