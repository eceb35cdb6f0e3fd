import type { Transform } from 'node:stream';
import { createGunzip, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib';
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
 * the next one is asked for. Throws `archive_damaged` where it is broken or ends early.
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
  const first = await source.next();
  // What is empty, such as a large object, is written as a file of no bytes.
  if (first.done === true && wrapping === 'zstd') return;
  const out = decompressors[wrapping]({
    chunkSize: Math.min(mostBytes, Math.max(leastBytes, 4 * sizeBytes)),
  });
  void feed(source, out, first.value);
  try {
    yield* out as AsyncIterable<Buffer>;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!/^(Z_|ZSTD_|ERR_)/.test(code)) throw error;
    throw damaged(file, `its compressed data is broken or ends early (${code})`);
  } finally {
    out.destroy();
    await source.return?.();
  }
}

// One chunk after the other, each asked for when the one before has been used up: its bytes are good until then.
async function feed(source: AsyncIterator<Buffer>, out: Transform, first: Buffer | undefined): Promise<void> {
  try {
    let chunk = first;
    while (chunk !== undefined) {
      const given = chunk;
      await new Promise<void>((resolve) => out.write(given, () => resolve()));
      const { done, value } = await source.next();
      chunk = done === true ? undefined : value;
    }
    out.end();
  } catch (error) {
    out.destroy(error as Error);
  }
}
