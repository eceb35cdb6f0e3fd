import { RockpoolError } from '../../contract/errors.ts';
import { unsafeNameReason } from '../../contract/published.ts';

// Deeper than any export; what a person packs is two deep.
const maxDepth = 16;

/** More files than any export has. Each takes memory, and a kilobyte of gzip holds a hundred (faults C22). */
export const mostPackedFiles = 200_000;

/** Throws `unsafe_name` for more entries than anybody exports; folders and what is passed over count too. */
export function requireFew(count: number, file: string): void {
  if (count > mostPackedFiles) throw unsafe(file, `it holds more than ${mostPackedFiles} files`);
}

/** True for what packing programs add of their own. */
export function isJunk(name: string): boolean {
  return /(^|\/)(__MACOSX\/|\._[^/]*$|\.DS_Store$)/.test(name);
}

/**
 * The name of a packed file as its folders and itself. Throws `unsafe_name` for one that could mean a file elsewhere, on
 * any system (faults C21).
 */
export function readPackedName(name: string, file: string): string {
  const plain = name.replace(/^(\.\/)+/, '');
  const parts = plain.split('/');
  const reason =
    parts.length > maxDepth
      ? 'it has too many folders'
      : parts.map(unsafeNameReason).find((problem) => problem !== null);
  if (reason !== undefined && reason !== null) throw unsafe(file, `a name in it is not safe: ${reason}`);
  return plain;
}

/** Throws `unsafe_name` where two names are the same file on some system, as `A` and `a`. */
export function requireDistinct(names: readonly string[], file: string): void {
  const seen = new Set<string>();
  for (const name of names) {
    const key = name.normalize('NFC').toLowerCase();
    if (seen.has(key)) throw unsafe(file, 'two files in it have the same name');
    seen.add(key);
  }
}

/** The refusal of a packed file for what is in it. */
export function unsafe(file: string, problem: string): RockpoolError {
  return new RockpoolError('unsafe_name', `${file} is refused: ${problem}.`, {
    hint: 'Nothing was unpacked. Ask those who publish it.',
    detail: { file },
  });
}
