import { z } from 'zod';

export const ServerKind = z.enum(['embedded', 'docker', 'external']);
export type ServerKind = z.infer<typeof ServerKind>;

/** A local PostgreSQL as people see it. `version` is PostgreSQL's own text, null while it is not known. */
export const Server = z.object({
  name: z.string(),
  kind: ServerKind,
  version: z.string().nullable(),
  port: z.number().int(),
  state: z.enum(['running', 'stopped', 'starting', 'failed']),
  sizeBytes: z.number().int().nonnegative().nullable(),
  installs: z.array(z.string()),
  /** Something worth knowing that does not stop anybody, such as an old minor version. */
  note: z.string().nullable(),
});
export type Server = z.infer<typeof Server>;
