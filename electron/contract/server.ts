import { z } from 'zod';

export const ServerKind = z.enum(['embedded', 'docker', 'external']);
export type ServerKind = z.infer<typeof ServerKind>;

/** The container of a server: which engine it is in, from which image, and the memory that it takes now. */
export const ServerContainer = z.object({
  engine: z.string(),
  image: z.string(),
  container: z.string(),
  memoryBytes: z.number().int().nonnegative().nullable(),
});
export type ServerContainer = z.infer<typeof ServerContainer>;

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
  /** Null for a server that is not in one. */
  container: ServerContainer.nullable(),
});
export type Server = z.infer<typeof Server>;
