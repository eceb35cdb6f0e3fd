import { crc32 } from 'node:zlib';
import { type Bytes, partOf, readAll } from './bytes.ts';
import { unwrap } from './compression.ts';
import { damaged, unreadable } from './damage.ts';
import { isJunk, readPackedName, requireDistinct, requireFew, unsafe } from './names.ts';
import type { Packed } from './tar.ts';

// Sizes and signatures of PKWARE's APPNOTE 6.3.
const endBytes = 22;
const endSignature = 0x06054b50;
const centralSignature = 0x02014b50;
const localSignature = 0x04034b50;
const maxCommentBytes = 0xffff;
const maxDirectoryBytes = 64 * 1024 * 1024;

interface Listed {
  readonly name: string;
  readonly nameBytes: Buffer;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly sizeBytes: number;
  readonly offset: number;
}

/**
 * Lists the files of a zip by its central directory. Throws `archive_damaged` where files overlap or lie outside of it,
 * `unsafe_name` for links and for names that lead elsewhere, `format_unknown` where it is encrypted.
 */
export async function listZip(bytes: Bytes, signal?: AbortSignal): Promise<Packed[]> {
  const { file } = bytes;
  const read = (start: number, end: number) => {
    if (start < 0 || end < start || end > bytes.sizeBytes)
      throw damaged(file, 'a part of it is missing', start);
    return readAll(bytes.read(start, end, signal), file, maxDirectoryBytes);
  };
  const { count, start, end } = await findDirectory(bytes, read);
  requireFew(count, file);
  const listed = readDirectory(await read(start, end), count, file);
  const packed: Packed[] = [];
  let passed = 0;
  for (const one of listed.toSorted((a, b) => a.offset - b.offset)) {
    if (one.offset < passed) throw damaged(file, 'two files in it overlap', one.offset);
    const local = await read(one.offset, one.offset + 30);
    if (local.readUInt32LE() !== localSignature)
      throw damaged(file, 'a file in it has no header', one.offset);
    const nameEnd = one.offset + 30 + local.readUInt16LE(26);
    const begin = nameEnd + local.readUInt16LE(28);
    passed = begin + one.packedBytes;
    if (passed > start) throw damaged(file, 'a file in it is too long', one.offset);
    // No sum is of the names: they stand twice, and a table could come under another one's.
    if (!(await read(one.offset + 30, nameEnd)).equals(one.nameBytes))
      throw damaged(file, 'a file in it has two names', one.offset);
    if (one.name.endsWith('/') || isJunk(one.name)) continue;
    const name = readPackedName(one.name, file);
    const label = `${file} (${name})`;
    const part = partOf(bytes, label, begin, passed);
    const { sizeBytes } = one;
    const isStored = one.method === 0;
    const wrapping = isStored ? 'none' : 'deflate';
    const open = (stop?: AbortSignal): AsyncGenerator<Buffer> =>
      checked(unwrap(part.read(0, part.sizeBytes, stop), wrapping, label, part.sizeBytes), one, label);
    packed.push({ name, sizeBytes, open, bytes: isStored ? part : null });
  }
  requireDistinct(
    packed.map(({ name }) => name),
    file,
  );
  return packed;
}

async function findDirectory(
  { file, sizeBytes }: Bytes,
  read: (start: number, end: number) => Promise<Buffer>,
): Promise<{ count: number; start: number; end: number }> {
  const from = Math.max(0, sizeBytes - endBytes - maxCommentBytes);
  const tail = await read(from, sizeBytes);
  for (let at = tail.length - endBytes; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== endSignature) continue;
    if (at + endBytes + tail.readUInt16LE(at + 20) !== tail.length) continue;
    const count = tail.readUInt16LE(at + 10);
    const start = tail.readUInt32LE(at + 16);
    if (count === 0xffff || start === 0xffffffff) return await findLargeDirectory(file, read, from + at);
    return { count, start, end: start + tail.readUInt32LE(at + 12) };
  }
  throw damaged(file, 'its list of files is missing');
}

