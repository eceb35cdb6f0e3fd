import { z } from 'zod';

export const SourceKind = z.enum(['folder', 'filestore', 's3']);
export type SourceKind = z.infer<typeof SourceKind>;

/** A place where datasets are published. `url` holds no password. */
export const Source = z.object({ name: z.string(), kind: SourceKind, url: z.string() });
export type Source = z.infer<typeof Source>;

/** Whether a source can be reached and read; `message` is one line either way. */
export const SourceCheck = z.object({
  source: z.string(),
  ok: z.boolean(),
  message: z.string(),
  hint: z.string().nullable(),
});
export type SourceCheck = z.infer<typeof SourceCheck>;

/** One publication of a dataset. What a source cannot know is null. */
export const Revision = z.object({
  id: z.string(),
  publishedAt: z.iso.datetime().nullable(),
  sizeBytes: z.number().int().nonnegative().nullable(),
  files: z.number().int().nonnegative(),
  format: z.string().nullable(),
});
export type Revision = z.infer<typeof Revision>;

/** A named body of redacted data; revisions stand newest first. */
export const Dataset = z.object({ source: z.string(), dataset: z.string(), revisions: z.array(Revision) });
export type Dataset = z.infer<typeof Dataset>;
