import type { Compression } from './compression.ts';
import { unreadable } from './damage.ts';
import type { ByteReader } from './reader.ts';

/** What the first bytes of a dump by pg_dump say. */
export interface ArchiveHead {
  /** The archive's version is 1.minor. */
  readonly minor: number;
  readonly integerBytes: number;
  readonly offsetBytes: number;
  /** A directory and a tar file call themselves the same. */
  readonly format: 'custom' | 'tar';
  readonly compression: Compression;
}

export const archiveMagic = 'PGDMP';

// 1.12 came with PostgreSQL 9.0, 1.16 with 17; all between can be read.
const oldestMinor = 12;
const newestMinor = 16;

/**
 * Reads the head of a dump (ReadHead in pg_backup_archiver.c). Throws `format_unknown` for versions outside 1.12 to
 * 1.16 and `archive_damaged` for what cannot be a head.
 */
export async function readHead(reader: ByteReader, file: string): Promise<ArchiveHead> {
  if ((await reader.take(5)).toString('latin1') !== archiveMagic)
    throw reader.damaged('it is no dump by pg_dump');
  const [major, minor] = [await reader.byte(), await reader.byte()];
  const revision = await reader.byte();
  if (major !== 1 || minor < oldestMinor || minor > newestMinor) {
    const version = `${major}.${minor}${revision === 0 ? '' : `.${revision}`}`;
    const isNewer = major > 1 || minor > newestMinor;
    throw unreadable(
      file,
      `its archive version is ${version}, and this version of Rockpool reads 1.${oldestMinor} to 1.${newestMinor}`,
      isNewer
        ? 'Update Rockpool, or export it as plain SQL.'
        : 'Export it with a pg_dump of PostgreSQL 9.0 or later.',
      { version, newest: `1.${newestMinor}` },
    );
  }
  const integerBytes = await reader.byte();
  const offsetBytes = await reader.byte();
  if (integerBytes < 2 || integerBytes > 8 || offsetBytes < 2 || offsetBytes > 8) {
    throw reader.damaged('its numbers have an impossible size');
  }
  const kind = await reader.byte();
  const format = kind === 1 ? 'custom' : kind === 3 ? 'tar' : null;
  if (format === null) throw reader.damaged('it is of no known format');
  const sizes = { minor, integerBytes };
  const compression = await readCompression(reader, sizes);
  // Second, minute, hour, day, month, year, summer time.
  for (let index = 0; index < 7; index++) await readInteger(reader, sizes);
  for (let index = 0; index < 3; index++) await readText(reader, sizes);
  return { minor, integerBytes, offsetBytes, format, compression };
}

async function readCompression(reader: ByteReader, sizes: Sizes): Promise<Compression> {
  if (sizes.minor < 15) return (await readInteger(reader, sizes)) === 0 ? 'none' : 'gzip';
  const known: readonly Compression[] = ['none', 'gzip', 'lz4', 'zstd'];
  const compression = known[await reader.byte()];
  if (compression === undefined) throw reader.damaged('its compression is not known');
  return compression;
}

type Sizes = Pick<ArchiveHead, 'minor' | 'integerBytes'>;

// A statement of more is not run either.
const maxTextBytes = 256 * 1024 * 1024;

/** A number: a byte that tells its sign, then its bytes, the lowest first. */
export async function readInteger(
  reader: ByteReader,
  { integerBytes }: Pick<ArchiveHead, 'integerBytes'>,
): Promise<number> {
  const sign = await reader.byte();
  if (sign > 1) throw reader.damaged('a number has an impossible sign');
  let value = 0;
  for (let at = 0; at < integerBytes; at++) value += (await reader.byte()) * 256 ** at;
  if (value > 0xffffffff) throw reader.damaged('a number is too large');
  return sign === 1 ? -value : value;
}

/** A text, null where there is none. Its length is held against the rest of the file first. */
export async function readText(
  reader: ByteReader,
  sizes: Pick<ArchiveHead, 'integerBytes'>,
): Promise<Buffer | null> {
  const length = await readInteger(reader, sizes);
  if (length < 0) return null;
  if (length > reader.leftBytes || length > maxTextBytes)
    throw reader.damaged(`a text claims ${length} bytes`);
  return await reader.take(length);
}
