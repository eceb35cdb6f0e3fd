import { z } from 'zod';

export const SourceKind = z.enum(['folder', 'filestore', 's3']);
export type SourceKind = z.infer<typeof SourceKind>;

/** A place where datasets are published. `url` holds no password. */
export const Source = z.object({ name: z.string(), kind: SourceKind, url: z.string() });
export type Source = z.infer<typeof Source>;

/** How a bucket is reached where AWS's defaults do not fit; it never holds a secret. */
export const S3Options = z.object({
  region: z.string().nullable(),
  /** The URL of an S3-compatible store, null for AWS. */
  endpoint: z.string().nullable(),
  /** A profile of the AWS configuration; null takes the default chain. */
  profile: z.string().nullable(),
  /** The bucket stands in the path, not in the host's name. */
  pathStyle: z.boolean(),
  anonymous: z.boolean(),
  /** A file with the certificate authorities to trust beside the known ones, as an absolute path. */
  ca: z.string().nullable(),
  /** `when-required` asks for no checksums: some stores know none. */
  checksums: z.enum(['when-supported', 'when-required']),
});
export type S3Options = z.infer<typeof S3Options>;

/** The options that somebody gave; what is left out keeps its default. */
export type S3Wish = { readonly [Key in keyof S3Options]?: S3Options[Key] | undefined };

/** A source as it is remembered; `s3` is there for buckets only. */
export const SourceRecord = Source.extend({ s3: S3Options.optional() });
export type SourceRecord = z.infer<typeof SourceRecord>;

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
