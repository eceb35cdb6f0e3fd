import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { Server } from '../server.ts';
import { Named, procedure } from './procedure.ts';

/** Local servers. */
export const servers = {
  list: procedure.output(z.array(Server)),
  start: procedure.input(Named).output(Server),
  stop: procedure.input(Named).output(Server),
  /** The end of the server's log and then every line that comes. */
  log: procedure.input(Named).output(eventIterator(z.object({ lines: z.array(z.string()) }))),
};
