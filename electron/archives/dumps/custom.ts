import type { LargeObject } from '../contents.ts';
import type { Bytes } from './bytes.ts';
import { unwrap, type Wrapping } from './compression.ts';
import type { Dump } from './dump.ts';
import { type ArchiveHead, readHead, readInteger } from './head.ts';
import { ByteReader } from './reader.ts';
import { readToc, type TocEntry } from './toc.ts';

// BLK_DATA and BLK_BLOBS in pg_backup_custom.c.
const rowsBlock = 1;
const objectsBlock = 3;

/**
 * Opens a dump in pg_dump's custom format: its table of contents, and where its data blocks are. Where the file does not
 * say that, as when it was written into a pipe, all of it is gone through once. Throws `archive_damaged` and
 * `format_unknown`.
 */
export async function openCustom(bytes: Bytes, signal?: AbortSignal): Promise<Dump> {
  const { file } = bytes;
  const reader = new ByteReader(bytes, 0, signal);
  try {
    const head = await readHead(reader, file);
    if (head.format !== 'custom') throw reader.damaged('it calls itself part of another format');
    const toc = await readToc(reader, head, file);
    const begin = reader.position;
    const blocks = await findBlocks(reader, head, toc.entries);
    const offsets = [...blocks.values()].sort((a, b) => a - b);
    for (const offset of offsets) {
      if (offset < begin || offset >= bytes.sizeBytes)
        throw reader.damaged(`a data block is said to be at ${offset}`);
    }
    const following = new Map(
      offsets.map((offset, index) => [offset, offsets[index + 1] ?? bytes.sizeBytes] as const),
    );
    if (following.size !== offsets.length) throw reader.damaged('two entries have the same data');
    const blockOf = (entry: TocEntry): Block => {
      const offset = blocks.get(entry.id);
      if (offset === undefined) throw reader.damaged(`there is no data for ${entry.kind} ${entry.name}`);
      return { offset, sizeBytes: (following.get(offset) ?? offset) - offset };
    };
    const wrapping: Wrapping = head.compression === 'gzip' ? 'zlib' : head.compression;
    const open = { bytes, head, wrapping };
    return {
      file,
      format: 'pg_dump custom',
      toc,
      sizeOf: (entry) => (blocks.has(entry.id) ? blockOf(entry).sizeBytes : 0),
      open: (entry, onBytes, stop) => readRows(open, entry, blockOf(entry), onBytes, stop),
      largeObjects: (entry, stop) => readObjects(open, entry, blockOf(entry).offset, stop),
    };
  } finally {
    await reader.close();
  }
}

async function findBlocks(
  reader: ByteReader,
  head: ArchiveHead,
  entries: readonly TocEntry[],
): Promise<Map<number, number>> {
  const blocks = new Map<number, number>();
  const unknown = new Set<number>();
  for (const { id, data } of entries) {
    if (data.kind !== 'offset') continue;
    if (data.offset === null) unknown.add(id);
    else blocks.set(id, data.offset);
  }
  if (unknown.size === 0) return blocks;
  while (reader.leftBytes > 0) {
    const { position } = reader;
    const { kind, id } = await readBlockHead(reader, head);
    if (unknown.delete(id)) blocks.set(id, position);
    else if (!blocks.has(id)) throw reader.damaged('a data block belongs to no entry');
    if (kind === rowsBlock) await skipChunks(reader, head);
    else while ((await readObjectId(reader, head)) !== 0) await skipChunks(reader, head);
  }
  return blocks;
}

async function readBlockHead(reader: ByteReader, head: ArchiveHead): Promise<{ kind: number; id: number }> {
  const kind = await reader.byte();
  if (kind !== rowsBlock && kind !== objectsBlock) throw reader.damaged('a data block is of no known kind');
  return { kind, id: await readInteger(reader, head) };
}

async function readChunkLength(reader: ByteReader, head: ArchiveHead): Promise<number> {
  const length = await readInteger(reader, head);
  if (length < 0 || length > reader.leftBytes) throw reader.damaged(`a piece of data claims ${length} bytes`);
  return length;
}

