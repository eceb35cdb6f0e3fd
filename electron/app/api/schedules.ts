import { api } from './implementer.ts';

const { schedules } = api;

export const schedulesApi = schedules.router({
  list: schedules.list.handler(async ({ context }) => context.app.listSchedules()),
  add: schedules.add.handler(async ({ context, input }) => context.app.addSchedule(input)),
  remove: schedules.remove.handler(async ({ context, input }) => context.app.removeSchedule(input.id)),
});
