import { createHash } from 'node:crypto';
import { RockpoolError } from '../contract/errors.ts';
import type { Archive, ArchiveFile, Publication } from './archive.ts';

/** What a source's listing calls, or called, an archive. */
export function listingOf({ listing, revision }: Pick<Archive, 'listing' | 'revision'>): string {
  return listing ?? revision;
}

/** Twelve hexadecimal digits from the names and the content of files: the revision where the source has none. */
export function contentRevision(files: readonly Pick<ArchiveFile, 'name' | 'sha256'>[]): string {
  return createHash('sha256').update(contentOf(files)).digest('hex').slice(0, 12);
}

/** True where these are the same files, byte for byte. */
export function hasSameContent(
  one: readonly Pick<ArchiveFile, 'name' | 'sha256'>[],
  other: readonly Pick<ArchiveFile, 'name' | 'sha256'>[],
): boolean {
  return contentOf(one) === contentOf(other);
}

function contentOf(files: readonly Pick<ArchiveFile, 'name' | 'sha256'>[]): string {
  return files
    .map(({ name, sha256 }) => `${sha256} ${name}`)
    .toSorted()
    .join('\n');
}

/**
 * What an archive is called: as the source calls it, or by its content where the source lists names alone. Throws
 * `revision_not_found` where that is not the content that was asked for.
 */
export function namedAs(
  { dataset, revision, namedByContent, expected }: Publication,
  files: readonly ArchiveFile[],
  seenAt: string,
): Pick<Archive, 'revision' | 'listing' | 'seenAt'> {
  if (namedByContent !== true) return { revision, listing: null, seenAt: null };
  const found = contentRevision(files);
  if (expected !== undefined && expected !== found) {
    throw new RockpoolError('revision_not_found', `The source has no revision ${expected} of ${dataset}.`, {
      hint: `It keeps what the last run left: by its content that is ${found}, which is also called latest.`,
      detail: { dataset, revision: expected, found },
    });
  }
  return { revision: found, listing: revision, seenAt };
}

/**
 * True where the source itself tells, by tags, versions or times, that what it publishes is what was pulled. A source that
 * tells nothing of its files proves nothing, whatever their names and lengths are.
 */
export function isAsListed({ files }: Archive, publication: Pick<Publication, 'files'>): boolean {
  const pulled = new Map(files.map(({ name, fingerprint }) => [name, fingerprint] as const));
  return (
    pulled.size === publication.files.length &&
    publication.files.every(
      ({ name, fingerprint }) => fingerprint !== null && pulled.get(name) === fingerprint,
    )
  );
}
