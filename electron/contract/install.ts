import { z } from 'zod';
import { InstallReport } from './report.ts';

/** A dataset living on a server under a name. The connection never changes across resets and updates. */
export const Install = z.object({
  name: z.string(),
  source: z.string().nullable(),
  dataset: z.string(),
  revision: z.string(),
  server: z.string(),
  host: z.string(),
  port: z.number().int(),
  database: z.string(),
  user: z.string(),
  /** Holds the password. */
  url: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  tables: z.number().int().nonnegative(),
  rows: z.number().int().nonnegative(),
});
export type Install = z.infer<typeof Install>;

export const InstallResult = z.object({ install: Install, report: InstallReport, job: z.string() });
export type InstallResult = z.infer<typeof InstallResult>;

const ms = z.number().int().nonnegative();

/** `switch` is how long the live could not be reached. */
export const ResetResult = z.object({
  install: Install,
  ms: z.object({ prepare: ms, switch: ms, total: ms }),
  ended: z.number().int().nonnegative(),
  statements: z.object({ applied: z.number().int().nonnegative(), rows: z.number().int().nonnegative() }),
  job: z.string(),
});
export type ResetResult = z.infer<typeof ResetResult>;

export const InstallDetails = z.object({
  install: Install,
  profile: z.null(),
  impersonation: z.null(),
  snapshots: z.array(z.never()),
  report: InstallReport,
});
export type InstallDetails = z.infer<typeof InstallDetails>;
