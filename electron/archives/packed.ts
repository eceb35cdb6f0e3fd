import { Readable } from 'node:stream';
import { RockpoolError } from '../contract/errors.ts';
import { readPublishedName } from '../contract/published.ts';
import type { Core } from '../state/core.ts';
import type { ArchiveFile } from './archive.ts';
import type { Coming } from './arrivals.ts';
import type { ArchiveContents } from './contents.ts';
import { tocName } from './dumps/members.ts';
import { type DumpOptions, notSeveral, openDumpFile, openDumpFolder } from './dumps/open.ts';
import type { Packed } from './dumps/tar.ts';
import { isTable } from './recognise.ts';
import { type NamedFile, openFiles } from './tablefiles.ts';

interface Options {
  readonly schema: string | null;
  readonly database: string | null;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens what is published as no table files: one file that is a dump or holds one, or the folder of a dump. Of a pull
 * that goes on it waits for all files. Throws `format_unknown` and what the readers throw.
 */
export async function openDump(
  core: Core,
  { dataset, files, ready }: Coming,
  { schema, database, signal }: Options,
): Promise<ArchiveContents> {
  const options: DumpOptions = {
    schema,
    database,
    signal,
    openFiles: async (packed) => {
      const contents = await openPackedFiles(packed, schema);
      if (contents !== null && database !== null) throw notSeveral(dataset, database);
      return contents;
    },
  };
  const come: ArchiveFile[] = [];
  for (const { name } of files) come.push(await ready(name, signal));
  if (come.some(({ name }) => name === tocName)) return openDumpFolder(core, dataset, come, options);
  const [only, second] = come;
  if (only !== undefined && second === undefined) return openDumpFile(core, only, options);
  throw new RockpoolError('format_unknown', `${dataset} holds neither table files nor a dump.`, {
    hint: 'Publish table-*.csv files, or one file that pg_dump has written.',
    detail: { dataset, files: come.length },
  });
}

/** Reads a folder of CSV files that is packed, null where it is none. Raw files in it are passed over unread. */
async function openPackedFiles(
  packed: readonly Packed[],
  schema: string | null,
): Promise<ArchiveContents | null> {
  const tables = packed.filter(({ name }) => isPublished(nameOf(name)) && isTable(name));
  const folders = new Set(tables.map(({ name }) => folderOf(name)));
  const [folder, another] = folders;
  if (folder === undefined || another !== undefined) return null;
  const members = new Map<string, Packed>();
  for (const one of packed) {
    if (folderOf(one.name) === folder && isPublished(nameOf(one.name))) members.set(nameOf(one.name), one);
  }
  const files: NamedFile[] = [...members].map(([name, { sizeBytes }]) => ({ name, sizeBytes }));
  const open = async ({ name }: NamedFile, signal?: AbortSignal): Promise<Readable> => {
    const member = members.get(name);
    if (member === undefined) throw new RockpoolError('internal', `${name} is no file of this archive.`);
    return Readable.from(member.open(signal), { objectMode: false });
  };
  return openFiles(files, open, { schema });
}

function isPublished(name: string): boolean {
  return isTable(name)
    ? readPublishedName(name).kind !== 'raw'
    : !['raw', 'other'].includes(readPublishedName(name).kind);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}
