import { z } from 'zod';
import type { Job } from '../contract/job.ts';
import { addLeftover, listLeftovers, settleLeftover } from '../jobs/leftovers.ts';
import { queueJob } from '../jobs/run.ts';
import type { Core } from '../state/core.ts';
import { InstallRecord, PristineRecord, putInstall, putPristine } from './records.ts';
import { sparePlan } from './spare.ts';

/**
 * What a job is about to make true in one transaction of PostgreSQL: from then on the database `install.name` has
 * the number `install.liveOid`. It is written down before, so that after a kill anybody can tell which of the two
 * worlds this is, and finish or undo.
 */
export const Publish = z.object({
  job: z.string(),
  server: z.string(),
  install: InstallRecord,
  /** New with this publication; null where it was there before. */
  pristine: PristineRecord.nullable(),
  /** The name of the copy until then. */
  next: z.string(),
  /** The name of the old live from then on; null on the first publication. */
  former: z.string().nullable(),
});
export type Publish = z.infer<typeof Publish>;

/**
 * Writes into state.db that a publication happened, in one transaction: the install as it is now, nothing of it a
 * leftover any more, the old live to be dropped and the next spare to be made in the background.
 */
export function recordPublication(core: Core, publish: Publish): Job {
  const { state } = core;
  return state.transaction(() => {
    if (publish.pristine !== null) putPristine(state, publish.pristine);
    putInstall(state, publish.install);
    const kept = new Set([
      publish.install.name,
      publish.next,
      publish.pristine?.database,
      publish.pristine?.owner,
    ]);
    for (const leftover of listLeftovers(state, publish.job)) {
      const settled = leftover.kind === 'publish' || kept.has(String(leftover.record.name));
      if (settled) settleLeftover(state, leftover.id);
    }
    const job = queueJob(state, sparePlan(publish.install.name, publish.former));
    if (publish.former !== null) {
      addLeftover(state, job.id, 'database', { server: publish.server, name: publish.former });
    }
    return job;
  });
}
