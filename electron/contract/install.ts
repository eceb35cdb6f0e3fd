import { z } from 'zod';
import { Impersonation } from './impersonation.ts';
import { InstallReport } from './report.ts';
import { ServerKind } from './server.ts';

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

/** A table of the live that was written to since it was copied; `rows` is about how many rows. */
export const Edited = z.object({
  schema: z.string(),
  name: z.string(),
  rows: z.number().int().nonnegative(),
});
export type Edited = z.infer<typeof Edited>;

/** A former live that stays as the snapshot `label` until it goes by itself, and what had been done to it. */
export const Former = z.object({ label: z.string(), edited: z.array(Edited), expiresAt: z.iso.datetime() });
export type Former = z.infer<typeof Former>;

/** `switch` is how long the live could not be reached. */
export const ResetResult = z.object({
  install: Install,
  ms: z.object({ prepare: ms, switch: ms, total: ms }),
  ended: z.number().int().nonnegative(),
  statements: z.object({ applied: z.number().int().nonnegative(), rows: z.number().int().nonnegative() }),
  /** What had been done to the former live, where anything had: it stays as the snapshot `label` for a while. */
  former: Former.nullable(),
  job: z.string(),
});
export type ResetResult = z.infer<typeof ResetResult>;

/** A named copy of a live that can be gone back to. */
export const Snapshot = z.object({
  label: z.string(),
  createdAt: z.iso.datetime(),
  sizeBytes: z.number().int().nonnegative(),
  /** The revision whose data it holds. */
  revision: z.string(),
  /** When it goes by itself; null for one that a person saved. */
  expiresAt: z.iso.datetime().nullable(),
});
export type Snapshot = z.infer<typeof Snapshot>;

/** `closed` is how long the live could not be reached while it was copied. */
export const SnapshotSaved = z.object({ snapshot: Snapshot, ms: z.object({ closed: ms }), job: z.string() });
export type SnapshotSaved = z.infer<typeof SnapshotSaved>;

/**
 * How it is known whether something newer is there: by what the source tells of its files, such as revisions, tags and
 * times, or by the content of all of them, which were read or pulled for it. The message is one sentence.
 */
export const Known = z.object({ by: z.enum(['source', 'content']), message: z.string() });
export type Known = z.infer<typeof Known>;

/**
 * Tables are named `schema.name`. With `changed` false nothing newer was there, and the live is as it was; there is a job
 * where all had to be pulled to know that.
 */
export const UpdateResult = z.object({
  changed: z.boolean(),
  known: Known,
  install: Install,
  report: InstallReport.extend({ reloaded: z.array(z.string()), kept: z.array(z.string()) }),
  /** What had been done to the former live, which stays as the snapshot `label` for a while. */
  former: Former.nullable(),
  job: z.string().nullable(),
});
export type UpdateResult = z.infer<typeof UpdateResult>;

/** How an update is wished for, beside the revision. */
export const UpdateWish = z.object({
  /** Pull everything again, whatever the cache has and the source tells. */
  fresh: z.boolean().optional(),
  /** Tables, or files with definitions, that are meant to be gone from what is published; `all` for all. */
  gone: z.array(z.string()).readonly().optional(),
});
export type UpdateWish = z.infer<typeof UpdateWish>;

export const MoveResult = z.object({
  changed: z.boolean(),
  install: Install,
  edited: z.array(Edited),
  job: z.string().nullable(),
});
export type MoveResult = z.infer<typeof MoveResult>;

/** `until` is how long the removal can be undone, null where it cannot; `changedRows` is about how many had been changed. */
export const RemoveResult = z.object({
  install: Install,
  until: z.iso.datetime().nullable(),
  changedRows: z.number().int().nonnegative().nullable(),
  job: z.string(),
});
export type RemoveResult = z.infer<typeof RemoveResult>;

export const InstallDetails = z.object({
  install: Install,
  /** The demo profile that is on. */
  profile: z.string().nullable(),
  impersonation: Impersonation.nullable(),
  snapshots: z.array(Snapshot),
  /** Whether the next reset has its copy ready; `note` says why there is none where there is a reason. */
  spare: z.object({ ready: z.boolean(), note: z.string().nullable() }),
  resetAt: z.iso.datetime().nullable(),
  report: InstallReport,
});
export type InstallDetails = z.infer<typeof InstallDetails>;

/** The ways in which a connection can be written down. */
export const UrlFormat = z.enum(['url', 'env', 'psql', 'jdbc', 'prisma', 'django', 'rails', 'compose']);
export type UrlFormat = z.infer<typeof UrlFormat>;

/** What is published under a reference, as an install would find it; null where the source does not tell. Bytes. */
export const Look = z.object({
  dataset: z.string(),
  revision: z.string(),
  publishedAt: z.iso.datetime().nullable(),
  files: z.number().int().nonnegative(),
  sizeBytes: z.number().int().nonnegative().nullable(),
  /** What an install takes at most: the archive, and the databases that are made of it. */
  neededBytes: z.number().int().nonnegative().nullable(),
  /** The tables that have a file of their own; none for a dump. */
  tables: z.array(z.string()),
});
export type Look = z.infer<typeof Look>;

/** How a person asks for an install; what is null was not said. */
export const InstallRequest = z.object({
  /** `SOURCE/DATASET[@REVISION]`, a path or a URL. */
  dataset: z.string().min(1),
  name: z.string().nullable(),
  /** Null for the one that fits. */
  server: ServerKind.nullable(),
  port: z.number().int().min(1).max(65535).nullable(),
  /** The major version of PostgreSQL. */
  postgres: z.number().int().min(1).max(99).nullable(),
  /** The image of a container, where it is not that of the settings. */
  image: z.string().min(1).max(255).nullish(),
  schemaFile: z.string().nullable(),
  afterFile: z.string().nullable(),
  tables: z.array(z.string()).readonly().nullable(),
  /** Which database of a dump that holds several. */
  database: z.string().min(1).max(63).nullish(),
  createdb: z.boolean(),
  allowPersonalData: z.string().nullable(),
  /** Pull everything again, whatever the cache has; without an answer of the source nothing is installed. */
  fresh: z.boolean().optional(),
});
export type InstallRequest = z.infer<typeof InstallRequest>;
