import { RemoteDetails } from '../contract/agent.ts';
import { RockpoolError } from '../contract/errors.ts';
import { Job, type JobState } from '../contract/job.ts';
import { hasEnded, type JobFilter } from '../jobs/history.ts';
import { parseRecord, type StateDb } from '../state/database.ts';
import type { ToldJob } from './answers.ts';
import { lostJob, type RemoteJob, readRemoteJob, remoteIdOf } from './remote-job.ts';

/** What became of an agent's list of jobs. */
export interface Kept {
  readonly changed: number;
  readonly unfinished: number;
}

/**
 * Keeps the jobs that an agent lists. One that it tells twice is one, and the further one counts; one that had not ended
 * and is listed no more ends as `interrupted`. Writes nothing where nothing changed.
 */
export function keepJobs(state: StateDb, agent: string, told: readonly ToldJob[], now = new Date()): Kept {
  return state.transaction(() => {
    const known = new Map<string, { record: string; details: string }>();
    const read = new Map<string, RemoteJob>();
    for (const each of told) {
      const id = remoteIdOf(agent, each.uuid);
      const row = state.rows('SELECT record, details FROM remote_jobs WHERE id = ?', id)[0];
      if (row !== undefined) known.set(id, { record: String(row.record), details: String(row.details) });
      const before = row === undefined ? null : parseRecord(Job, row);
      const next = readRemoteJob(agent, each, before, now);
      read.set(id, further(read.get(id), next));
    }
    let changed = 0;
    for (const [id, { job, details }] of read) {
      const before = known.get(id);
      if (before?.record === JSON.stringify(job) && before.details === JSON.stringify(details)) continue;
      putJob(state, { job, details });
      changed += 1;
    }
    for (const lost of unfinishedOf(state, agent).filter(({ job }) => !read.has(job.id))) {
      putJob(state, { ...lost, job: lostJob(lost.job, now) });
      changed += 1;
    }
    return { changed, unfinished: unfinishedOf(state, agent).length };
  });
}

function further(one: RemoteJob | undefined, other: RemoteJob): RemoteJob {
  if (one === undefined) return other;
  if (hasEnded(one.job) !== hasEnded(other.job)) return hasEnded(one.job) ? one : other;
  return one.job.progress > other.job.progress ? one : other;
}

function putJob(state: StateDb, { job, details }: RemoteJob): void {
  const search = [job.title, details.agent, details.workflow ?? '', job.error?.message ?? ''].join(' ');
  state.run(
    `INSERT OR REPLACE INTO remote_jobs (id, agent, workflow, state, created_at, search, record, details)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    job.id,
    details.agent,
    details.workflow,
    job.state,
    job.createdAt,
    search.toLowerCase(),
    JSON.stringify(job),
    JSON.stringify(details),
  );
}

function unfinishedOf(state: StateDb, agent: string): RemoteJob[] {
  return state
    .rows("SELECT record, details FROM remote_jobs WHERE state IN ('queued', 'running') AND agent = ?", agent)
    .map(readRow);
}

/** Which remote jobs are wanted, beside what all jobs are asked for by. */
export interface RemoteFilter extends Omit<JobFilter, 'install' | 'kinds'> {
  readonly agent?: string | null;
  readonly workflow?: string | null;
}

/** Remote jobs, newest first. */
export function listRemoteJobs(state: StateDb, filter: RemoteFilter = {}): Job[] {
  const { limit = 50, before = null, agent = null, workflow = null, states = null, search = null } = filter;
  const conditions: [sql: string, value: string | null][] = [
    ['agent = ?', agent],
    ['workflow = ?', workflow],
    ['created_at < ?', before],
    ['state IN (SELECT value FROM json_each(?))', states === null ? null : JSON.stringify(states)],
    ['instr(search, ?) > 0', search === null ? null : search.toLowerCase()],
  ];
  const wanted = conditions.filter(([, value]) => value !== null);
  const where = wanted.length === 0 ? '' : `WHERE ${wanted.map(([sql]) => sql).join(' AND ')}`;
  return state
    .rows(
      `SELECT record FROM remote_jobs ${where} ORDER BY created_at DESC, id LIMIT ?`,
      ...wanted.map(([, value]) => value),
      limit,
    )
    .map((row) => parseRecord(Job, row));
}

/** True for the id of a job of an agent, or the beginning of one. */
export function isRemoteId(id: string): boolean {
  return /^r[0-9a-f]{0,15}$/.test(id);
}

/** The remote job whose id is `id` or begins with it. Throws `job_not_found`, also where several begin so. */
export function getRemoteJob(state: StateDb, id: string): RemoteJob {
  const rows = isRemoteId(id)
    ? state.rows('SELECT record, details FROM remote_jobs WHERE id GLOB ? LIMIT 2', `${id}*`)
    : [];
  const [row, second] = rows;
  if (row !== undefined && second === undefined) return readRow(row);
  throw new RockpoolError(
    'job_not_found',
    row === undefined ? `There is no job ${id}.` : `Several jobs have an id that begins with ${id}.`,
    { hint: 'rockpool jobs --remote lists those of agents.', detail: { id } },
  );
}

/** Says that a job of an agent cannot be ended from here: its API knows no way to. */
export function notCancellable({ id, title }: Job): RockpoolError {
  return new RockpoolError('not_available', `${title} runs at its agent and cannot be cancelled from here.`, {
    hint: 'Airflow, which runs it, can: ask those who run the agent.',
    detail: { job: id },
  });
}

/** The newest job of a workflow, of whichever agent; of these states, where any are given. */
export function newestOf(
  state: StateDb,
  workflow: string,
  states: readonly JobState[] | null = null,
): Job | null {
  return listRemoteJobs(state, { workflow, states, limit: 1 })[0] ?? null;
}

function readRow(row: Record<string, unknown>): RemoteJob {
  return { job: parseRecord(Job, row), details: parseRecord(RemoteDetails, { record: row.details }) };
}
