import { z } from 'zod';
import { Agent } from './agent.ts';
import { Install } from './install.ts';
import { Job } from './job.ts';
import { Server, ServerKind } from './server.ts';
import { Source } from './source.ts';

/** Whose identity is on in an install, and since when. */
export const IdentityOn = z.object({
  user: z.string(),
  label: z.string(),
  recipe: z.string(),
  since: z.iso.datetime(),
});
export type IdentityOn = z.infer<typeof IdentityOn>;

/** What the last switch replaced, as long as it can be gone back to. */
export const Undo = z.object({ label: z.string(), expiresAt: z.iso.datetime() });
export type Undo = z.infer<typeof Undo>;

/** An install as a page shows it at a glance: the data, its server, and what is on. */
export const Card = Install.extend({
  serverKind: ServerKind,
  serverState: Server.shape.state,
  serverVersion: z.string().nullable(),
  createdAt: z.iso.datetime(),
  resetAt: z.iso.datetime().nullable(),
  spare: z.object({ ready: z.boolean(), note: z.string().nullable() }),
  /** The demo profile that each reset applies. */
  profile: z.string().nullable(),
  /** False where what it was made from, a file that was dropped on the page, is there no more. */
  updatable: z.boolean(),
  /** Whether there are demo statements. */
  hasDemo: z.boolean(),
  identity: IdentityOn.nullable(),
  undo: Undo.nullable(),
});
export type Card = z.infer<typeof Card>;

/** A removal that can still be undone, and what goes for good when its time is over. */
export const RemovedInstall = z.object({
  name: z.string(),
  until: z.iso.datetime(),
  dataset: z.string(),
  tables: z.number().int().nonnegative(),
  rows: z.number().int().nonnegative(),
});
export type RemovedInstall = z.infer<typeof RemovedInstall>;

/**
 * What has changed since the last such record; the first one of a watch holds everything, so that whoever comes back
 * after a lost connection needs no more than to watch again. A list replaces the one before it, but for `jobs`, which
 * holds those that changed: the newest and all unfinished ones at first.
 */
export const Changes = z.object({
  cards: z.array(Card).optional(),
  removed: z.array(RemovedInstall).optional(),
  servers: z.array(Server).optional(),
  sources: z.array(Source).optional(),
  jobs: z.array(Job).optional(),
  agents: z.array(Agent).optional(),
});
export type Changes = z.infer<typeof Changes>;
