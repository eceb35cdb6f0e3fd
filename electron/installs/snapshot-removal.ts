import { RockpoolError } from '../contract/errors.ts';
import type { Snapshot } from '../contract/install.ts';
import { queueJob } from '../jobs/run.ts';
import { forgetSnapshot } from './forget.ts';
import { undoableUntil } from './former.ts';
import { newId } from './live.ts';
import { alone } from './lock.ts';
import type { Parts, Watch } from './parts.ts';
import { getInstall } from './records.ts';
import {
  deleteSnapshot,
  findSnapshot,
  getSnapshot,
  listAllSnapshots,
  putSnapshot,
  snapshotOf,
} from './snapshot-records.ts';
import { sparePlan } from './spare.ts';

/** A snapshot that was deleted; `until` is how long it can be had back, null where it cannot. */
export type RemovedSnapshot = Snapshot & { readonly until: string | null };

/**
 * Deletes a snapshot; the background drops its database. With `keep` that waits for a while, and it can be had back:
 * until then it has a label that nobody can type, so that its own is free.
 */
export function removeSnapshot(
  parts: Parts,
  name: string,
  label: string,
  watch: Watch = {},
  { keep = false }: { readonly keep?: boolean } = {},
): Promise<RemovedSnapshot> {
  const { state } = parts.core;
  return alone(parts, name, `Deleting a snapshot of ${name}`, watch, async () => {
    const snapshot = getSnapshot(state, name, label);
    const until = keep ? undoableUntil(state) : null;
    state.transaction(() => {
      if (until === null) {
        const job = queueJob(state, sparePlan(name, snapshot.database));
        forgetSnapshot(state, snapshot, job.id);
        return;
      }
      deleteSnapshot(state, name, label);
      putSnapshot(state, {
        ...snapshot,
        label: `\u0001${newId()}`,
        expiresAt: until,
        removed: { label, expiresAt: snapshot.expiresAt },
      });
    });
    return { ...snapshotOf(snapshot), until };
  });
}

/** The snapshots of an install that were deleted and can be had back. */
export function listRemovedSnapshots({ core }: Parts, name: string): { label: string; until: string }[] {
  const { server } = getInstall(core.state, name);
  const now = new Date().toISOString();
  return listAllSnapshots(core.state, name).flatMap((snapshot) => {
    const { removed, expiresAt } = snapshot;
    const isThere = removed !== null && expiresAt !== null && expiresAt > now && snapshot.server === server;
    return isThere ? [{ label: removed.label, until: expiresAt }] : [];
  });
}

/**
 * Brings a deleted snapshot back as it was. Throws `snapshot_not_found` where it is gone for good, and `name_taken` where
 * another has its label.
 */
export function unremoveSnapshot(
  parts: Parts,
  name: string,
  label: string,
  watch: Watch = {},
): Promise<Snapshot> {
  const { state } = parts.core;
  return alone(parts, name, `Bringing a snapshot of ${name} back`, watch, async () => {
    const wanted = listRemovedSnapshots(parts, name).some((each) => each.label === label);
    const found = listAllSnapshots(state, name).find(({ removed }) => removed?.label === label);
    if (!wanted || found?.removed == null)
      throw new RockpoolError('snapshot_not_found', `${JSON.stringify(label)} of ${name} is gone for good.`, {
        hint: 'A deleted snapshot can be had back for a while only.',
        detail: { install: name, label },
      });
    if (findSnapshot(state, name, label) !== null)
      throw new RockpoolError(
        'name_taken',
        `${name} has another snapshot called ${JSON.stringify(label)} by now.`,
        { hint: 'Delete that one first.', detail: { install: name, label } },
      );
    const back = { ...found, label, expiresAt: found.removed.expiresAt, removed: null };
    state.transaction(() => {
      deleteSnapshot(state, name, found.label);
      putSnapshot(state, back);
    });
    return snapshotOf(back);
  });
}