async function findLargeDirectory(
  file: string,
  read: (start: number, end: number) => Promise<Buffer>,
  endAt: number,
): Promise<{ count: number; start: number; end: number }> {
  const locator = await read(endAt - 20, endAt);
  if (locator.readUInt32LE() !== 0x07064b50) throw damaged(file, 'its list of files is missing');
  const at = Number(locator.readBigUInt64LE(8));
  const record = await read(at, at + 56);
  if (record.readUInt32LE() !== 0x06064b50) throw damaged(file, 'its list of files is missing');
  const start = Number(record.readBigUInt64LE(48));
  return {
    count: Number(record.readBigUInt64LE(32)),
    start,
    end: start + Number(record.readBigUInt64LE(40)),
  };
}

function readDirectory(directory: Buffer, count: number, file: string): Listed[] {
  const listed: Listed[] = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== centralSignature) {
      throw damaged(file, 'its list of files ends early');
    }
    const nameEnd = at + 46 + directory.readUInt16LE(at + 28);
    const extraEnd = nameEnd + directory.readUInt16LE(at + 30);
    const next = extraEnd + directory.readUInt16LE(at + 32);
    if (next > directory.length) throw damaged(file, 'its list of files ends early');
    const nameBytes = directory.subarray(at + 46, nameEnd);
    const name = nameBytes.toString('utf8');
    const mode = directory.readUInt32LE(at + 38) >>> 16;
    const kind = mode & 0o170000;
    if (kind !== 0 && kind !== 0o100000 && kind !== 0o040000)
      throw unsafe(file, 'it holds a link or a device');
    if (directory.readUInt16LE(at + 8) & 1) {
      throw unreadable(file, 'it is encrypted', 'Unpack it with its password and install what comes out.');
    }
    const method = directory.readUInt16LE(at + 10);
    if (method !== 0 && method !== 8) {
      throw unreadable(file, `${name} in it is compressed in an unusual way`, 'Pack it anew, as any zip.', {
        method,
      });
    }
    const crc = directory.readUInt32LE(at + 16);
    const sizes = readSizes(directory, at, nameEnd, extraEnd);
    listed.push({ name, nameBytes, method, crc, ...sizes });
    at = next;
  }
  if (at !== directory.length) throw damaged(file, 'its list of files is longer than it says');
  return listed;
}

// Sizes and places over 4 GiB stand in an extra field, those that are needed only, in this order.
function readSizes(directory: Buffer, at: number, from: number, to: number) {
  let sizeBytes = directory.readUInt32LE(at + 24);
  let packedBytes = directory.readUInt32LE(at + 20);
  let offset = directory.readUInt32LE(at + 42);
  for (let field = from; field + 4 <= to; field += 4 + directory.readUInt16LE(field + 2)) {
    if (directory.readUInt16LE(field) !== 1) continue;
    let place = field + 4;
    const take = (value: number): number => {
      if (value !== 0xffffffff || place + 8 > to) return value;
      place += 8;
      return Number(directory.readBigUInt64LE(place - 8));
    };
    sizeBytes = take(sizeBytes);
    packedBytes = take(packedBytes);
    offset = take(offset);
  }
  return { sizeBytes, packedBytes, offset };
}

async function* checked(
  chunks: AsyncIterable<Buffer>,
  { crc, sizeBytes }: Listed,
  file: string,
): AsyncGenerator<Buffer> {
  let sum = 0;
  let came = 0;
  for await (const chunk of chunks) {
    sum = crc32(chunk, sum);
    came += chunk.length;
    if (came > sizeBytes) throw damaged(file, 'it holds more than it says');
    yield chunk;
  }
  if (came !== sizeBytes || sum !== crc) throw damaged(file, 'its sum is wrong');
}
