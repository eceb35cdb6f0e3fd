import { addLeftover } from '../jobs/leftovers.ts';
import type { StateDb } from '../state/database.ts';
import { releasePristine } from './release.ts';
import { deleteSnapshot, type SnapshotRecord } from './snapshot-records.ts';

/**
 * Takes a snapshot out of state.db; its database, and a pristine that only it was copied from, are leftovers of the
 * given job from then on. To be called in a transaction.
 */
export function forgetSnapshot(state: StateDb, snapshot: SnapshotRecord, job: string): void {
  const { install, label, server, database, pristine } = snapshot;
  deleteSnapshot(state, install, label);
  addLeftover(state, job, 'database', { server, name: database });
  releasePristine(state, pristine, job);
}
