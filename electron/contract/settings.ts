import { z } from 'zod';

/** What a person can set, with what holds until they do. */
export const Settings = z.object({
  /** How many bytes an install leaves free on a disk. */
  keepFreeBytes: z
    .number()
    .int()
    .min(0)
    .default(1024 ** 3),
  /** How many minutes a live that was replaced by an update stays as a snapshot. */
  formerMinutes: z
    .number()
    .int()
    .min(0)
    .max(7 * 24 * 60)
    .default(10),
});
export type Settings = z.infer<typeof Settings>;
