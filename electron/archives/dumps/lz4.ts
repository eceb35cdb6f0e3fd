import { damaged } from './damage.ts';

const frameMagic = 0x184d2204;
const windowBytes = 64 * 1024;
const blockSizes: Readonly<Record<number, number>> = {
  4: 64 * 1024,
  5: 256 * 1024,
  6: 1024 * 1024,
  7: 4 * 1024 * 1024,
};

/**
 * Takes LZ4 frames apart (LZ4 frame format 1.6.4), in memory of one block. Checksums are passed over: pg_dump writes
 * none. Throws `archive_damaged`.
 */
export async function* readLz4(chunks: AsyncIterable<Buffer>, file: string): AsyncGenerator<Buffer> {
  const source = new Source(chunks, file);
  try {
    for (;;) {
      // What is empty, such as a large object, is written as a file of no bytes.
      const magic = await source.take(4, true);
      if (magic === null) return;
      if (magic.readUInt32LE() !== frameMagic) throw damaged(file, 'its compressed data is no LZ4');
      yield* readFrame(source, file);
    }
  } finally {
    await source.close();
  }
}

async function* readFrame(source: Source, file: string): AsyncGenerator<Buffer> {
  const [flags = 0, sizes = 0] = await source.need(2);
  const blockBytes = blockSizes[(sizes >> 4) & 7];
  if (flags >> 6 !== 1 || blockBytes === undefined)
    throw damaged(file, 'its compressed data has an unknown LZ4 header');
  const isLinked = (flags & 0x20) === 0;
  await source.need((flags & 0x08 ? 8 : 0) + (flags & 0x01 ? 4 : 0) + 1);
  const out = Buffer.allocUnsafe(windowBytes + blockBytes);
  let start = windowBytes;
  for (;;) {
    const size = (await source.need(4)).readUInt32LE();
    if (size === 0) break;
    const length = size & 0x7fffffff;
    if (length > blockBytes) throw damaged(file, 'a compressed block is too large');
    const block = await source.need(length);
    let end = windowBytes;
    if (size & 0x80000000) end += block.copy(out, windowBytes);
    else end = readBlock(block, out, isLinked ? start : windowBytes, file);
    if (flags & 0x10) await source.need(4);
    yield out.subarray(windowBytes, end);
    const kept = Math.min(windowBytes, end - start);
    out.copyWithin(windowBytes - kept, end - kept, end);
    start = windowBytes - kept;
  }
  if (flags & 0x04) await source.need(4);
}

// Writes from `windowBytes` on; `start` is where what was written before begins.
function readBlock(block: Buffer, out: Buffer, start: number, file: string): number {
  const { length } = block;
  let at = 0;
  let to = windowBytes;
  const broken = () => damaged(file, 'a compressed block is broken');
  const extend = (first: number): number => {
    let count = first;
    for (let more = 255; more === 255; count += more) {
      if (at >= length) throw broken();
      more = block[at++] as number;
    }
    return count;
  };
  while (at < length) {
    const token = block[at++] as number;
    const literals = token >> 4 === 15 ? extend(15) : token >> 4;
    if (at + literals > length || to + literals > out.length) throw broken();
    if (literals > 32) block.copy(out, to, at, at + literals);
    else for (let index = 0; index < literals; index++) out[to + index] = block[at + index] as number;
    at += literals;
    to += literals;
    if (at === length) return to;
    if (at + 2 > length) throw broken();
    const distance = (block[at] as number) | ((block[at + 1] as number) << 8);
    at += 2;
    const count = ((token & 15) === 15 ? extend(15) : token & 15) + 4;
    if (distance === 0 || distance > to - start || to + count > out.length) throw broken();
    if (count > 32 && distance >= count) out.copyWithin(to, to - distance, to - distance + count);
    else for (let index = 0; index < count; index++) out[to + index] = out[to + index - distance] as number;
    to += count;
  }
  throw broken();
}

/** Bytes that come in pieces, taken in counts. */
class Source {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #file: string;
  #rest: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>, file: string) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#file = file;
  }

  async need(count: number): Promise<Buffer> {
    return (await this.take(count, false)) ?? Buffer.alloc(0);
  }

  /** Null at the very end, where that may come. */
  async take(count: number, mayEnd: boolean): Promise<Buffer | null> {
    if (this.#rest.length >= count) {
      const taken = this.#rest.subarray(0, count);
      this.#rest = this.#rest.subarray(count);
      return taken;
    }
    // Chunks are good until the next one comes.
    const parts = [Buffer.from(this.#rest)];
    let have = this.#rest.length;
    while (have < count) {
      const { done, value } = await this.#chunks.next();
      if (done === true) {
        if (mayEnd && have === 0) return null;
        throw damaged(this.#file, 'its compressed data ends early');
      }
      parts.push(Buffer.from(value));
      have += value.length;
    }
    const all = Buffer.concat(parts);
    this.#rest = all.subarray(count);
    return all.subarray(0, count);
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
