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

/** Strikes a leftover from the list: it is accounted for elsewhere, or gone. */
export function settleLeftover(state: StateDb, id: number): void {
  state.run('DELETE FROM leftovers WHERE id = ?', id);
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

/**
 * Cleans what a job left, the latest first. One that fails or must wait stays on the list for the next sweep;
 * `onProblem` hears of it.
 */
export async function cleanLeftovers(
  state: StateDb,
  job: string,
  cleaners: Cleaners,
  onProblem: (leftover: Leftover, error: unknown) => void,
): Promise<void> {
  for (const leftover of listLeftovers(state, job)) {
    try {
      const outcome = await cleaners.get(leftover.kind)?.(leftover.record);
      if (outcome === 'done') settleLeftover(state, leftover.id);
    } catch (error) {
      onProblem(leftover, error);
    }
  }
}
