import { trimmedEnd } from '../../contract/trimmed.ts';
import { type Bytes, partOf } from './bytes.ts';
import { isJunk, readPackedName, requireDistinct, requireFew, unsafe } from './names.ts';
import { ByteReader } from './reader.ts';

/** A file in a tar or zip, by its name with folders. */
export interface Packed {
  readonly name: string;
  readonly sizeBytes: number;
  open(signal?: AbortSignal): AsyncGenerator<Buffer>;
  /** The same to be read from anywhere, null where it is compressed. */
  readonly bytes: Bytes | null;
}

const blockBytes = 512;
// Attributes of one file; a path has 4,096 bytes at most.
const maxExtraBytes = 1024 * 1024;

/**
 * Lists the files of a tar (POSIX ustar and pax, GNU long names), without reading them. Throws `archive_damaged`, also
 * where its end is missing, and `unsafe_name` for links, devices, and names that lead elsewhere.
 */
export async function listTar(bytes: Bytes, signal?: AbortSignal): Promise<Packed[]> {
  const { file } = bytes;
  const reader = new ByteReader(bytes, 0, signal);
  const packed: Packed[] = [];
  let headers = 0;
  let longName: string | null = null;
  let longSize: number | null = null;
  try {
    for (;;) {
      const block = await reader.take(blockBytes);
      if (block.every((byte) => byte === 0)) break;
      requireFew(++headers, file);
      const header = readHeader(block, reader);
      const sizeBytes = longSize ?? header.sizeBytes;
      const name = longName ?? header.name;
      const padded = Math.ceil(sizeBytes / blockBytes) * blockBytes;
      const { type } = header;
      if (type === 'x' || type === 'L' || type === 'K' || type === 'g') {
        if (header.sizeBytes > maxExtraBytes) throw reader.damaged('the attributes of a file are too large');
        const extra = await reader.take(Math.ceil(header.sizeBytes / blockBytes) * blockBytes);
        const text = extra.subarray(0, header.sizeBytes).toString('utf8');
        if (type === 'L') longName = text.replace(/\0.*$/s, '');
        if (type === 'x') {
          longName = readAttribute(text, 'path') ?? longName;
          const size = readAttribute(text, 'size');
          longSize = size === null ? longSize : Number(size);
          if (longSize !== null && !Number.isSafeInteger(longSize))
            throw reader.damaged('a file has no size');
        }
        continue;
      }
      longName = null;
      longSize = null;
      if (type === '5') {
        await reader.skip(padded);
        continue;
      }
      if (type !== '0' && type !== '\0' && type !== '7') throw unsafe(file, 'it holds a link or a device');
      const start = reader.position;
      await reader.skip(padded);
      if (isJunk(name)) continue;
      const part = partOf(bytes, `${file} (${name})`, start, start + sizeBytes);
      const open = (stop?: AbortSignal): AsyncGenerator<Buffer> => part.read(0, sizeBytes, stop);
      packed.push({ name: readPackedName(name, file), sizeBytes, open, bytes: part });
    }
  } finally {
    await reader.close();
  }
  requireDistinct(
    packed.map(({ name }) => name),
    file,
  );
  return packed;
}

interface Header {
  readonly name: string;
  readonly sizeBytes: number;
  readonly type: string;
}

function readHeader(block: Buffer, reader: ByteReader): Header {
  const text = (from: number, length: number): string =>
    block
      .subarray(from, from + length)
      .toString('utf8')
      .replace(/\0.*$/s, '');
  let sum = 8 * 32;
  for (const [index, byte] of block.entries()) if (index < 148 || index >= 156) sum += byte;
  if (Number.parseInt(text(148, 8).trim(), 8) !== sum) throw reader.damaged('the sum of a header is wrong');
  const isPosix = block.subarray(257, 263).toString('latin1') === 'ustar\0';
  const prefix = isPosix ? text(345, 155) : '';
  const name = prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`;
  const sizeBytes = readSize(block.subarray(124, 136));
  if (sizeBytes === null) throw reader.damaged('a file has no size');
  return { name, sizeBytes, type: String.fromCharCode(block[156] as number) };
}

function readSize(field: Buffer): number | null {
  // GNU writes sizes over 8 GiB in binary, with the highest bit set.
  if ((field[0] as number) & 0x80) {
    const size = field.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0);
    return Number.isSafeInteger(size) ? size : null;
  }
  const digits = trimmedEnd(field.toString('latin1'), '\0 ').trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : null;
}

// pax: `LENGTH KEY=VALUE\n`, LENGTH in bytes; names and numbers hold no line end.
function readAttribute(text: string, key: string): string | null {
  for (const line of text.split('\n')) {
    const value = new RegExp(`^\\d+ ${key}=(.*)$`).exec(line)?.[1];
    if (value !== undefined) return value;
  }
  return null;
}
