import { Job } from '../contract/job.ts';
import { parseRecord, type StateDb } from '../state/database.ts';
import { ownProcess } from '../state/processes.ts';

/** Takes the oldest queued job for this process, so that no other worker takes it; null where none waits. */
export function takeQueued(state: StateDb): Job | null {
  return state.transaction(() => {
    const row = state.rows(
      "SELECT id, record FROM jobs WHERE state = 'queued' ORDER BY created_at, rowid LIMIT 1",
    )[0];
    if (row === undefined) return null;
    const { pid, startedAt } = ownProcess();
    state.run(
      "UPDATE jobs SET state = 'running', pid = ?, started_at = ? WHERE id = ?",
      pid,
      startedAt,
      String(row.id),
    );
    return parseRecord(Job, row);
  });
}

/** Jobs of an install that are queued or run in the background and were not asked for by a person. */
export function backgroundJobs(state: StateDb, install: string): Job[] {
  return state
    .rows(
      "SELECT record FROM jobs WHERE install = ? AND state IN ('queued', 'running') AND kind = 'spare'",
      install,
    )
    .map((row) => parseRecord(Job, row));
}

/** True while a job waits for a worker. */
export function hasQueued(state: StateDb): boolean {
  return state.rows("SELECT 1 FROM jobs WHERE state = 'queued' LIMIT 1").length > 0;
}
