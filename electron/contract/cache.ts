import { z } from 'zod';

const bytes = z.number().int().nonnegative();

/** One archive of the cache, as people see it. */
export const CacheEntry = z.object({
  dataset: z.string(),
  revision: z.string(),
  origin: z.string(),
  /** The archive's id. */
  archive: z.string(),
  /** Of all its files; what several archives share counts in each. */
  bytes,
  pulledAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime(),
  /** True where an install needs it or a job uses it: it is not pruned. */
  pinned: z.boolean(),
});
export type CacheEntry = z.infer<typeof CacheEntry>;

/** Which archives are to go; without any wish only what nothing needs does. */
export const PruneWish = z.object({
  /** Of this dataset alone, as `cache list` calls it; without another wish all that is pulled of it goes. */
  dataset: z.string().min(1).optional(),
  /** This revision of it alone. */
  revision: z.string().min(1).optional(),
  /** So many revisions of each dataset stay. */
  keep: z.number().int().min(0).optional(),
  /** What was not used for so long goes. */
  olderThanMs: z.number().min(0).optional(),
  /** The least recently used go until the cache is not larger than this. */
  maxBytes: z.number().int().min(0).optional(),
  /** Says what would go, and removes nothing. */
  dryRun: z.boolean().optional(),
});
export type PruneWish = z.infer<typeof PruneWish>;

export const Pruned = z.object({
  removed: z.array(CacheEntry),
  /** Of a dataset that was named: what stays, since an install needs it or a job uses it. */
  kept: z.array(CacheEntry).optional(),
  /** On the disk: what entries that stay share with those that go is not freed. */
  freedBytes: bytes,
});
export type Pruned = z.infer<typeof Pruned>;
