import { z } from 'zod';
import { ErrorReport } from './errors.ts';

export const JobState = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled', 'interrupted']);
export type JobState = z.infer<typeof JobState>;

export const JobKind = z.enum([
  'install',
  'update',
  'reset',
  'snapshot',
  'move',
  'remove',
  'impersonate',
  'spare',
  'preview',
  'workflow',
]);
export type JobKind = z.infer<typeof JobKind>;

/** One step of a job. Weights say what share of the whole a step is; `done` of `total` counts bytes, rows or things. */
export const JobStep = z.object({
  key: z.string(),
  title: z.string(),
  weight: z.number().positive(),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'skipped']),
  description: z.string().nullable(),
  done: z.number().nonnegative(),
  total: z.number().nonnegative().nullable(),
  bytes: z.number().int().nonnegative(),
  rows: z.number().int().nonnegative(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
});
export type JobStep = z.infer<typeof JobStep>;

/** One piece of work, as a record: sent whole on each change, kept when it has ended. Times are ISO UTC. */
export const Job = z.object({
  id: z.string(),
  kind: JobKind,
  title: z.string(),
  state: JobState,
  install: z.string().nullable(),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  /** Share of the whole that is done, 0 to 1; never goes backwards. */
  progress: z.number().min(0).max(1),
  /** Milliseconds left, null until it is known within a factor of two. */
  etaMs: z.number().int().nonnegative().nullable(),
  steps: z.array(JobStep),
  error: ErrorReport.nullable(),
  /** What the job was asked to do, so that it can be asked again; holds no secret. */
  request: z.record(z.string(), z.json()),
  /** True for work of an agent, false for our own. */
  remote: z.boolean(),
});
export type Job = z.infer<typeof Job>;

export const LogLevel = z.enum(['debug', 'info', 'warn', 'error']);
export type LogLevel = z.infer<typeof LogLevel>;

export const JobLogLine = z.object({ at: z.iso.datetime(), level: LogLevel, message: z.string() });
export type JobLogLine = z.infer<typeof JobLogLine>;
