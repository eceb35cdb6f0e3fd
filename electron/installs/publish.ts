import { z } from 'zod';
import type { Job } from '../contract/job.ts';
import { endImpersonation } from '../impersonation/records.ts';
import { addLeftover, type Leftover, listLeftovers, settleLeftover } from '../jobs/leftovers.ts';
import { queueJob } from '../jobs/run.ts';
import { readerOf } from '../sql/access.ts';
import type { Core } from '../state/core.ts';
import { findInstall, InstallRecord, PristineRecord, putInstall, putPristine } from './records.ts';
import { releasePristine } from './release.ts';
import { putSnapshot, SnapshotRecord } from './snapshot-records.ts';
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
  /** Under which label the old live stays as a snapshot, and until when; null lets the background drop it. */
  keep: z.object({ snapshot: SnapshotRecord, replaced: z.string().nullable() }).nullable(),
});
export type Publish = z.infer<typeof Publish>;

/**
 * Writes into state.db that a publication happened, in one transaction: the install as it is now, nothing of it a
 * leftover any more, the old live to be kept or dropped and the next spare to be made in the background.
 */
export function recordPublication(core: Core, publish: Publish): Job {
  const { state } = core;
  return state.transaction(() => {
    if (publish.pristine !== null) putPristine(state, publish.pristine);
    const before = findInstall(state, publish.install.name);
    putInstall(state, publish.install);
    // Whoever was impersonated was so in the former live.
    endImpersonation(state, publish.install.name);
    for (const leftover of listLeftovers(state, publish.job)) {
      if (belongsTo(publish, leftover)) settleLeftover(state, leftover);
    }
    const { keep, former, server } = publish;
    if (keep !== null && former !== null) putSnapshot(state, { ...keep.snapshot, database: former });
    const gone = keep === null ? former : keep.replaced;
    const job = queueJob(state, sparePlan(publish.install.name, gone));
    if (gone !== null) addLeftover(state, job.id, 'database', { server, name: gone });
    const spare = before?.spare ?? null;
    const isStale = spare !== null && spare.database !== publish.next && publish.install.spare === null;
    if (isStale)
      addLeftover(state, job.id, 'database', { server: before?.server ?? server, name: spare.database });
    if (before !== null && before.pristine !== publish.install.pristine) {
      releasePristine(state, before.pristine, job.id);
    }
    return job;
  });
}

/** True for what the job wrote down and what is now part of the install: it is not to be cleaned up. */
function belongsTo({ server, install, next, pristine }: Publish, { kind, record }: Leftover): boolean {
  if (kind === 'publish') return true;
  const kept = [install.name, readerOf(install.name), next, pristine?.database, pristine?.owner];
  return record.server === server && kept.includes(String(record.name));
}
