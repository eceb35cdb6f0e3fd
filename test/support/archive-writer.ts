import { deflateSync, zstdCompressSync } from 'node:zlib';

/** An entry of an archive that a test writes; the rows are COPY text without its end mark, or INSERTs where there is no COPY. */
export interface WrittenEntry {
  readonly kind: string;
  readonly name: string;
  readonly sql?: string;
  readonly copy?: string;
  readonly rows?: string;
  /** Large objects by number. */
  readonly objects?: Readonly<Record<number, string>>;
  /** The file of its data, in a table of contents of the directory format. */
  readonly file?: string;
}

export interface WriterOptions {
  /** The archive's version is 1.minor. */
  readonly minor?: number;
  readonly compression?: 'none' | 'gzip' | 'lz4' | 'zstd';
  /** False for an archive that was written into a pipe. */
  readonly offsets?: boolean;
  readonly encoding?: string;
  readonly format?: 'custom' | 'tar';
}

/** Writes a pg_dump archive as pg_backup_archiver.c and pg_backup_custom.c of PostgreSQL 9.0 to 18 lay it out. */
export function writeArchive(entries: readonly WrittenEntry[], options: WriterOptions = {}): Buffer {
  const { minor = 14, compression = 'none', offsets = true, encoding = 'UTF8' } = options;
  const all: WrittenEntry[] = [
    { kind: 'ENCODING', name: 'ENCODING', sql: `SET client_encoding = '${encoding}';\n` },
    { kind: 'STDSTRINGS', name: 'STDSTRINGS', sql: "SET standard_conforming_strings = 'on';\n" },
    ...(minor >= 13
      ? [
          {
            kind: 'SEARCHPATH',
            name: 'SEARCHPATH',
            sql: "SELECT pg_catalog.set_config('search_path', '', false);\n",
          },
        ]
      : []),
    ...entries,
  ];
  const isCustom = options.format !== 'tar';
  const head = headOf(minor, compression, isCustom);
  const blocks = all.map((entry, index) => (isCustom ? blockOf(entry, index + 1, compression) : null));
  const tocOf = (places: readonly (number | null)[]): Buffer =>
    Buffer.concat([
      integer(all.length),
      ...all.map((entry, index) =>
        entryOf(entry, index + 1, minor, places[index] ?? null, offsets, encoding, isCustom),
      ),
    ]);
  let place = head.length + tocOf([]).length;
  const places = blocks.map((block) => {
    const at = place;
    place += block?.length ?? 0;
    return block === null ? null : at;
  });
  return Buffer.concat([head, tocOf(places), ...blocks.filter((block) => block !== null)]);
}

function headOf(minor: number, compression: string, isCustom: boolean): Buffer {
  const level = minor >= 15 ? Buffer.from([['none', 'gzip', 'lz4', 'zstd'].indexOf(compression)]) : null;
  return Buffer.concat([
    Buffer.from('PGDMP'),
    Buffer.from([1, minor, 0, 4, 8, isCustom ? 1 : 3]),
    level ?? integer(compression === 'none' ? 0 : -1),
    ...[1, 2, 3, 4, 5, 126, 0].map(integer),
    text('shop'),
    text('15.1'),
    text('15.1'),
  ]);
}

function entryOf(
  { kind, name, sql = '', copy = '', rows, objects, file = '' }: WrittenEntry,
  id: number,
  minor: number,
  place: number | null,
  offsets: boolean,
  encoding: string,
  isCustom: boolean,
): Buffer {
  const hasData = rows !== undefined || objects !== undefined || file !== '';
  const state = hasData ? (offsets ? 2 : 1) : 3;
  const offset = Buffer.alloc(8);
  if (hasData && offsets) offset.writeBigUInt64LE(BigInt(place ?? 0));
  return Buffer.concat([
    integer(id),
    integer(hasData ? 1 : 0),
    text('0'),
    text('0'),
    text(name, encoding),
    text(kind),
    integer(2),
    text(sql, encoding),
    text(''),
    text(copy, encoding),
    text('public'),
    text(''),
    ...(minor >= 14 ? [text('')] : []),
    ...(minor >= 16 ? [integer(0)] : []),
    text('someone'),
    text('false'),
    integer(-1),
    ...(isCustom ? [Buffer.from([state]), offset] : [text(file)]),
  ]);
}

function blockOf({ rows, copy, objects }: WrittenEntry, id: number, compression: string): Buffer | null {
  if (objects !== undefined) {
    const parts = Object.entries(objects).flatMap(([oid, body]) => [
      integer(Number(oid)),
      ...pieces(compress(Buffer.from(body, 'latin1'), compression)),
    ]);
    return Buffer.concat([Buffer.from([3]), integer(id), ...parts, integer(0)]);
  }
  if (rows === undefined) return null;
  // INSERTs have no end mark.
  const end = copy === undefined ? '\n\n' : '\\.\n\n\n';
  const data: Buffer = compress(Buffer.from(rows + end, 'latin1'), compression);
  return Buffer.concat([Buffer.from([1]), integer(id), ...pieces(data)]);
}

