import { randomBytes } from 'node:crypto';
import { type ErrorReport, isRockpoolError } from '../contract/errors.ts';
import type { Job, JobKind, JobStep, LogLevel } from '../contract/job.ts';
import type { Core } from '../state/core.ts';
import type { StateDb } from '../state/database.ts';
import { ownProcess } from '../state/processes.ts';
import { redact } from '../state/redact.ts';
import { watchForCancel } from './cancel.ts';
import {
  addLeftover,
  type Cleaners,
  cleanLeftovers,
  type LeftoverRecord,
  settleLeftover,
} from './leftovers.ts';
import { type StepPlan, waitingStep, withProgress } from './progress.ts';
import { describeUnexpected, reportOf } from './report.ts';

/** What a job is to do, before it has begun. */
export interface JobPlan {
  readonly kind: JobKind;
  readonly title: string;
  readonly install: string | null;
  /** What was asked for, so that it can be asked again; no secrets. */
  readonly request: Job['request'];
  readonly steps: readonly StepPlan[];
}

/** What one step tells of itself while it runs. */
export interface StepProgress {
  /** Changing text under the step's stable title. */
  describe(description: string | null): void;
  /** How much there is to do, in a unit of the step's own (usually bytes). */
  setTotal(total: number | null): void;
  /** Adds what has been done. `done` counts in the unit of `setTotal`. */
  add(done: { done?: number; bytes?: number; rows?: number }): void;
}

/** What the work of a job is given. */
export interface RunningJob {
  readonly id: string;
  /** Aborts with a `cancelled` error when somebody cancels; hand it to everything that can wait. */
  readonly signal: AbortSignal;
  step<T>(key: string, work: (progress: StepProgress) => Promise<T>): Promise<T>;
  log(level: LogLevel, message: string): void;
  /** Writes down a thing before it is made; returns what `settle` takes once the thing is wanted to stay. */
  willMake(kind: string, record: LeftoverRecord): number;
  settle(leftover: number): void;
}

export interface RunOptions {
  readonly cleaners: Cleaners;
  readonly onChange?: ((job: Job) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** A job taken from the queue; a new one is made without it. */
  readonly queued?: Job;
}

/** A new id for a job: ten hexadecimal digits. */
export function newJobId(): string {
  return randomBytes(5).toString('hex');
}

/** Puts a job in the queue of the background worker. */
export function queueJob(state: StateDb, plan: JobPlan): Job {
  const job = newJob(newJobId(), plan);
  insertJob(state, job);
  return job;
}

/**
 * Runs one job to its end. What it wrote down with `willMake` and did not settle is cleaned up in every case.
 * Throws what the work threw, after the record says so; `job` is the last record.
 */
export async function runJob<T>(
  core: Core,
  plan: JobPlan,
  options: RunOptions,
  work: (job: RunningJob) => Promise<T>,
): Promise<{ job: Job; result: T }> {
  const record = new JobRecord(core, plan, options);
  const abort = new AbortController();
  const cancel = watchForCancel(core.state, record.job.id, abort, options.signal);
  const running: RunningJob = {
    id: record.job.id,
    signal: abort.signal,
    step: (key, stepWork) => {
      cancel.look();
      return record.runStep(key, stepWork, abort.signal);
    },
    log: (level, message) => record.writeLog(level, message),
    willMake: (kind, what) => addLeftover(core.state, record.job.id, kind, what),
    settle: (leftover) => settleLeftover(core.state, { id: leftover, job: record.job.id }),
  };
  try {
    const result = await work(running);
    await record.clean();
    return { job: record.end('succeeded', null), result };
  } catch (error) {
    const cause = abort.signal.aborted ? abort.signal.reason : error;
    await record.clean();
    const report = reportOf(cause, core.log.file);
    if (report.code === 'internal')
      core.log.write('error', 'A job failed unexpectedly', {
        job: record.job.id,
        stack: describeUnexpected(error),
      });
    if (report.code === 'cancelled') record.end('cancelled', null);
    else record.end('failed', report);
    throw withJobId(cause, record.job.id);
  } finally {
    cancel.close();
  }
}

function withJobId(thrown: unknown, job: string): unknown {
  return thrown instanceof Error && Object.isExtensible(thrown) ? Object.assign(thrown, { job }) : thrown;
}

function newJob(id: string, plan: JobPlan): Job {
  return {
    id,
    kind: plan.kind,
    title: plan.title,
    state: 'queued',
    install: plan.install,
    createdAt: new Date().toISOString(),
    startedAt: null,
    endedAt: null,
    progress: 0,
    etaMs: null,
    steps: plan.steps.map(waitingStep),
    error: null,
    request: plan.request,
    remote: false,
  };
}

/** Writes a new job's row. */
export function insertJob(state: StateDb, job: Job): void {
  state.run(
    'INSERT INTO jobs (id, kind, install, state, created_at, record) VALUES (?, ?, ?, ?, ?, ?)',
    job.id,
    job.kind,
    job.install,
    job.state,
    job.createdAt,
    JSON.stringify(job),
  );
}

const saveEveryMs = 100;

class JobRecord {
  job: Job;
  readonly #core: Core;
  readonly #options: RunOptions;
  #savedAtMs = 0;
  #pending: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(core: Core, plan: JobPlan, options: RunOptions) {
    this.#core = core;
    this.#options = options;
    const queued = options.queued ?? newJob(newJobId(), plan);
    this.job = { ...queued, state: 'running', startedAt: new Date().toISOString() };
    core.state.transaction(() => {
      if (options.queued === undefined) insertJob(core.state, queued);
      const { pid, startedAt } = ownProcess();
      core.state.run('UPDATE jobs SET pid = ?, started_at = ? WHERE id = ?', pid, startedAt, this.job.id);
      this.#store();
    });
    this.#tell();
  }

