import { damaged } from './damage.ts';
import { loadXxHash, type RunningXxHash, type XxHash } from './xxhash.ts';

const frameMagic = 0x184d2204;
const windowBytes = 64 * 1024;
const blockSizes: Readonly<Record<number, number>> = {
  4: 64 * 1024,
  5: 256 * 1024,
  6: 1024 * 1024,
  7: 4 * 1024 * 1024,
};

/**
 * Takes LZ4 frames apart (LZ4 frame format 1.6.4), in memory of one block, and holds them against the checksums that
 * they have: of the header, of each block, of the content, and its size. pg_dump writes that of the header alone. Throws
 * `archive_damaged`.
 */
export async function* readLz4(chunks: AsyncIterable<Buffer>, file: string): AsyncGenerator<Buffer> {
  const source = new Source(chunks, file);
  const hash = await loadXxHash();
  try {
    for (;;) {
      // What is empty, such as a large object, is written as a file of no bytes.
      const magic = await source.take(4, true);
      if (magic === null) return;
      if (magic.readUInt32LE() !== frameMagic) throw damaged(file, 'its compressed data is no LZ4');
      yield* readFrame(source, hash, file);
    }
  } finally {
    await source.close();
  }
}

interface Frame {
  readonly blockBytes: number;
  readonly isLinked: boolean;
  readonly hasBlockSums: boolean;
  readonly hasContentSum: boolean;
  /** Null where the header does not tell. */
  readonly contentBytes: number | null;
}

async function readHeader(source: Source, hash: XxHash, file: string): Promise<Frame> {
  const first = Buffer.from(await source.need(2));
  const [flags = 0, sizes = 0] = first;
  const blockBytes = blockSizes[(sizes >> 4) & 7];
  // Bits that must be 0 are kept for later versions, which may mean anything by them.
  if (flags >> 6 !== 1 || blockBytes === undefined || (flags & 0x02) !== 0 || (sizes & 0x8f) !== 0)
    throw damaged(file, 'its compressed data has an unknown LZ4 header');
  const hasSize = (flags & 0x08) !== 0;
  const more = Buffer.from(await source.need((hasSize ? 8 : 0) + (flags & 0x01 ? 4 : 0)));
  const [sum] = await source.need(1);
  if (((hash.of(Buffer.concat([first, more])) >>> 8) & 0xff) !== sum)
    throw damaged(file, 'the checksum of an LZ4 header is wrong');
  return {
    blockBytes,
    isLinked: (flags & 0x20) === 0,
    hasBlockSums: (flags & 0x10) !== 0,
    hasContentSum: (flags & 0x04) !== 0,
    contentBytes: hasSize ? Number(more.readBigUInt64LE()) : null,
  };
}

async function* readFrame(source: Source, hash: XxHash, file: string): AsyncGenerator<Buffer> {
  const frame = await readHeader(source, hash, file);
  const { blockBytes, isLinked, contentBytes } = frame;
  const content: RunningXxHash | null = frame.hasContentSum ? await hash.open() : null;
  const out = Buffer.allocUnsafe(windowBytes + blockBytes);
  let start = windowBytes;
  let came = 0;
  for (;;) {
    const size = (await source.need(4)).readUInt32LE();
    if (size === 0) break;
    const length = size & 0x7fffffff;
    if (length > blockBytes) throw damaged(file, 'a compressed block is too large');
    const block = await source.need(length);
    let end = windowBytes;
    if (size & 0x80000000) end += block.copy(out, windowBytes);
    else end = readBlock(block, out, isLinked ? start : windowBytes, file);
    if (frame.hasBlockSums) {
      const sum = hash.of(block);
      if ((await source.need(4)).readUInt32LE() !== sum)
        throw damaged(file, 'the checksum of a compressed block is wrong');
    }
    const plain = out.subarray(windowBytes, end);
    content?.update(plain);
    came += plain.length;
    yield plain;
    const kept = Math.min(windowBytes, end - start);
    out.copyWithin(windowBytes - kept, end - kept, end);
    start = windowBytes - kept;
  }
  if (content !== null && (await source.need(4)).readUInt32LE() !== content.digest())
    throw damaged(file, 'the checksum of its content is wrong');
  if (contentBytes !== null && contentBytes !== came)
    throw damaged(file, 'its content is not as long as its LZ4 header says');
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
