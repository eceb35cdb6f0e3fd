import type { ListedSchedule, Schedule, ScheduleWish } from '../contract/schedule.ts';
import type { StateDb } from '../state/database.ts';
import { newJobId } from './run.ts';
import { asNextRun, localZone, nextRuns, readTimes } from './schedule-times.ts';
import { putSchedule } from './schedules.ts';

/** Makes a schedule. Throws `schedule_invalid`. */
export function addSchedule(state: StateDb, wish: ScheduleWish, now = new Date()): Schedule {
  const { install, when, action, zone = 'UTC', missed = 'run' } = wish;
  const schedule: Schedule = {
    id: newJobId(),
    install,
    action,
    ...readTimes(when, zone, now),
    missed,
    createdAt: now.toISOString(),
    last: null,
  };
  putSchedule(state, schedule);
  return schedule;
}

const listedRuns = 5;

/** A schedule with its next times. */
export function withNextRuns(schedule: Schedule, now = new Date(), zone = localZone()): ListedSchedule {
  const next = nextRuns(schedule, now, listedRuns).map((at) => asNextRun(at, zone));
  return { ...schedule, next };
}
