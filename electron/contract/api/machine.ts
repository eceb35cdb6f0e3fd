import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { CacheEntry, Pruned, PruneWish } from '../cache.ts';
import { Changes } from '../card.ts';
import { Protection } from '../keyring.ts';
import { Settings } from '../settings.ts';
import { procedure } from './procedure.ts';

/** What concerns the whole app: what changes, settings, the data folder, the cache. */
export const machine = {
  watch: procedure.output(eventIterator(Changes)),
  versions: procedure.output(
    z.object({ rockpool: z.string(), node: z.string(), postgres: z.string().nullable() }),
  ),
  settings: {
    get: procedure.output(Settings),
    set: procedure.input(Settings.partial()).output(Settings),
  },
  /** Where the data folder is, what it takes, and what its disk has free. Bytes. */
  disk: procedure.output(
    z.object({
      home: z.string(),
      cacheBytes: z.number(),
      serversBytes: z.number(),
      freeBytes: z.number(),
    }),
  ),
  cache: {
    list: procedure.output(z.array(CacheEntry)),
    prune: procedure.input(PruneWish).output(Pruned),
  },
  /** How a secret of a remote place would be kept here. */
  keyring: procedure.output(z.object({ protection: Protection })),
  diagnostics: procedure.output(z.object({ file: z.string() })),
};
