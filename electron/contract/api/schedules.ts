import { z } from 'zod';
import { ListedSchedule, ScheduleList, ScheduleWish } from '../schedule.ts';
import { procedure } from './procedure.ts';

/** What is done to installs by the clock. */
export const schedules = {
  list: procedure.output(ScheduleList),
  add: procedure.input(ScheduleWish).output(ListedSchedule),
  remove: procedure.input(z.object({ id: z.string().min(1).max(40) })).output(ListedSchedule),
};
