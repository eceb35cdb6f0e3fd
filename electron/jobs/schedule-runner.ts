import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorReport, isRockpoolError } from '../contract/errors.ts';
import type { Job } from '../contract/job.ts';
import type { Schedule, ScheduleRun } from '../contract/schedule.ts';
import type { Core } from '../state/core.ts';
import { tryLock } from '../state/locks.ts';
import { recordEnded } from './ended.ts';
import { describeUnexpected, reportOf } from './report.ts';
import { dueRuns } from './schedule-times.ts';
import { deleteSchedule, hasSchedules, listSchedules, putSchedule, schedulesLock } from './schedules.ts';

/** The time, and how to wait: a test has its own. */
export interface Clock {
  now(): Date;
  /** Waits so long at most, or until the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

const machineClock: Clock = {
  now: () => new Date(),
  wait: async (ms, signal) => {
    await sleep(ms, undefined, { signal }).catch(() => {});
  },
};

/** Does what a schedule says; returns the job's id. */
export type Perform = (schedule: Schedule, signal: AbortSignal) => Promise<string | null>;

/** A machine that sleeps stops its timers: what comes later than this was slept through. */
const lateMs = 90_000;
/** Schedules that others make or remove are seen after so long. */
const tickMs = 1000;

export interface RunnerOptions {
  readonly perform: Perform;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  /** Goes on while there are no schedules, as a window does; a background worker ends then. */
  readonly stay?: boolean;
}

/**
 * Does what is due while it runs. Of all processes that call it one works and the others wait to take its place; without
 * `stay` it returns when there is nothing to be done by the clock, or another process does it.
 */
export async function runSchedules(core: Core, options: RunnerOptions): Promise<void> {
  const { signal, clock = machineClock, stay = false } = options;
  while (!signal.aborted && existsSync(core.paths.stateDb)) {
    if (hasSchedules(core.state)) {
      const lock = tryLock(core.state, schedulesLock, 'Doing what is scheduled');
      if ('close' in lock) {
        try {
          await work(core, options, clock);
        } finally {
          // The whole data folder may be gone.
          if (existsSync(core.paths.stateDb)) lock.close();
        }
      } else if (!stay) return;
    } else if (!stay) return;
    await clock.wait(tickMs, signal);
  }
}

async function work(core: Core, { perform, signal }: RunnerOptions, clock: Clock): Promise<void> {
  // What came before this was slept through, or nothing ran then; what comes while another run goes on was not.
  let wokeAt = clock.now();
  while (!signal.aborted && existsSync(core.paths.stateDb) && hasSchedules(core.state)) {
    for (const schedule of listSchedules(core.state)) {
      if (signal.aborted) return;
      try {
        await runDue(core, schedule, perform, { clock, wokeAt, signal });
      } catch (error) {
        // A disk that is full for a while must not be the end of all schedules: the next look tries again.
        core.log.write('error', 'A schedule could not be followed', {
          schedule: schedule.id,
          problem: describeUnexpected(error),
        });
      }
    }
    const before = clock.now();
    await clock.wait(tickMs, signal);
    if (clock.now().getTime() - before.getTime() > lateMs) wokeAt = clock.now();
  }
}

async function runDue(
  core: Core,
  schedule: Schedule,
  perform: Perform,
  { clock, wokeAt, signal }: { clock: Clock; wokeAt: Date; signal: AbortSignal },
): Promise<void> {
  const now = clock.now();
  const due = dueRuns(schedule, now);
  if (due === null) return;
  const isLate = wokeAt.getTime() - due.last.getTime() > lateMs;
  const isMissed = isLate && schedule.missed === 'skip';
  const missed = isMissed ? due.count : due.count - 1;
  const dueAt = due.last.toISOString();
  // Written down before it is done: what kills this process kills no second one the same way.
  const noted = { dueAt, at: now.toISOString(), outcome: 'started' as const, job: null };
  note(core, schedule, noted);
  if (missed > 0) {
    const job = recordMissed(core, schedule, due.first, missed, now);
    if (isMissed) note(core, schedule, { ...noted, outcome: 'missed', job: job.id });
  }
  if (isMissed) return settleOnce(core, schedule);
  const run = await performOne(core, schedule, perform, clock, signal);
  if (run !== null) note(core, schedule, { ...noted, ...run });
  settleOnce(core, schedule);
}

async function performOne(
  core: Core,
  schedule: Schedule,
  perform: Perform,
  clock: Clock,
  signal: AbortSignal,
): Promise<Pick<ScheduleRun, 'outcome' | 'job'> | null> {
  const at = clock.now();
  try {
    return { outcome: 'succeeded', job: await perform(schedule, signal) };
  } catch (error) {
    if (signal.aborted) return null;
    const known = (error as { job?: unknown } | null)?.job;
    // Somebody works on the install, or it is gone: there is no job yet that says so.
    const job =
      typeof known === 'string' ? known : recordFailed(core, schedule, at, reportOf(error, core.log.file)).id;
    if (isRockpoolError(error, 'install_not_found')) deleteSchedule(core.state, schedule.id);
    return { outcome: 'failed', job };
  }
}

// A schedule that was removed meanwhile stays removed.
function note({ state }: Core, { id }: Schedule, last: ScheduleRun): void {
  state.transaction(() => {
    const present = listSchedules(state).find((schedule) => schedule.id === id);
    if (present !== undefined) putSchedule(state, { ...present, last });
  });
}

function settleOnce({ state }: Core, { id, once }: Schedule): void {
  if (once !== null) deleteSchedule(state, id);
}

function recordMissed({ state }: Core, schedule: Schedule, first: Date, count: number, now: Date): Job {
  const { action, install, id } = schedule;
  const times = count === 1 ? 'a run' : `${count} runs`;
  const verb = action === 'reset' ? 'Reset' : 'Update';
  return recordEnded(state, {
    kind: action,
    title: `${verb} ${install}: missed ${times} since ${first.toISOString()}`,
    install,
    request: { name: install, schedule: id, missed: count, since: first.toISOString() },
    state: 'cancelled',
    at: now,
    error: null,
  });
}

function recordFailed({ state }: Core, schedule: Schedule, at: Date, error: ErrorReport): Job {
  const { action, install, id } = schedule;
  return recordEnded(state, {
    kind: action,
    title: `${action === 'reset' ? 'Reset' : 'Update'} ${install} by schedule`,
    install,
    request: { name: install, schedule: id },
    state: 'failed',
    at,
    error,
  });
}
