import type { Transform } from 'node:stream';
import { createGunzip, createInflate, createInflateRaw, createZstdDecompress, type Zlib } from 'node:zlib';
import { damaged } from './damage.ts';
import { readLz4 } from './lz4.ts';

/** How pg_dump has compressed the data of an archive. */
export type Compression = 'none' | 'gzip' | 'lz4' | 'zstd';

/** What can wrap bytes: pg_dump's compressions, and gzip's without its file header or without any. */
export type Wrapping = Compression | 'zlib' | 'deflate';

interface Options {
  readonly chunkSize: number;
}

const decompressors: Readonly<Record<Exclude<Wrapping, 'none' | 'lz4'>, (options: Options) => Transform>> = {
  gzip: createGunzip,
  zlib: createInflate,
  deflate: createInflateRaw,
  zstd: createZstdDecompress,
};

// Measured on rows of 74 bytes: with the default of 16 KiB most of the time goes into handing pieces over. A large
// object of a few bytes needs no more, and there can be many of them.
const leastBytes = 16 * 1024;
const mostBytes = 1024 * 1024;

/**
 * Takes the wrapping off. `sizeBytes` is how much comes, for the size of the pieces that are handed on, each good until
 * the next one is asked for. What comes is held against the checksums that it carries. Throws `archive_damaged` where it
 * is broken, ends early, or something else follows it.
 */
export async function* unwrap(
  chunks: AsyncIterable<Buffer>,
  wrapping: Wrapping,
  file: string,
  sizeBytes: number,
): AsyncGenerator<Buffer> {
  if (wrapping === 'none') return yield* chunks;
  if (wrapping === 'lz4') return yield* readLz4(chunks, file);
  const source = chunks[Symbol.asyncIterator]();
  const chunkSize = Math.min(mostBytes, Math.max(leastBytes, 4 * sizeBytes));
  try {
    const first = await source.next();
    // What is empty, such as a large object, is written as a file of no bytes.
    if (first.done === true && wrapping === 'zstd') return;
    let rest: Buffer | undefined = first.value;
    do {
      const out = decompressors[wrapping]({ chunkSize });
      try {
        const feeding = feed(source, out, rest);
        yield* out as AsyncIterable<Buffer>;
        rest = await feeding;
      } finally {
        out.destroy();
      }
      // One frame of zstd may follow another, and Node reads one; of gzip's members it reads all.
    } while (wrapping === 'zstd' && rest !== undefined);
    await readPadding(source, rest, wrapping, file);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!/^(Z_|ZSTD_|ERR_)/.test(code)) throw error;
    throw damaged(file, `its compressed data is broken or ends early (${code})`);
  } finally {
    await source.return?.();
  }
}

/**
 * Feeds one chunk after the other, each asked for when the one before has been used up: its bytes are good until then.
 * Returns what of a chunk stands behind the end of the compressed data, where that is not the end of all.
 */
async function feed(
  source: AsyncIterator<Buffer>,
  out: Transform & Partial<Zlib>,
  first: Buffer | undefined,
): Promise<Buffer | undefined> {
  const ended = Promise.withResolvers<void>();
  for (const event of ['end', 'close', 'error']) out.once(event, ended.resolve);
  try {
    let chunk = first;
    while (chunk !== undefined) {
      const given = chunk;
      const before = out.bytesWritten ?? 0;
      const used = new Promise<void>((resolve) => out.write(given, () => resolve()));
      await Promise.race([used, ended.promise]);
      const taken = (out.bytesWritten ?? 0) - before;
      if (taken < given.length) {
        await ended.promise;
        return given.subarray(taken);
      }
      const { done, value } = await source.next();
      chunk = done === true ? undefined : value;
    }
    out.end();
  } catch (error) {
    out.destroy(error as Error);
  }
  return undefined;
}

/** Goes on to the end of what comes, so that it is verified as well. Tapes and disks are filled up with zeros. */
async function readPadding(
  source: AsyncIterator<Buffer>,
  first: Buffer | undefined,
  wrapping: Wrapping,
  file: string,
): Promise<void> {
  for (let chunk = first; chunk !== undefined; ) {
    if (wrapping !== 'deflate' && chunk.some((byte) => byte !== 0))
      throw damaged(file, 'something follows its compressed data');
    const { done, value } = await source.next();
    chunk = done === true ? undefined : value;
  }
}