  async runStep<T>(
    key: string,
    work: (progress: StepProgress) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    signal.throwIfAborted();
    if (!this.job.steps.some((step) => step.key === key)) throw new RangeError(`the plan has no step ${key}`);
    this.#change(key, () => ({ state: 'running', startedAt: new Date().toISOString() }));
    // A stream that outlives its step may still report: what comes late is ignored.
    const whileRunning = (edit: (step: JobStep) => Partial<JobStep>): void =>
      this.#change(key, (step) => (step.state === 'running' ? edit(step) : {}));
    try {
      const result = await work({
        describe: (description) => whileRunning(() => ({ description })),
        setTotal: (total) => whileRunning(() => ({ total })),
        add: (more) =>
          whileRunning((step) => ({
            done: step.done + (more.done ?? 0),
            bytes: step.bytes + (more.bytes ?? 0),
            rows: step.rows + (more.rows ?? 0),
          })),
      });
      this.#change(key, () => ({ state: 'done', description: null, endedAt: new Date().toISOString() }));
      return result;
    } catch (error) {
      this.#change(key, () => ({ state: 'failed', endedAt: new Date().toISOString() }));
      throw error;
    }
  }

  writeLog(level: LogLevel, message: string): void {
    const { state, log } = this.#core;
    const text = redact(message);
    try {
      state.run(
        'INSERT INTO job_log (job, at, level, message) VALUES (?, ?, ?, ?)',
        this.job.id,
        new Date().toISOString(),
        level,
        text,
      );
    } catch {
      // As with the log file: a full disk must not fail a job for the sake of a line about it.
    }
    log.write(level, text, { job: this.job.id });
  }

  async clean(): Promise<void> {
    await cleanLeftovers(this.#core.state, this.job.id, this.#options.cleaners, (leftover, error) => {
      const why = isRockpoolError(error) ? error.message : 'unexpected error';
      this.writeLog('warn', `A ${leftover.kind} could not be cleaned up yet: ${why}`);
    });
  }

  end(state: 'succeeded' | 'failed' | 'cancelled', error: ErrorReport | null): Job {
    this.#ended = true;
    const endedAt = new Date().toISOString();
    const unfinished = state === 'succeeded' ? ('skipped' as const) : ('waiting' as const);
    const steps = this.job.steps.map((step): JobStep => {
      if (step.state === 'running') return { ...step, state: 'failed', endedAt };
      return step.state === 'waiting' ? { ...step, state: unfinished } : step;
    });
    this.job = {
      ...this.job,
      steps,
      state,
      error,
      endedAt,
      etaMs: null,
      progress: state === 'succeeded' ? 1 : this.job.progress,
    };
    this.#save();
    return this.job;
  }

  // Progress is told from timers and streams, where an error would end the process: what cannot be stored now is
  // stored with the next change, and the end is stored by `end`, which throws.
  #change(key: string, edit: (step: JobStep) => Partial<JobStep>): void {
    if (this.#ended) return;
    const steps = this.job.steps.map((step) => (step.key === key ? { ...step, ...edit(step) } : step));
    this.job = withProgress({ ...this.job, steps }, new Date());
    const waitMs = this.#savedAtMs + saveEveryMs - Date.now();
    if (waitMs <= 0) this.#trySave();
    else this.#pending ??= setTimeout(() => this.#trySave(), waitMs).unref();
  }

  #trySave(): void {
    try {
      this.#save();
    } catch {
      // See #change.
    }
  }

  #save(): void {
    clearTimeout(this.#pending);
    this.#pending = undefined;
    this.#savedAtMs = Date.now();
    this.#store();
    this.#tell();
  }

  #store(): void {
    this.#core.state.run(
      'UPDATE jobs SET state = ?, record = ? WHERE id = ?',
      this.job.state,
      JSON.stringify(this.job),
      this.job.id,
    );
  }

  #tell(): void {
    this.#options.onChange?.(this.job);
  }
}
