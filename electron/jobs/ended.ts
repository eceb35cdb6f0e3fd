import type { ErrorReport } from '../contract/errors.ts';
import type { Job } from '../contract/job.ts';
import type { StateDb } from '../state/database.ts';
import { insertJob, newJobId } from './run.ts';

/** A piece of work that never began, for the history: its time went by, or it could not begin. */
export interface EndedWork {
  readonly kind: Job['kind'];
  readonly title: string;
  readonly install: string | null;
  readonly request: Job['request'];
  readonly state: 'failed' | 'cancelled';
  readonly at: Date;
  readonly error: ErrorReport | null;
}

/** Writes a job into the history that has ended without any work. */
export function recordEnded(state: StateDb, { at, ...work }: EndedWork): Job {
  const time = at.toISOString();
  const job: Job = {
    ...work,
    id: newJobId(),
    createdAt: time,
    startedAt: null,
    endedAt: time,
    progress: 0,
    etaMs: null,
    steps: [],
    remote: false,
  };
  insertJob(state, job);
  return job;
}
