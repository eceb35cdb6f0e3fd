import { RockpoolError } from '../../contract/errors.ts';
import type { Core } from '../../state/core.ts';
import type { ArchiveFile } from '../archive.ts';
import { objectPath, openObject } from '../cache.ts';
import type { ArchiveContents } from '../contents.ts';
import { Hasher } from '../hasher.ts';
import { type Bytes, bytesOfFile, readAll } from './bytes.ts';
import { unwrap } from './compression.ts';
import { openCustom } from './custom.ts';
import { unreadable } from './damage.ts';
import { contentsOfDump } from './dumped.ts';
import { findKind, kindBytes } from './kind.ts';
import { type Member, openMembers, tocName } from './members.ts';
import { openPlain } from './plain.ts';
import { listTar, type Packed } from './tar.ts';
import { Unpacked } from './unpack.ts';
import { listZip } from './zip.ts';

/** Reads files that a tar or zip holds and that are no dump; null where it does not know them. */
export type OpenFiles = (files: readonly Packed[]) => Promise<ArchiveContents | null>;

export interface DumpOptions {
  /** SQL to use in place of the dump's own definitions. */
  readonly schema: string | null;
  /** Which database is meant of a dump that holds several; null for the only one. */
  readonly database: string | null;
  readonly signal?: AbortSignal | undefined;
  readonly openFiles: OpenFiles;
}

// As in a zip that holds a .tar.gz.
const maxWrappings = 3;

/**
 * Opens one file that is a dump or holds one, by its content: whatever it is called, and whatever it is wrapped in. The
 * cached file is held against its hash meanwhile. Throws `format_unknown`, `archive_damaged`, `unsafe_name`,
 * `space_needed`, `cache_damaged`, `sql_refused` and `sql_invalid`; nothing stays unpacked then.
 */
export async function openDumpFile(
  core: Core,
  { name, sha256, sizeBytes }: ArchiveFile,
  options: DumpOptions,
): Promise<ArchiveContents> {
  const path = objectPath(core.paths, sha256);
  const unpacked = new Unpacked(core);
  // In a thread of its own: a plain dump is gone through at the same time.
  const intact = checkIntact(core, { path, sha256, sizeBytes }, options.signal);
  intact.catch(() => {});
  try {
    const contents = await openBytes(bytesOfFile(path, name, sizeBytes), unpacked, options, maxWrappings);
    await intact;
    return { ...contents, close: () => unpacked.close() };
  } catch (error) {
    await unpacked.close();
    // A file that has changed in the cache may look like any other damage.
    await intact;
    throw error;
  }
}

async function checkIntact(
  core: Core,
  { path, sha256, sizeBytes }: { path: string; sha256: string; sizeBytes: number },
  signal: AbortSignal | undefined,
): Promise<void> {
  const hasher = new Hasher();
  const stop = (): void => void hasher.close();
  signal?.addEventListener('abort', stop);
  try {
    const found = await hasher
      .track(path, 0)
      .advance(sizeBytes)
      .catch(() => null);
    signal?.throwIfAborted();
    if (found === sha256) return;
  } finally {
    signal?.removeEventListener('abort', stop);
    await hasher.close();
  }
  for await (const _ of openObject(core, sha256, signal)) {
    // It says what is wrong, and takes the file out.
  }
}

/** Opens a dump in pg_dump's directory format out of cached files, each held against its hash as it is read. */
export async function openDumpFolder(
  core: Core,
  dataset: string,
  files: readonly ArchiveFile[],
  options: DumpOptions,
): Promise<ArchiveContents> {
  const { schema, signal } = options;
  requireOne(dataset, options);
  const members = files.map(({ name, sha256, sizeBytes }): readonly [string, Member] => [
    name,
    {
      name,
      sizeBytes,
      open: async function* (stop) {
        yield* openObject(core, sha256, stop) as AsyncIterable<Buffer>;
      },
    },
  ]);
  return await contentsOfDump(
    await openMembers(dataset, 'pg_dump directory', new Map(members), signal),
    schema,
  );
}

async function openBytes(
  bytes: Bytes,
  unpacked: Unpacked,
  options: DumpOptions,
  wrappings: number,
): Promise<ArchiveContents> {
  const { file } = bytes;
  const { schema, signal } = options;
  const end = Math.min(kindBytes, bytes.sizeBytes);
  const kind = findKind(await readAll(bytes.read(0, end, signal), file, kindBytes), file);
  if (kind === 'custom') {
    requireOne(file, options);
    return contentsOfDump(await openCustom(bytes, signal), schema);
  }
  if (kind === 'sql') return openPlain(bytes, options);
  if (wrappings === 0)
    throw unreadable(file, 'it is packed too often', 'Unpack it and install what comes out.');
  if (kind === 'tar' || kind === 'zip') {
    const files = kind === 'tar' ? await listTar(bytes, signal) : await listZip(bytes, signal);
    return openPacked(file, kind, files, unpacked, options, wrappings);
  }
  const inner = unwrap(bytes.read(0, bytes.sizeBytes, signal), kind, file, bytes.sizeBytes);
  return openBytes(await unpacked.add(inner, file, signal), unpacked, options, wrappings - 1);
}

async function openPacked(
  file: string,
  kind: 'tar' | 'zip',
  files: readonly Packed[],
  unpacked: Unpacked,
  options: DumpOptions,
  wrappings: number,
): Promise<ArchiveContents> {
  const { schema, signal } = options;
  const toc = files.filter(({ name }) => name === tocName || name.endsWith(`/${tocName}`));
  const [only, second] = toc;
  if (only !== undefined && second === undefined) {
    const folder = only.name.slice(0, -tocName.length);
    const members = files.flatMap((one): (readonly [string, Member])[] => {
      if (!one.name.startsWith(folder)) return [];
      const name = one.name.slice(folder.length);
      return name.includes('/') ? [] : [[name, { ...one, name }]];
    });
    requireOne(file, options);
    const isTar = kind === 'tar' && folder === '' && files.some(({ name }) => name === 'restore.sql');
    const format = isTar ? 'pg_dump tar' : 'pg_dump directory';
    return contentsOfDump(await openMembers(file, format, new Map(members), signal), schema);
  }
  const contents = await options.openFiles(files);
  if (contents !== null) return contents;
  const [single] = files;
  if (files.length !== 1 || single === undefined) {
    throw unreadable(
      file,
      files.length === 0 ? 'there is nothing in it' : 'there are several files in it and none is known',
      'Put one dump or the files of one dataset into it.',
      { files: files.length },
    );
  }
  // What is read in place is held against the sum that a zip has of it first; a tar has none.
  if (single.bytes !== null) for await (const _ of single.open(signal));
  const bytes = single.bytes ?? (await unpacked.add(single.open(signal), file, signal));
  return openBytes({ ...bytes, file }, unpacked, options, wrappings - 1);
}

function requireOne(file: string, { database }: DumpOptions): void {
  if (database !== null) throw notSeveral(file, database);
}

/** Says that there are not several databases to choose from. */
export function notSeveral(file: string, database: string): RockpoolError {
  return new RockpoolError('usage', `${file} is of one database, which it does not name.`, {
    hint: 'Leave --database out: it is for dumps that hold several.',
    detail: { file, database },
  });
}
