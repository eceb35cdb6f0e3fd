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
  /** After how many seconds a statement of the SQL console is ended. */
  consoleSeconds: z.number().int().min(1).max(3600).default(60),
  /** The image for servers of a major version, where it is not the official one: `{ "17": "pgvector/pgvector:pg17" }`. */
  dockerImages: z.record(z.string().regex(/^\d{2}$/), z.string().min(1).max(255)).default({}),
  /** How many bytes of memory a container may take, so that no statement takes the machine's; 0 for no limit. */
  dockerMemoryBytes: z
    .number()
    .int()
    .min(0)
    .default(4 * 1024 ** 3),
  /** Whether installs that want the same PostgreSQL share a container, or get one each. */
  dockerServers: z.enum(['shared', 'per install']).default('shared'),
});
export type Settings = z.infer<typeof Settings>;
