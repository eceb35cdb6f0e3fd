import { z } from 'zod';

export const ScheduleAction = z.enum(['reset', 'update']);
export type ScheduleAction = z.infer<typeof ScheduleAction>;

/** What is done about runs whose time went by while nothing ran: once now, or not. */
export const MissedPolicy = z.enum(['run', 'skip']);
export type MissedPolicy = z.infer<typeof MissedPolicy>;

/** What became of the last run. */
export const ScheduleRun = z.object({
  dueAt: z.iso.datetime(),
  at: z.iso.datetime(),
  /** `started` while it goes on, and where its process was killed. */
  outcome: z.enum(['started', 'succeeded', 'failed', 'missed']),
  job: z.string().nullable(),
});
export type ScheduleRun = z.infer<typeof ScheduleRun>;

/** Something that is done to an install by the clock. Exactly one of `cron` and `once` is there. */
export const Schedule = z.object({
  id: z.string(),
  install: z.string(),
  action: ScheduleAction,
  /** A crontab expression of five fields, read in `zone`. */
  cron: z.string().nullable(),
  /** The one time at which it is done. */
  once: z.iso.datetime().nullable(),
  /** A time zone by its IANA name; `UTC` unless somebody chose another. */
  zone: z.string(),
  missed: MissedPolicy,
  createdAt: z.iso.datetime(),
  last: ScheduleRun.nullable(),
});
export type Schedule = z.infer<typeof Schedule>;

/** A coming run: in UTC, and as clocks at this machine show it. */
export const NextRun = z.object({ at: z.iso.datetime(), local: z.string() });
export type NextRun = z.infer<typeof NextRun>;

export const ListedSchedule = Schedule.extend({ next: z.array(NextRun) });
export type ListedSchedule = z.infer<typeof ListedSchedule>;

/** `runner` is the process that does them; null while none does. */
export const ScheduleList = z.object({
  schedules: z.array(ListedSchedule),
  zone: z.string(),
  runner: z.object({ pid: z.number().int() }).nullable(),
});
export type ScheduleList = z.infer<typeof ScheduleList>;

/** How a person asks for a schedule; `when` is a crontab expression or a date with a time. */
export const ScheduleWish = z.object({
  install: z.string(),
  when: z.string(),
  action: ScheduleAction,
  zone: z.string().optional(),
  missed: MissedPolicy.optional(),
});
export type ScheduleWish = z.infer<typeof ScheduleWish>;
