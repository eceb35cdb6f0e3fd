import type { Install } from '../contract/install.ts';
import { type RunningJob, runJob } from '../jobs/run.ts';
import { withSession } from '../sql/connect.ts';
import { findDatabase } from '../sql/databases.ts';
import { emptyDatabase } from '../sql/endings.ts';
import { bringBack } from './bring-back.ts';
import { editsOf } from './edits.ts';
import { undoableUntil } from './former.ts';
import { lockInstall } from './lock.ts';
import type { Parts, Watch } from './parts.ts';
import { changeInstall, getInstall, getRemoved, type InstallRecord, putInstall } from './records.ts';
import { queueSpare } from './spare.ts';
import { installOf } from './view.ts';

/** A removal that can be undone `until` a time; about so many rows of the live had been changed. */
export interface Hidden {
  readonly install: Install;
  readonly until: string;
  readonly changedRows: number;
  readonly job: string;
}

/**
 * Removes an install in a way that can be undone for a while: nobody sees it, its live is closed and its sessions end,
 * its databases stay until the time is over or the name is wanted. Starts no server.
 */
export async function hideInstall(parts: Parts, name: string, watch: Watch = {}): Promise<Hidden> {
  const { core } = parts;
  getInstall(core.state, name);
  const lock = await lockInstall(parts, name, `Removing ${name}`, 'stop', watch.signal);
  try {
    const record = getInstall(core.state, name);
    const install = await installOf(parts, record);
    const until = undoableUntil(core.state);
    const plan = {
      kind: 'remove' as const,
      title: `Remove ${name}`,
      install: name,
      request: { name, keep: true },
      steps: [{ key: 'close', title: 'Close', weight: 1 }],
    };
    const { job, result } = await runJob(core, plan, { cleaners: parts.cleaners, ...watch }, (running) =>
      running.step('close', () => hideAndClose(parts, running, record, until)),
    );
    return { install, until, changedRows: result, job: job.id };
  } finally {
    lock.close();
  }
}

async function hideAndClose(
  parts: Parts,
  job: RunningJob,
  { name, server: serverName }: InstallRecord,
  until: string,
): Promise<number> {
  const server = await parts.servers.running(serverName);
  const edited = server === null ? [] : await editsOf(parts, server, name);
  // Written down first: a killed removal is one that happened, and the next look at the server closes the live.
  changeInstall(parts.core.state, name, { removedUntil: until });
  job.log('info', `It can be had back until ${until}`);
  if (server !== null) {
    await withSession(server.admin, {}, async (admin) => {
      if ((await findDatabase(admin, name)) === null) return;
      await emptyDatabase(admin, name);
    });
  }
  return edited.reduce((sum, table) => sum + table.rows, 0);
}

/**
 * Undoes a removal: the install is there again as it was, and its server runs. Throws `install_not_found` where the
 * removal is finished.
 */
export async function unremoveInstall(parts: Parts, name: string, watch: Watch = {}): Promise<Install> {
  const { core } = parts;
  getRemoved(core.state, name);
  const lock = await lockInstall(parts, name, `Bringing ${name} back`, 'stop', watch.signal);
  let record: InstallRecord;
  try {
    record = { ...getRemoved(core.state, name), removedUntil: null };
    core.state.transaction(() => putInstall(core.state, record));
  } finally {
    lock.close();
  }
  // What is in no lock any more is opened by whatever looks at the server.
  await bringBack(parts, record.server, watch);
  if (record.spare === null) queueSpare(parts, name);
  return installOf(parts, getInstall(core.state, name));
}
