import { isRockpoolError, RockpoolError } from '../contract/errors.ts';
import { unsafeNameReason } from '../contract/published.ts';
import { inParallel } from '../jobs/parallel.ts';
import type { Bucket } from './s3-client.ts';
import type { S3Folder, S3Object } from './s3-listing.ts';
import { openObject } from './s3-object.ts';

/** A whole database in one file, and what its first bytes say it is. */
export interface Dump {
  readonly object: S3Object;
  readonly format: string;
}

// First bytes as the formats' own specifications have them; a name says nothing.
const formats: readonly (readonly [format: string, matches: (bytes: Buffer) => boolean])[] = [
  ['pg_dump custom', startsWith('PGDMP')],
  ['gzip', startsWith('\x1f\x8b')],
  ['zstd', startsWith('\x28\xb5\x2f\xfd')],
  ['lz4', startsWith('\x04\x22\x4d\x18')],
  ['zip', startsWith('PK\x03\x04')],
  ['tar', (bytes) => bytes.subarray(257, 262).toString('latin1') === 'ustar'],
  ['plain SQL', (bytes) => sqlStart.test(bytes.toString('latin1').replace(/^\xef\xbb\xbf/, ''))],
];
const sqlStart = /^(\s|--[^\n]*\n)*(\\restrict |SET |SELECT |CREATE |COPY |INSERT |ALTER |DROP |BEGIN)/i;

const headBytes = 4096;
const idleTimeoutMs = 30_000;
const maxLooked = 200;
const looksAtOnce = 8;

/** The whole dumps among a folder's files. Of each file that is not known by its name the first bytes are read. */
export async function listDumps(bucket: Bucket, folder: S3Folder, signal?: AbortSignal): Promise<Dump[]> {
  const candidates = folder.others.filter(
    ({ name, sizeBytes }) => sizeBytes > 0 && unsafeNameReason(name) === null,
  );
  const found = await inParallel(
    candidates.slice(0, maxLooked),
    looksAtOnce,
    async (object, either) => {
      const format = await readFormat(bucket, object, either).catch((error: unknown) => {
        either.throwIfAborted();
        // Anything may lie in a bucket: what may not be read is no dataset, and no reason to show none.
        if (!isRockpoolError(error, 'source_denied', 'source_changed')) throw error;
        return null;
      });
      return format === null ? null : { object, format };
    },
    signal,
  );
  return found.filter((dump) => dump !== null);
}

/** What a file is by its first bytes, null where it is no dump. */
export async function readFormat(
  bucket: Bucket,
  object: S3Object,
  signal?: AbortSignal,
): Promise<string | null> {
  const range = { start: 0, end: Math.min(headBytes, object.sizeBytes) };
  const stream = await openObject(bucket, object, { range, signal });
  const timer = setTimeout(() => stream.destroy(stalled(object)), idleTimeoutMs);
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of stream) chunks.push(chunk as Buffer);
  } finally {
    clearTimeout(timer);
  }
  const bytes = Buffer.concat(chunks);
  return formats.find(([, matches]) => matches(bytes))?.[0] ?? null;
}

function stalled({ name }: S3Object): RockpoolError {
  return new RockpoolError('pull_stalled', `No bytes of ${name} came for ${idleTimeoutMs / 1000} s.`, {
    hint: 'Check the connection to the source, then try again.',
    detail: { file: name, idleTimeoutMs },
  });
}

function startsWith(magic: string): (bytes: Buffer) => boolean {
  const wanted = Buffer.from(magic, 'latin1');
  return (bytes) => bytes.subarray(0, wanted.length).equals(wanted);
}
