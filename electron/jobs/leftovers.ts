import { z } from 'zod';
import { parseRecord, type StateDb } from '../state/database.ts';

const LeftoverRecord = z.record(z.string(), z.json());
export type LeftoverRecord = z.infer<typeof LeftoverRecord>;

/**
 * Something a job is about to make and that must not stay behind unless it is settled: a database, a role, a
 * folder. It is written down before it is made, so that a killed process leaves a list of what to look for.
 */
export interface Leftover {
  readonly id: number;
  readonly job: string;
  readonly kind: string;
  readonly record: LeftoverRecord;
}

/** Removes one thing, which may also never have come to be. `later` says that it cannot be told now. */
export type Cleaner = (record: LeftoverRecord) => Promise<'done' | 'later'>;

/** Cleaners by kind, in the order in which kinds are cleaned: a role, for one, only goes after its databases. */
export type Cleaners = ReadonlyMap<string, Cleaner>;

/** Writes down what is about to be made. */
export function addLeftover(state: StateDb, job: string, kind: string, record: LeftoverRecord): number {
  const row = state.rows(
    'INSERT INTO leftovers (job, kind, record) VALUES (?, ?, ?) RETURNING id',
    job,
    kind,
    JSON.stringify(record),
  )[0];
  return Number(row?.id);
}

/**
 * Strikes a leftover from the list: it is accounted for elsewhere, or gone. Its number alone does not tell it: once it is
 * struck off, what is written down next, for another job, may get the same one.
 */
export function settleLeftover(state: StateDb, { id, job }: Pick<Leftover, 'id' | 'job'>): void {
  state.run('DELETE FROM leftovers WHERE id = ? AND job = ?', id, job);
}

/** What a job has written down and not settled, the latest first: the order in which to clean. */
export function listLeftovers(state: StateDb, job: string): Leftover[] {
  return state
    .rows('SELECT id, job, kind, record FROM leftovers WHERE job = ? ORDER BY id DESC', job)
    .map((row) => ({
      id: Number(row.id),
      job: String(row.job),
      kind: String(row.kind),
      record: parseRecord(LeftoverRecord, row),
    }));
}

/** Ended jobs that still have leftovers. */
export function jobsWithLeftovers(state: StateDb): string[] {
  return state
    .rows(
      `SELECT DISTINCT l.job FROM leftovers l LEFT JOIN jobs j ON j.id = l.job
       WHERE j.id IS NULL OR j.state NOT IN ('queued', 'running')`,
    )
    .map((row) => String(row.job));
}

/** True while a leftover is on the list: the cleaner of another one may have settled it. */
function isListed(state: StateDb, { id, job }: Leftover): boolean {
  return state.rows('SELECT 1 FROM leftovers WHERE id = ? AND job = ?', id, job).length > 0;
}

/**
 * Cleans what a job left, kind by kind in the order of `cleaners`, the latest of a kind first. It ends at the
 * first one that fails or must wait, since what follows may depend on it: that stays on the list for the next
 * sweep, and `onProblem` hears of it.
 */
export async function cleanLeftovers(
  state: StateDb,
  job: string,
  cleaners: Cleaners,
  onProblem: (leftover: Leftover, error: unknown) => void,
): Promise<void> {
  const leftovers = listLeftovers(state, job);
  for (const [kind, clean] of cleaners) {
    for (const leftover of leftovers.filter((candidate) => candidate.kind === kind)) {
      if (!isListed(state, leftover)) continue;
      try {
        if ((await clean(leftover.record)) === 'later') return;
      } catch (error) {
        onProblem(leftover, error);
        return;
      }
      settleLeftover(state, leftover);
    }
  }
}
