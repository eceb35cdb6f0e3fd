import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { Server, ServerKind } from '../server.ts';
import { Named, procedure } from './procedure.ts';

/** A kind of server that an install can be asked for; `reason` says why it cannot run here, null where it can. */
export const Offer = z.object({ kind: ServerKind, reason: z.string().nullable() });
export type Offer = z.infer<typeof Offer>;

/** Local servers. */
export const servers = {
  list: procedure.output(z.array(Server)),
  offers: procedure.output(z.array(Offer)),
  start: procedure.input(Named).output(Server),
  stop: procedure.input(Named).output(Server),
  /** The end of the server's log and then every line that comes. */
  log: procedure.input(Named).output(eventIterator(z.object({ lines: z.array(z.string()) }))),
};
