import { z } from 'zod';
import { procedure } from './procedure.ts';

const Id = z.object({ id: z.string().regex(/^[0-9a-f]{16}$/) });

/** The longest piece of a file in one call, in base64: a message of a page's connection holds 1 MiB at most. */
export const longestPieceChars = 700_000;

/**
 * A file or folder that was dropped on a tab, whose path a browser does not tell: its bytes are brought to a folder of
 * ours, which is gone once they were installed, or after a day.
 */
export const uploads = {
  /** Makes room for what was dropped; `sizeBytes` is the sum of all its files. */
  begin: procedure
    .input(z.object({ name: z.string().min(1).max(255), sizeBytes: z.number().int().nonnegative() }))
    .output(Id),
  /** The next bytes of one file; `path` has one part for a file, more inside of folders, and `offset` is its length so far. */
  append: procedure
    .input(
      Id.extend({
        path: z.array(z.string().min(1).max(255)).min(1).max(12),
        offset: z.number().int().nonnegative(),
        base64: z.base64().max(longestPieceChars),
      }),
    )
    .output(z.object({ receivedBytes: z.number() })),
  /** The path at which it can be installed from. */
  finish: procedure.input(Id).output(z.object({ path: z.string() })),
  discard: procedure.input(Id).output(z.object({ ok: z.literal(true) })),
};
