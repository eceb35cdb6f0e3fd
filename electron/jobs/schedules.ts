import { RockpoolError } from '../contract/errors.ts';
import { Schedule } from '../contract/schedule.ts';
import { parseRecord, type StateDb } from '../state/database.ts';
import { lockHolder } from '../state/locks.ts';

/** All schedules, in the order in which they were made; those of an install whose removal can be undone sleep. */
export function listSchedules(state: StateDb): Schedule[] {
  return state
    .rows(
      `SELECT record FROM schedules WHERE install NOT IN (
         SELECT name FROM installs WHERE json_extract(record, '$.removedUntil') IS NOT NULL)`,
    )
    .map((row) => parseRecord(Schedule, row))
    .toSorted((a, b) => a.createdAt.localeCompare(b.createdAt));
}

export function putSchedule(state: StateDb, schedule: Schedule): void {
  state.run(
    'INSERT OR REPLACE INTO schedules (id, install, record) VALUES (?, ?, ?)',
    schedule.id,
    schedule.install,
    JSON.stringify(Schedule.parse(schedule)),
  );
}

/** Removes the schedule whose id is `id` or begins with it. Throws `schedule_not_found`, also where several begin so. */
export function removeSchedule(state: StateDb, id: string): Schedule {
  const found = listSchedules(state).filter((schedule) => id !== '' && schedule.id.startsWith(id));
  const [only, second] = found;
  if (only === undefined || second !== undefined) {
    throw new RockpoolError(
      'schedule_not_found',
      only === undefined
        ? `There is no schedule ${id}.`
        : `Several schedules have an id that begins with ${id}.`,
      { hint: 'rockpool schedule list lists them.', detail: { id } },
    );
  }
  deleteSchedule(state, only.id);
  return only;
}

export function deleteSchedule(state: StateDb, id: string): void {
  state.run('DELETE FROM schedules WHERE id = ?', id);
}

/** Takes the schedules of an install out of state.db, where the install goes. */
export function forgetSchedules(state: StateDb, install: string): void {
  state.run('DELETE FROM schedules WHERE install = ?', install);
}

/** True while anything is to be done by the clock. */
export function hasSchedules(state: StateDb): boolean {
  return state.rows('SELECT 1 FROM schedules LIMIT 1').length > 0;
}

/** The lock of the one process that does the schedules. */
export const schedulesLock = 'schedules';

/** The process that does the schedules, null while none does. */
export function scheduleRunner(state: StateDb): { pid: number } | null {
  const holder = lockHolder(state, schedulesLock);
  return holder === null ? null : { pid: holder.process.pid };
}
