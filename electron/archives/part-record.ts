import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Core } from '../state/core.ts';
import type { ArchiveKey, PublishedFile } from './archive.ts';
import { partPath } from './incoming.ts';
import { keyHash, pullLock } from './journal.ts';

const count = z.number().int().nonnegative();

/** Bytes of a part that came, from `start` up to, not including, `end`, and what they were. */
export const PartRange = z.object({ start: count, end: count, sha256: z.string() });
export type PartRange = z.infer<typeof PartRange>;

/** What is written beside a file that is pulled in parts, so that a later pull of the same content goes on from it. */
const PartRecord = z.object({
  lock: z.string(),
  name: z.string(),
  fingerprint: z.string(),
  sizeBytes: count,
  ranges: z.array(PartRange),
});

/** The record of one file that is being pulled in parts. */
export interface PartNotes {
  readonly path: string;
  /** What came before of this very content; to be hashed before it is believed. */
  read(): Promise<PartRange[]>;
  /** A crash leaves the former record or this one. Nothing is written where the content has no fingerprint. */
  write(ranges: readonly PartRange[]): Promise<void>;
  /** Removes record and part. */
  remove(): Promise<void>;
}

/** The notes of a file of a publication whose lock the caller holds. */
export function partNotes(core: Core, key: ArchiveKey, file: PublishedFile): PartNotes {
  const { name, fingerprint, sizeBytes } = file;
  const stem = `${keyHash(key)}.${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
  const path = partPath(core, stem, 'part');
  const record = partPath(core, stem, 'json');
  const next = partPath(core, stem, 'new');
  return {
    path,
    read: async () => {
      const left = PartRecord.safeParse(readJson(await readFile(record, 'utf8').catch(() => '')));
      if (!left.success || fingerprint === null) return [];
      const isSame =
        left.data.name === name && left.data.fingerprint === fingerprint && left.data.sizeBytes === sizeBytes;
      const inside = left.data.ranges.filter(({ start, end }) => start < end && end <= (sizeBytes ?? 0));
      return isSame ? inside.toSorted((a, b) => a.start - b.start) : [];
    },
    write: async (ranges) => {
      if (fingerprint === null) return;
      await writeFile(next, JSON.stringify({ lock: pullLock(key), name, fingerprint, sizeBytes, ranges }), {
        mode: 0o600,
      });
      await rename(next, record);
    },
    remove: async () => {
      for (const one of [record, next, path]) await rm(one, { force: true });
    },
  };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