function pieces(data: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < data.length; at += 4096) {
    const piece = data.subarray(at, at + 4096);
    parts.push(integer(piece.length), piece);
  }
  return [...parts, integer(0)];
}

function compress(data: Buffer, compression: string): Buffer {
  if (compression === 'gzip') return deflateSync(data);
  if (compression === 'zstd') return zstdCompressSync(data);
  return compression === 'lz4' ? writeLz4(data) : data;
}

function integer(value: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes[0] = value < 0 ? 1 : 0;
  bytes.writeUInt32LE(Math.abs(value), 1);
  return bytes;
}

function text(value: string, encoding = 'UTF8'): Buffer {
  const bytes = Buffer.from(value, encoding === 'LATIN1' ? 'latin1' : 'utf8');
  return Buffer.concat([integer(bytes.length), bytes]);
}

/** What an LZ4 frame says of itself beside its data. */
export interface Lz4Sums {
  readonly blocks?: boolean;
  readonly content?: boolean;
  readonly size?: boolean;
}

/**
 * An LZ4 frame of linked blocks of 64 KiB: a simple but real compressor. Without any sums it is as pg_dump writes them,
 * with the header's alone.
 */
export function writeLz4(
  data: Buffer,
  { blocks = false, content = false, size = false }: Lz4Sums = {},
): Buffer {
  const flags = 0x40 | (blocks ? 0x10 : 0) | (size ? 0x08 : 0) | (content ? 0x04 : 0);
  const header = Buffer.from([flags, 0x40, ...(size ? number(data.length, 8) : [])]);
  const parts: Buffer[] = [Buffer.from([0x04, 0x22, 0x4d, 0x18]), header];
  parts.push(Buffer.from([(xxHash32(header) >>> 8) & 0xff]));
  for (let at = 0; at < data.length; at += 65536) {
    const block = lz4Block(data, at, Math.min(data.length, at + 65536));
    parts.push(number(block.length, 4), block);
    if (blocks) parts.push(number(xxHash32(block), 4));
  }
  parts.push(Buffer.alloc(4));
  if (content) parts.push(number(xxHash32(data), 4));
  return Buffer.concat(parts);
}

function number(value: number, bytes: 4 | 8): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUInt32LE(value);
  return buffer;
}

/** XXH32 with seed 0, written down from its specification, so that no library is held against itself. */
export function xxHash32(data: Buffer): number {
  const [p1, p2, p3, p4, p5] = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f, 0x165667b1];
  const turn = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));
  const round = (lane: number, value: number): number =>
    Math.imul(turn((lane + Math.imul(value, p2)) | 0, 13), p1);
  let at = 0;
  let sum = p5;
  if (data.length >= 16) {
    const lanes = [(p1 + p2) | 0, p2 | 0, 0, -p1 | 0];
    for (; at + 16 <= data.length; at += 16) {
      for (let lane = 0; lane < 4; lane++)
        lanes[lane] = round(lanes[lane] ?? 0, data.readInt32LE(at + 4 * lane));
    }
    sum = lanes.reduce((all, lane, index) => all + turn(lane, [1, 7, 12, 18][index] ?? 0), 0) | 0;
  }
  sum = (sum + data.length) | 0;
  for (; at + 4 <= data.length; at += 4)
    sum = Math.imul(turn((sum + Math.imul(data.readInt32LE(at), p3)) | 0, 17), p4);
  for (; at < data.length; at++) sum = Math.imul(turn((sum + Math.imul(data[at] ?? 0, p5)) | 0, 11), p1);
  sum = Math.imul(sum ^ (sum >>> 15), p2);
  sum = Math.imul(sum ^ (sum >>> 13), p3);
  return (sum ^ (sum >>> 16)) >>> 0;
}

function lz4Block(data: Buffer, from: number, to: number): Buffer {
  const out: number[] = [];
  const seen = new Map<number, number>();
  for (let at = Math.max(0, from - 60_000); at + 4 <= from; at++) seen.set(data.readUInt32LE(at), at);
  let literalsFrom = from;
  let at = from;
  const put = (length: number): void => {
    let left = length - 15;
    for (; left >= 255; left -= 255) out.push(255);
    out.push(left);
  };
  const sequence = (end: number, match: { distance: number; length: number } | null): void => {
    const literals = end - literalsFrom;
    const extra = match === null ? 0 : match.length - 4;
    out.push((Math.min(literals, 15) << 4) | Math.min(extra, 15));
    if (literals >= 15) put(literals);
    out.push(...data.subarray(literalsFrom, end));
    if (match === null) return;
    out.push(match.distance & 255, match.distance >> 8);
    if (extra >= 15) put(extra);
  };
  // The last 12 bytes of a block are literals.
  while (at < to - 12) {
    const key = data.readUInt32LE(at);
    const before = seen.get(key);
    seen.set(key, at);
    if (before === undefined || at - before > 65535) {
      at++;
      continue;
    }
    let length = 4;
    while (at + length < to - 5 && data[before + length] === data[at + length]) length++;
    sequence(at, { distance: at - before, length });
    at += length;
    literalsFrom = at;
  }
  sequence(to, null);
  return Buffer.from(out);
}
