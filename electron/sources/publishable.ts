import { RockpoolError } from '../contract/errors.ts';
import { readPublishedName, requireSafeName } from '../contract/published.ts';

const wholeDump = 'complete-dump.sql';
// What pg_dump calls the files of its directory format.
const dumpToc = 'toc.dat';
const dumpMember = /^(toc\.dat|blobs(_\d+)?\.toc|(blob_)?\d+\.dat)(\.gz|\.lz4|\.zst)?$/;

/** What of a folder's names may be taken, and what kind of folder they tell of. */
export interface Publishable {
  /** Sorted. Raw files are never among them. */
  readonly names: readonly string[];
  /** For people: `data repository`, `file store`, `CSV files`, `whole dump`; null where there is nothing to take. */
  readonly format: string | null;
  /** True where there are raw files. */
  readonly raw: boolean;
  /** True where it is a dump in pg_dump's directory format. */
  readonly dumpFolder: boolean;
}

/** Picks the files that Rockpool understands out of a folder's names. */
export function pickPublishable(all: readonly string[]): Publishable {
  const published = all.map((name) => ({ name, ...readPublishedName(name) }));
  const tables = published.filter(({ kind }) => kind === 'table');
  const taken = published.filter(({ kind }) => kind !== 'raw' && kind !== 'other');
  // A whole dump holds what the tables hold: with tables beside it, it would be pulled for nothing.
  const takesDump = tables.length === 0 && all.includes(wholeDump);
  const isDumpFolder = tables.length === 0 && !takesDump && all.includes(dumpToc);
  const names = takesDump
    ? [wholeDump]
    : isDumpFolder
      ? all.filter((name) => dumpMember.test(name)).toSorted()
      : tables.length === 0
        ? []
        : taken.map(({ name }) => name).toSorted();
  return {
    names,
    format: takesDump || isDumpFolder ? 'whole dump' : formatOf(names),
    raw: published.some(({ kind }) => kind === 'raw'),
    dumpFolder: isDumpFolder,
  };
}

function formatOf(names: readonly string[]): string | null {
  if (names.length === 0) return null;
  const published = names.map(readPublishedName);
  const schemas = new Set(published.flatMap((one) => (one.kind === 'schema' ? [one.of] : [])));
  if (schemas.size === 0) return 'CSV files';
  return published.some((one) => one.kind === 'table' && one.schema !== null && schemas.has(one.schema))
    ? 'file store'
    : 'data repository';
}

/**
 * Throws where nothing can be taken, `source_only_raw` or `source_empty`, and `unsafe_name` where the name of something
 * to take is hostile.
 */
export function requirePublished({ names, raw }: Publishable, where: string): void {
  for (const name of names) requireSafeName(name, where);
  if (names.length > 0) return;
  if (raw) {
    throw new RockpoolError('source_only_raw', `${where} holds raw extracts only, nothing redacted.`, {
      hint: 'Raw files are never pulled. Let the workflow run to its end, then try again.',
      detail: { where },
    });
  }
  throw new RockpoolError('source_empty', `There is nothing published in ${where}.`, {
    hint: 'A published folder holds table-*.csv files, usually with schema-*.sql files beside them.',
    detail: { where },
  });
}
