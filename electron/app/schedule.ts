import type { ListedSchedule, ScheduleList, ScheduleWish } from '../contract/schedule.ts';
import type { Parts } from '../installs/parts.ts';
import { getInstall } from '../installs/records.ts';
import { resetInstall } from '../installs/reset.ts';
import { updateInstall } from '../installs/update.ts';
import { hasSchedules, listSchedules, removeSchedule, scheduleRunner } from '../jobs/schedules.ts';

/** What is done by the clock. */
export interface ScheduleApp {
  addSchedule(wish: ScheduleWish): Promise<ListedSchedule>;
  listSchedules(): Promise<ScheduleList>;
  removeSchedule(id: string): ListedSchedule;
  /** True while there are schedules and no process that does them. */
  needsScheduler(): boolean;
  /**
   * Does what is due until the signal aborts. A window gives `stay`; without it this returns when nothing is scheduled
   * or another process does it.
   */
  runSchedules(options: { readonly signal: AbortSignal; readonly stay?: boolean }): Promise<void>;
}

// Calendars and time zones are loaded when something is scheduled: most commands never need them.
export function openSchedule(parts: Parts): ScheduleApp {
  const { core } = parts;
  const { state } = core;
  return {
    addSchedule: async (wish) => {
      getInstall(state, wish.install);
      const { addSchedule, withNextRuns } = await import('../jobs/schedule-wish.ts');
      return withNextRuns(addSchedule(state, wish));
    },
    listSchedules: async () => {
      const { withNextRuns } = await import('../jobs/schedule-wish.ts');
      const { localZone } = await import('../jobs/schedule-times.ts');
      return {
        schedules: listSchedules(state).map((schedule) => withNextRuns(schedule)),
        zone: localZone(),
        runner: scheduleRunner(state),
      };
    },
    removeSchedule: (id) => ({ ...removeSchedule(state, id), next: [] }),
    needsScheduler: () => hasSchedules(state) && scheduleRunner(state) === null,
    runSchedules: async (options) => {
      const { runSchedules } = await import('../jobs/schedule-runner.ts');
      await runSchedules(core, {
        ...options,
        perform: async ({ install, action }, signal) => {
          if (action === 'reset') return (await resetInstall(parts, install, { signal })).job;
          return (await updateInstall(parts, install, null, { signal })).job;
        },
      });
    },
  };
}
