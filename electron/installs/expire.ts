import { backgroundJobs } from '../jobs/queue.ts';
import { queueJob } from '../jobs/run.ts';
import type { Parts } from './parts.ts';
import { findInstall } from './records.ts';
import { listExpired } from './snapshot-records.ts';
import { sparePlan } from './spare.ts';

/** Queues work for the background where former lives have outstayed their time. */
export function queueExpired({ core }: Parts): void {
  const { state } = core;
  for (const install of new Set(listExpired(state).map((snapshot) => snapshot.install))) {
    // One that was removed goes whole, with its snapshots.
    if (findInstall(state, install) === null) continue;
    if (backgroundJobs(state, install).length === 0) queueJob(state, sparePlan(install, null));
  }
}
