import { unreadable } from './damage.ts';
import { type Encoding, findEncoding } from './encoding.ts';
import { type ArchiveHead, readInteger, readText } from './head.ts';
import type { ByteReader } from './reader.ts';

/** Where an entry's data is, as its format says it. */
export type DataPlace =
  | { readonly kind: 'none' }
  /** Custom format; null where the file was written into a pipe and has to be searched. */
  | { readonly kind: 'offset'; readonly offset: number | null }
  /** Directory and tar format. */
  | { readonly kind: 'file'; readonly name: string };

/** One object of a dump, by its line in the table of contents. */
export interface TocEntry {
  readonly id: number;
  /** `TABLE`, `TABLE DATA`, `FK CONSTRAINT` … */
  readonly kind: string;
  readonly name: string;
  readonly schema: string;
  /** SQL that makes it. */
  readonly sql: string;
  /** The COPY that its rows are for; empty where they are INSERTs. */
  readonly copy: string;
  readonly accessMethod: string;
  readonly data: DataPlace;
}

export interface Toc {
  readonly encoding: Encoding;
  /** True where strings were written for `standard_conforming_strings = off`. */
  readonly plainEscapes: boolean;
  /** The search path that names were written for, as SQL; empty where each entry names its own schema. */
  readonly searchPath: string;
  readonly entries: readonly TocEntry[];
}

type RawEntry = Readonly<Record<'kind' | 'name' | 'schema' | 'sql' | 'copy' | 'accessMethod', Buffer>> &
  Pick<TocEntry, 'id' | 'data'>;

// An entry has a dozen numbers and texts, each with a length of five bytes or so.
const leastEntryBytes = 20;
// Ten times what the largest schemas have; each takes memory.
const mostEntries = 2_000_000;

/**
 * Reads a table of contents (ReadToc in pg_backup_archiver.c of PostgreSQL 9.0 to 18). Throws `archive_damaged`, with
 * the offset, for what cannot be one, and `format_unknown`.
 */
export async function readToc(reader: ByteReader, head: ArchiveHead, file: string): Promise<Toc> {
  const count = await readInteger(reader, head);
  if (count < 0 || count > mostEntries || count * leastEntryBytes > reader.leftBytes) {
    throw reader.damaged(`its table of contents claims ${count} entries`);
  }
  const raw: RawEntry[] = [];
  const ids = new Set<number>();
  for (let index = 0; index < count; index++) {
    const entry = await readEntry(reader, head, file);
    if (entry.id <= 0 || ids.has(entry.id)) throw reader.damaged(`an entry has the number ${entry.id}`);
    ids.add(entry.id);
    raw.push(entry);
  }
  const special = (kind: string): string =>
    raw.find((entry) => entry.kind.toString('latin1') === kind)?.sql.toString('latin1') ?? '';
  const named = /^SET client_encoding = '([\w-]+)';\s*$/.exec(special('ENCODING'))?.[1];
  if (named === undefined) throw reader.damaged('it does not say its encoding');
  const encoding = findEncoding(named, file);
  return {
    encoding,
    plainEscapes: /=\s*'off'/.test(special('STDSTRINGS')),
    searchPath: special('SEARCHPATH'),
    entries: raw.map((entry) => decodeEntry(entry, encoding)),
  };
}

function decodeEntry(raw: RawEntry, { decode }: Encoding): TocEntry {
  const { id, data } = raw;
  return {
    id,
    data,
    kind: raw.kind.toString('latin1'),
    name: decode(raw.name),
    schema: decode(raw.schema),
    sql: decode(raw.sql),
    copy: decode(raw.copy),
    accessMethod: decode(raw.accessMethod),
  };
}

async function readEntry(reader: ByteReader, head: ArchiveHead, file: string): Promise<RawEntry> {
  const { minor } = head;
  const text = async (since = 0): Promise<Buffer> =>
    minor >= since ? ((await readText(reader, head)) ?? empty) : empty;
  const id = await readInteger(reader, head);
  const hasData = (await readInteger(reader, head)) !== 0;
  await text(8);
  await text();
  const name = await text();
  const kind = await text();
  if (!/^[A-Z][A-Za-z ]{1,60}$/.test(kind.toString('latin1')))
    throw reader.damaged('an entry is of no known kind');
  if (minor >= 11) await readInteger(reader, head);
  const sql = await text();
  await text();
  const copy = await text(3);
  const schema = await text(6);
  await text(10);
  const accessMethod = await text(14);
  if (minor >= 16) await readInteger(reader, head);
  await text();
  if ((await text(9)).toString('latin1') === 'true') {
    throw unreadable(
      file,
      `the table ${name.toString()} has OIDS`,
      'PostgreSQL has not known these since version 12.',
    );
  }
  for (;;) {
    const dependency = await readText(reader, head);
    if (dependency === null) break;
    if (!/^\d{1,10}$/.test(dependency.toString('latin1'))) throw reader.damaged('a dependency is no number');
  }
  const data = await readPlace(reader, head, hasData);
  return { id, name, kind, sql, copy, schema, accessMethod, data };
}

const empty = Buffer.alloc(0);

// K_OFFSET_… in pg_backup_archiver.h.
const offsetNotSet = 1;
const offsetSet = 2;
const offsetNoData = 3;

async function readPlace(reader: ByteReader, head: ArchiveHead, hasData: boolean): Promise<DataPlace> {
  if (head.format !== 'custom') {
    const name = (await readText(reader, head))?.toString('utf8') ?? '';
    if ((name !== '') !== hasData)
      throw reader.damaged('an entry has data and no file, or a file and no data');
    return hasData ? { kind: 'file', name } : { kind: 'none' };
  }
  const state = await reader.byte();
  const bytes = await reader.take(head.offsetBytes);
  if (state === offsetNoData && !hasData) return { kind: 'none' };
  if (state === offsetNotSet && hasData) return { kind: 'offset', offset: null };
  if (state === offsetSet && hasData) {
    const offset = Number(readUnsigned(bytes));
    if (!Number.isSafeInteger(offset)) throw reader.damaged('the place of an entry lies beyond the file');
    return { kind: 'offset', offset };
  }
  throw reader.damaged('it does not say where the data of an entry is');
}

function readUnsigned(bytes: Buffer): bigint {
  let value = 0n;
  for (let at = bytes.length - 1; at >= 0; at--) value = (value << 8n) | BigInt(bytes[at] as number);
  return value;
}
