import { RockpoolError } from '../contract/errors.ts';
import { stopJob } from '../jobs/history.ts';
import { backgroundJobs } from '../jobs/queue.ts';
import { lockHolder } from '../state/locks.ts';
import type { Parts } from './parts.ts';
import { listInstalls } from './records.ts';

/**
 * Stops a server together with the background's work on it. Throws `busy` while somebody installs to or resets on
 * it. Returns false where it did not run.
 */
export async function stopServer(parts: Parts, name: string, signal?: AbortSignal): Promise<boolean> {
  const { state } = parts.core;
  const installs = listInstalls(state).filter((install) => install.server === name);
  for (const install of installs) {
    for (const job of backgroundJobs(state, install.name)) await stopJob(state, job.id, signal);
  }
  for (const install of installs) {
    const holder = lockHolder(state, `install:${install.name}`);
    if (holder === null) continue;
    throw new RockpoolError('busy', `${holder.what} is going on in process ${holder.process.pid}.`, {
      hint: 'Wait for it to end, or cancel it: rockpool jobs, rockpool cancel ID.',
      detail: { holder: holder.process.pid, what: holder.what, server: name },
    });
  }
  return parts.servers.stop(name);
}
