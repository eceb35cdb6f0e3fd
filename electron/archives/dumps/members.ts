import type { LargeObject } from '../contents.ts';
import { bytesOfBuffer, readAll } from './bytes.ts';
import { type Compression, unwrap } from './compression.ts';
import { damaged } from './damage.ts';
import type { Dump } from './dump.ts';
import { readHead } from './head.ts';
import { ByteReader } from './reader.ts';
import { readToc, type TocEntry } from './toc.ts';

/** One file of a folder, a tar or a zip. */
export interface Member {
  readonly name: string;
  readonly sizeBytes: number;
  open(signal?: AbortSignal): AsyncGenerator<Buffer>;
}

export const tocName = 'toc.dat';

// As much as the largest statement that is run; a table of contents of 100,000 tables takes 100 MB.
const maxTocBytes = 256 * 1024 * 1024;

const suffixes: readonly (readonly [suffix: string, compression: Compression])[] = [
  ['', 'none'],
  ['.gz', 'gzip'],
  ['.lz4', 'lz4'],
  ['.zst', 'zstd'],
];

/**
 * Opens a dump in pg_dump's directory or tar format out of its files. Throws `archive_damaged` where a file that the
 * table of contents names is not among them, and never looks anywhere else for it (faults C18).
 */
export async function openMembers(
  file: string,
  format: string,
  members: ReadonlyMap<string, Member>,
  signal?: AbortSignal,
): Promise<Dump> {
  const tocFile = members.get(tocName);
  if (tocFile === undefined) throw damaged(file, `it has no ${tocName}`);
  const label = file === tocName ? file : `${file} (${tocName})`;
  const bytes = bytesOfBuffer(await readAll(tocFile.open(signal), label, maxTocBytes), label);
  const reader = new ByteReader(bytes, 0, signal);
  const head = await readHead(reader, label);
  if (head.format !== 'tar') throw reader.damaged('it calls itself part of another format');
  const toc = await readToc(reader, head, label);
  if (reader.leftBytes > 0) throw reader.damaged('something follows the table of contents');
  const find = (name: string): { member: Member; compression: Compression } => {
    if (!/^[\w.-]+$/.test(name) || name.includes('..'))
      throw damaged(file, 'it names a file outside of itself');
    for (const [suffix, compression] of suffixes) {
      const member = members.get(name + suffix);
      if (member !== undefined) return { member, compression };
    }
    throw damaged(file, `${name}, which it names, is not there`);
  };
  const nameOf = ({ id, kind, name, data }: TocEntry): string => {
    if (data.kind !== 'file') throw damaged(file, `there is no data for ${kind} ${name}`);
    if (kind !== 'BLOBS') return data.name;
    // A tar's list of large objects is not called as its entry says.
    return [data.name, `blobs_${id}.toc`, 'blobs.toc'].find((list) => members.has(list)) ?? data.name;
  };
  const memberOf = (entry: TocEntry) => find(nameOf(entry));
  const seen = new Set<string>();
  for (const entry of toc.entries) {
    if (entry.data.kind !== 'file') continue;
    const { name } = memberOf(entry).member;
    if (seen.has(name)) throw damaged(file, `two entries have the data of ${name}`);
    seen.add(name);
  }
  const readMember = (
    name: string,
    onBytes: (bytes: number) => void,
    stop?: AbortSignal,
  ): AsyncGenerator<Buffer> => {
    const { member, compression } = find(name);
    const chunks = countBytes(member.open(stop), onBytes);
    return unwrap(chunks, compression, `${file} (${member.name})`, member.sizeBytes);
  };
  return {
    file,
    format,
    toc,
    sizeOf: (entry) => (entry.data.kind === 'file' ? memberOf(entry).member.sizeBytes : 0),
    open: (entry, onBytes, stop) => readMember(nameOf(entry), onBytes, stop),
    largeObjects: (entry, stop) =>
      readObjects(file, nameOf(entry), (name) => readMember(name, () => {}, stop)),
  };
}

async function* countBytes(
  chunks: AsyncIterable<Buffer>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    onBytes(bytes);
    yield chunk;
  }
}

async function* readObjects(
  file: string,
  listName: string,
  open: (name: string) => AsyncGenerator<Buffer>,
): AsyncGenerator<LargeObject> {
  const list = (await readAll(open(listName), file, maxTocBytes)).toString('latin1');
  if (list !== '' && !list.endsWith('\n')) throw damaged(file, 'its list of large objects ends early');
  for (const line of list.split('\n')) {
    if (line === '') continue;
    const [, oid = '', name = ''] = /^(\d{1,10}) ([\w.-]+)$/.exec(line) ?? [];
    if (oid === '') throw damaged(file, 'its list of large objects is broken');
    yield { oid: Number(oid), body: open(name) };
  }
}
