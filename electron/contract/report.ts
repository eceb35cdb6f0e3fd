import { z } from 'zod';

const count = z.number().int().nonnegative();

/** One table as restored. A partition root has no rows of its own: `rows` is null there. */
export const TableReport = z.object({
  schema: z.string(),
  name: z.string(),
  rows: count.nullable(),
  bytes: count,
  ms: count,
});
export type TableReport = z.infer<typeof TableReport>;

/** Something of the archive that was left out on purpose. */
export const Skipped = z.object({ what: z.string(), name: z.string(), reason: z.string() });
export type Skipped = z.infer<typeof Skipped>;

export const Warning = z.object({ code: z.string(), message: z.string() });
export type Warning = z.infer<typeof Warning>;

/** A foreign key whose targets were sampled away: it stands NOT VALID, `rows` of its table point nowhere. */
export const Orphan = z.object({ constraint: z.string(), rows: count });
export type Orphan = z.infer<typeof Orphan>;

/** What became of an archive on its way to a database: nothing is dropped in silence. */
export const InstallReport = z.object({
  tables: z.array(TableReport),
  skipped: z.array(Skipped),
  warnings: z.array(Warning),
  orphans: z.array(Orphan),
  /** The check for personal data; null where none was made. */
  check: z.null(),
  ms: z.object({ pull: count, restore: count, check: count, publish: count, total: count }),
});
export type InstallReport = z.infer<typeof InstallReport>;
