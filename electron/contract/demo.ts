import { z } from 'zod';
import { Install, ResetResult } from './install.ts';

const count = z.number().int().nonnegative();
const line = z.number().int().positive();

/** What a parameter's value has to be; the server casts it all the same. */
export const ParameterKind = z.enum(['text', 'number', 'date', 'url', 'choice', 'image']);
export type ParameterKind = z.infer<typeof ParameterKind>;

/** What is told of a parameter beside its name. */
export const ParameterDefinition = z.object({
  label: z.string().nullable(),
  default: z.string().nullable(),
  kind: ParameterKind,
  /** What a `choice` can be; empty for the other kinds. */
  choices: z.array(z.string()),
});
export type ParameterDefinition = z.infer<typeof ParameterDefinition>;

/** Values by the parameter's name, as text. */
export const ParameterValues = z.record(z.string(), z.string());
export type ParameterValues = z.infer<typeof ParameterValues>;

/** A parameter that the statements of an install have, with the lines of the statements that use it. */
export const Parameter = ParameterDefinition.extend({ name: z.string(), lines: z.array(line) });
export type Parameter = z.infer<typeof Parameter>;

/** A named set of values. `on` is the one that resets and updates apply. */
export const Profile = z.object({ name: z.string(), values: ParameterValues, on: z.boolean() });
export type Profile = z.infer<typeof Profile>;

/** A profile that was deleted, and until when it can be had back. */
export const RemovedProfile = z.object({ name: z.string(), until: z.iso.datetime() });
export type RemovedProfile = z.infer<typeof RemovedProfile>;

/** The statements of an install as they are shown: the text that a person wrote, never a value. */
export const DemoStatements = z.object({
  file: z.string().nullable(),
  sql: z.string(),
  statements: z.array(z.object({ line, sql: z.string(), parameters: z.array(z.string()) })),
  parameters: z.array(Parameter),
  profile: z.string().nullable(),
});
export type DemoStatements = z.infer<typeof DemoStatements>;

/** A row as texts by column, null where it is NULL. */
export const PreviewRow = z.record(z.string(), z.string().nullable());
export type PreviewRow = z.infer<typeof PreviewRow>;

/**
 * What one statement did to one table: how many rows, and the first of them before and after, pair by pair where they
 * were updated. Inserted rows have no `before`, deleted ones no `after`.
 */
export const PreviewChange = z.object({
  table: z.string(),
  kind: z.enum(['insert', 'update', 'delete', 'truncate']),
  rows: count,
  before: z.array(PreviewRow),
  after: z.array(PreviewRow),
});
export type PreviewChange = z.infer<typeof PreviewChange>;

/** One statement of a preview; `before` and `after` are those of the first change, all are in `changes`. */
export const PreviewedStatement = z.object({
  line,
  sql: z.string(),
  rows: count,
  before: z.array(PreviewRow),
  after: z.array(PreviewRow),
  changes: z.array(PreviewChange),
  warnings: z.array(z.string()),
});
export type PreviewedStatement = z.infer<typeof PreviewedStatement>;

export const Preview = z.object({
  install: z.string(),
  profile: z.string().nullable(),
  statements: z.array(PreviewedStatement),
  /** Values of the profile that no statement asks for. */
  unused: z.array(z.string()),
  ms: z.object({ prepare: count, statements: count, total: count }),
  job: z.string(),
});
export type Preview = z.infer<typeof Preview>;

/** What became of each install where all were reset. */
export const ResetAllResult = z.object({
  resets: z.array(ResetResult),
  failed: z.array(z.object({ name: z.string(), code: z.string(), message: z.string() })),
});
export type ResetAllResult = z.infer<typeof ResetAllResult>;

/** Which profile and values a reset, an update or a preview is asked for with. */
export const DressWish = z.object({
  /** Turns this profile on; null and nothing leave the one that is on. */
  profile: z.string().nullish(),
  /** Added for this once, in place of the profile's. */
  set: ParameterValues.optional(),
  /** Leaves the statements out for this once. */
  plain: z.boolean().optional(),
});
export type DressWish = z.infer<typeof DressWish>;

/** An install with its demo, for lists. */
export const Dressed = z.object({ install: Install, profile: z.string().nullable() });
export type Dressed = z.infer<typeof Dressed>;
