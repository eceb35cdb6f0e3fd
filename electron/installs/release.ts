import { addLeftover } from '../jobs/leftovers.ts';
import type { StateDb } from '../state/database.ts';
import { deletePristine, getPristine } from './records.ts';

/** True while an install or a snapshot was copied from a pristine. */
export function isUsed(state: StateDb, pristine: string): boolean {
  return (
    state.rows(
      'SELECT 1 FROM installs WHERE pristine = ? UNION ALL SELECT 1 FROM snapshots WHERE pristine = ?',
      pristine,
      pristine,
    ).length > 0
  );
}

/**
 * Lets go of a pristine that nothing was copied from any more: its record goes, its database is a leftover of the
 * given job from then on, and so is its owner where no other pristine has the same. To be called in the
 * transaction that took the last user away; one that is still used stays.
 */
export function releasePristine(state: StateDb, id: string, job: string): void {
  if (isUsed(state, id)) return;
  const { server, database, owner } = getPristine(state, id);
  deletePristine(state, id);
  addLeftover(state, job, 'database', { server, name: database });
  const others = state.rows(
    "SELECT 1 FROM pristines WHERE server = ? AND json_extract(record, '$.owner') = ?",
    server,
    owner,
  );
  if (others.length === 0) addLeftover(state, job, 'role', { server, name: owner });
}
