import { RockpoolError } from '../contract/errors.ts';
import type { Core } from '../state/core.ts';
import type { Archive } from './archive.ts';
import type { Coming } from './arrivals.ts';
import { readObject } from './cache.ts';
import type { ArchiveContents } from './contents.ts';
import { notSeveral } from './dumps/open.ts';
import { openDump } from './packed.ts';
import { isTable } from './recognise.ts';
import { type OpenFile, openFiles } from './tablefiles.ts';

export interface ContentsOptions {
  /** SQL to use in place of the archive's own schema scripts. */
  readonly schema?: string | null;
  /** Which database is meant of a dump that holds several. */
  readonly database?: string | null;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens what an archive holds: data repository, file store, or CSV files alone. Where no schema is there for a table
 * its columns are inferred from all of its rows, with the warning `columns_inferred`. Of a pull that goes on it waits
 * for the schema scripts, and for tables whose columns have to be inferred; opening rows waits for their own file. Sizes
 * that are not known are 0 there. Throws `format_unknown`, `cache_damaged`, `csv_header_missing`, `csv_invalid`, and
 * what the pull fails with.
 */
export async function openContents(
  core: Core,
  archive: Archive | Coming,
  { schema = null, database = null, signal }: ContentsOptions = {},
): Promise<ArchiveContents> {
  const coming = 'ready' in archive ? archive : comeAlready(archive);
  const open: OpenFile = async ({ name }, stop) => {
    const { sha256 } = await coming.ready(name, stop ?? signal);
    return readObject(core, sha256, stop ?? signal);
  };
  if (coming.files.some(({ name }) => isTable(name))) {
    if (database !== null) throw notSeveral(coming.dataset, database);
    return openFiles(coming.files, open, { schema });
  }
  return openDump(core, coming, { schema, database, signal });
}

function comeAlready({ dataset, files }: Archive): Coming {
  const byName = new Map(files.map((file) => [file.name, file] as const));
  return {
    dataset,
    files,
    ready: async (name) => {
      const file = byName.get(name);
      if (file !== undefined) return file;
      throw new RockpoolError('internal', `${name} is no file of this archive.`, { detail: { file: name } });
    },
  };
}
