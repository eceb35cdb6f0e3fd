import { type Archive, findArchive } from '../archives/archive.ts';
import { isAsListed, listingOf } from '../archives/identity.ts';
import { RockpoolError } from '../contract/errors.ts';
import { readPublishedName } from '../contract/published.ts';
import type { Core } from '../state/core.ts';
import type { FoundPublication } from './find.ts';
import { getPristine, type InstallRecord } from './records.ts';

/** What is published as against what an install was made from; `unproven` where only the content of the files can tell. */
export type Verdict = 'same' | 'newer' | 'unproven';

/** What an install was made from, null where that is no longer known. */
export function madeFrom(core: Core, install: InstallRecord): Archive | null {
  return findArchive(core, getPristine(core.state, install.pristine).archive);
}

/** Tells without pulling anything, as far as that can be told, whether what is published is newer than an install. */
export function compareListed(
  { revision }: InstallRecord,
  before: Archive | null,
  publication: FoundPublication,
): Verdict {
  const { namedByContent = false, inPlace = false, expected } = publication;
  if (namedByContent) {
    if (before === null) return 'unproven';
    if (expected !== undefined && expected === before.revision) return 'same';
    // Other names, or other numbers of lines, are other content; the same ones prove nothing.
    return listingOf(before) === publication.revision ? 'unproven' : 'newer';
  }
  const isSame = publication.revision === revision;
  if (before !== null && (isSame || inPlace) && isAsListed(before, publication)) return 'same';
  return isSame ? 'unproven' : 'newer';
}

/** The word by which all that is missing is meant to be gone. */
const all = 'all';
const shownAtMost = 20;

/**
 * Refuses a listing in which tables are missing that an install has, or the scripts that define them: a run empties a
 * place and refills it, one file after the other, so that it looks like a smaller dataset for a while. `gone` are those
 * that are meant to be. Throws `tables_missing`.
 */
export function requireTables(
  { name }: InstallRecord,
  before: Archive | null,
  { dataset, files, inPlace = false }: FoundPublication,
  gone: readonly string[],
): void {
  if (before === null || !inPlace || gone.includes(all)) return;
  const published = new Set(files.map((file) => file.name));
  const missing = before.files
    .filter((file) => !published.has(file.name))
    .flatMap((file) => callMissing(file.name))
    .filter((what) => !gone.includes(what));
  if (missing.length === 0) return;
  const isLong = missing.length > shownAtMost;
  const few = missing.slice(0, shownAtMost).join(', ') + (isLong ? ', …' : '');
  const are = missing.length === 1 ? 'is' : 'are';
  throw new RockpoolError('tables_missing', `${few} ${are} in ${name} and not published any more.`, {
    hint: `A run may be writing ${dataset} at this moment: try again when it has ended. If it is meant: rockpool update ${name} --gone ${isLong ? all : missing.join(',')}`,
    detail: { dataset, tables: few, missing: missing.length },
  });
}

/** Tables by their own name, scripts by that of their file; whole dumps are called otherwise by each run. */
function callMissing(file: string): string[] {
  const read = readPublishedName(file);
  if (read.kind === 'table') return [read.schema === null ? read.table : `${read.schema}.${read.table}`];
  return read.kind === 'other' || read.kind === 'raw' ? [] : [file];
}

/**
 * True where files on a disk of ours are, byte for byte, what an install was made from; they are read for it, the smallest
 * first. False as well where they are not on a disk of ours.
 */
export async function isSameOnDisk(
  before: Archive | null,
  { files }: FoundPublication,
  signal?: AbortSignal,
): Promise<boolean> {
  const old = new Map((before?.files ?? []).map((file) => [file.name, file] as const));
  if (old.size !== files.length) return false;
  if (!files.every(({ name, sizeBytes, digest }) => digest && old.get(name)?.sizeBytes === sizeBytes))
    return false;
  for (const file of files.toSorted((a, b) => (a.sizeBytes ?? 0) - (b.sizeBytes ?? 0))) {
    if ((await file.digest?.(signal)) !== old.get(file.name)?.sha256) return false;
  }
  return true;
}
