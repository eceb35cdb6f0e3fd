import { isRockpoolError, RockpoolError } from '../contract/errors.ts';
import { Job, JobLogLine, type JobState } from '../contract/job.ts';
import { parseRecord, type StateDb } from '../state/database.ts';
import { isAlive } from '../state/processes.ts';

const ended: readonly JobState[] = ['succeeded', 'failed', 'cancelled', 'interrupted'];

/** True once nothing more will happen to the job. */
export function hasEnded(job: Job): boolean {
  return ended.includes(job.state);
}

/** Which jobs are wanted; what is left out or null does not matter. */
export interface JobFilter {
  readonly limit?: number;
  readonly install?: string | null;
  /** Only those made before this time. */
  readonly before?: string | null;
  readonly kinds?: readonly string[] | null;
  readonly states?: readonly JobState[] | null;
  /** Found in the title, the install's name or the error's message, whatever the case. */
  readonly search?: string | null;
}

/** Jobs, newest first. */
export function listJobs(state: StateDb, filter: JobFilter = {}): Job[] {
  const { limit = 50, install = null, before = null, kinds = null, states = null, search = null } = filter;
  const found = `(lower(json_extract(record, '$.title') || ' ' || coalesce(install, '') || ' ' ||
    coalesce(json_extract(record, '$.error.message'), '')))`;
  const conditions: [sql: string, value: string | null][] = [
    ['install = ?', install],
    ['created_at < ?', before],
    ['kind IN (SELECT value FROM json_each(?))', kinds === null ? null : JSON.stringify(kinds)],
    ['state IN (SELECT value FROM json_each(?))', states === null ? null : JSON.stringify(states)],
    [`instr(${found}, ?) > 0`, search === null ? null : search.toLowerCase()],
  ];
  const wanted = conditions.filter(([, value]) => value !== null);
  const where = wanted.length === 0 ? '' : `WHERE ${wanted.map(([sql]) => sql).join(' AND ')}`;
  const sql = `SELECT record FROM jobs ${where} ORDER BY created_at DESC, rowid DESC LIMIT ?`;
  return state.rows(sql, ...wanted.map(([, value]) => value), limit).map((row) => parseRecord(Job, row));
}

/** The job whose id is `id` or begins with it. Throws `job_not_found`, also where several begin so. */
export function getJob(state: StateDb, id: string): Job {
  const rows = /^[0-9a-z]+$/.test(id)
    ? state.rows('SELECT record FROM jobs WHERE id GLOB ? ORDER BY created_at DESC LIMIT 2', `${id}*`)
    : [];
  const [row, second] = rows;
  if (row !== undefined && second === undefined) return parseRecord(Job, row);
  throw new RockpoolError(
    'job_not_found',
    row === undefined ? `There is no job ${id}.` : `Several jobs have an id that begins with ${id}.`,
    { hint: 'rockpool jobs lists them.', detail: { id } },
  );
}

/** The log of a job, oldest line first, from after line `afterId` on, with the id of the last line. */
export function getJobLog(state: StateDb, id: string, afterId = 0): { lines: JobLogLine[]; lastId: number } {
  const rows = state.rows(
    'SELECT id, at, level, message FROM job_log WHERE job = ? AND id > ? ORDER BY id',
    id,
    afterId,
  );
  const lines = rows.map(({ at, level, message }) => JobLogLine.parse({ at, level, message }));
  return { lines, lastId: Number(rows.at(-1)?.id ?? afterId) };
}

/** Asks a job to stop, whichever process runs it. One that has ended stays as it is. */
export function cancelJob(state: StateDb, id: string): Job {
  return state.transaction(() => {
    const job = getJob(state, id);
    state.run("UPDATE jobs SET cancel_requested = 1 WHERE id = ? AND state IN ('queued', 'running')", job.id);
    const cancelled: Job = { ...job, state: 'cancelled', endedAt: new Date().toISOString() };
    const wasQueued = state.run(
      "UPDATE jobs SET state = 'cancelled', record = ? WHERE id = ? AND state = 'queued'",
      JSON.stringify(cancelled),
      job.id,
    );
    return wasQueued === 1 ? cancelled : job;
  });
}

/** True once somebody has asked the job to stop. */
export function cancelRequested(state: StateDb, id: string): boolean {
  return state.rows('SELECT cancel_requested FROM jobs WHERE id = ?', id)[0]?.cancel_requested === 1;
}

/** The ids of jobs that say they run while their process is gone. */
export function findInterrupted(state: StateDb): string[] {
  return state
    .rows("SELECT id, pid, started_at FROM jobs WHERE state = 'running'")
    .filter((row) => !isAlive({ pid: Number(row.pid), startedAt: String(row.started_at) }))
    .map((row) => String(row.id));
}

/** Calls `onChange` with the job whenever it changed, until it has ended; asks every 200 ms. */
export async function followJob(
  state: StateDb,
  id: string,
  onChange: (job: Job) => void,
  signal?: AbortSignal,
): Promise<Job> {
  let seen = '';
  for (;;) {
    signal?.throwIfAborted();
    const job = getJob(state, id);
    const text = JSON.stringify(job);
    if (text !== seen) onChange(job);
    seen = text;
    if (hasEnded(job) || (job.state === 'running' && findInterrupted(state).includes(job.id))) return job;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Cancels a job and waits until its process has ended it. A job that is gone already is fine. */
export async function stopJob(state: StateDb, id: string, signal?: AbortSignal): Promise<void> {
  try {
    cancelJob(state, id);
    await followJob(state, id, () => {}, signal);
  } catch (error) {
    if (!isRockpoolError(error, 'job_not_found')) throw error;
  }
}
