import { pipeline, Readable, type Transform } from 'node:stream';
import { createGunzip, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib';
import { damaged } from './damage.ts';
import { readLz4 } from './lz4.ts';

/** How pg_dump has compressed the data of an archive. */
export type Compression = 'none' | 'gzip' | 'lz4' | 'zstd';

/** What can wrap bytes: pg_dump's compressions, and gzip's without its file header or without any. */
export type Wrapping = Compression | 'zlib' | 'deflate';

// Measured on rows of 74 bytes: with the default of 16 KiB most of the time goes into handing pieces over.
const options = { chunkSize: 256 * 1024 };

const decompressors: Readonly<Record<Exclude<Wrapping, 'none' | 'lz4'>, () => Transform>> = {
  gzip: () => createGunzip(options),
  zlib: () => createInflate(options),
  deflate: () => createInflateRaw(options),
  zstd: () => createZstdDecompress(options),
};

/** Takes the wrapping off. Throws `archive_damaged` where it is broken or ends early. */
export async function* unwrap(
  chunks: AsyncIterable<Buffer>,
  wrapping: Wrapping,
  file: string,
): AsyncGenerator<Buffer> {
  if (wrapping === 'none') return yield* chunks;
  if (wrapping === 'lz4') return yield* readLz4(chunks, file);
  const source = Readable.from(chunks, { objectMode: false });
  const out = decompressors[wrapping]();
  pipeline(source, out, () => {
    // Whoever reads `out` sees the error there.
  });
  try {
    yield* out as AsyncIterable<Buffer>;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!/^(Z_|ZSTD_|ERR_)/.test(code)) throw error;
    throw damaged(file, `its compressed data is broken or ends early (${code})`);
  } finally {
    source.destroy();
    out.destroy();
  }
}