async function skipChunks(reader: ByteReader, head: ArchiveHead): Promise<void> {
  for (;;) {
    const length = await readChunkLength(reader, head);
    if (length === 0) return;
    await reader.skip(length);
  }
}

// pg_dump writes pieces of 4 KB or so, of a row each where nothing is compressed: they are handed over together, as much
// as the reader has at once. The buffer is used again for the next.
const handedBytes = 256 * 1024;

const leastBytes = 4 * 1024;

async function* readChunks(
  reader: ByteReader,
  head: ArchiveHead,
  onBytes: (bytes: number) => void,
  sizeBytes: number,
): AsyncGenerator<Buffer> {
  const begin = reader.position;
  const handed = Buffer.allocUnsafe(Math.min(handedBytes, Math.max(leastBytes, sizeBytes)));
  let filled = 0;
  for (;;) {
    let left = readLengthAtHand(reader, head) ?? (await readChunkLength(reader, head));
    if (left === 0) break;
    while (left > 0) {
      const part = reader.atHand.subarray(0, Math.min(left, handed.length - filled));
      part.copy(handed, filled);
      reader.advance(part.length);
      filled += part.length;
      left -= part.length;
      if (filled === handed.length) {
        onBytes(reader.position - begin);
        yield handed;
        filled = 0;
      } else if (left > 0) await reader.more();
    }
  }
  onBytes(reader.position - begin);
  if (filled > 0) yield handed.subarray(0, filled);
}

// The same as readChunkLength without waiting, which for a piece a row costs more than all else; null near a chunk's end.
function readLengthAtHand(reader: ByteReader, { integerBytes }: ArchiveHead): number | null {
  const { atHand } = reader;
  if (atHand.length <= integerBytes || integerBytes !== 4 || atHand[0] !== 0) return null;
  const length = atHand.readUInt32LE(1);
  if (length > reader.leftBytes - 5) return null;
  reader.advance(5);
  return length;
}

async function readObjectId(reader: ByteReader, head: ArchiveHead): Promise<number> {
  const oid = await readInteger(reader, head);
  if (oid < 0) throw reader.damaged('a large object has a negative number');
  return oid;
}

interface Block {
  readonly offset: number;
  /** Up to the next block, for an idea of how much it is. */
  readonly sizeBytes: number;
}

interface Opened {
  readonly bytes: Bytes;
  readonly head: ArchiveHead;
  readonly wrapping: Wrapping;
}

async function* readRows(
  { bytes, head, wrapping }: Opened,
  entry: TocEntry,
  { offset, sizeBytes }: Block,
  onBytes: (bytes: number) => void,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  const reader = new ByteReader(bytes, offset, signal);
  try {
    await requireBlock(reader, head, entry, rowsBlock);
    const chunks = readChunks(reader, head, onBytes, sizeBytes);
    yield* unwrap(chunks, wrapping, `${bytes.file} (${entry.name})`, sizeBytes);
  } finally {
    await reader.close();
  }
}

async function* readObjects(
  { bytes, head, wrapping }: Opened,
  entry: TocEntry,
  offset: number,
  signal?: AbortSignal,
): AsyncGenerator<LargeObject> {
  const reader = new ByteReader(bytes, offset, signal);
  try {
    await requireBlock(reader, head, entry, objectsBlock);
    for (;;) {
      const oid = await readObjectId(reader, head);
      if (oid === 0) return;
      const file = `${bytes.file} (large object ${oid})`;
      yield {
        oid,
        body: unwrap(
          readChunks(reader, head, () => {}, 0),
          wrapping,
          file,
          0,
        ),
      };
    }
  } finally {
    await reader.close();
  }
}

async function requireBlock(
  reader: ByteReader,
  head: ArchiveHead,
  entry: TocEntry,
  wanted: number,
): Promise<void> {
  const { kind, id } = await readBlockHead(reader, head);
  if (id !== entry.id || kind !== wanted)
    throw reader.damaged(`the data of ${entry.kind} ${entry.name} is not there`);
}
