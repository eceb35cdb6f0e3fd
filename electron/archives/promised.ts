import { isRockpoolError, RockpoolError } from '../contract/errors.ts';
import type { FileChecksum, Publication, PublishedFile } from './archive.ts';
import { isCounted, type LineCounts } from './lines.ts';
import type { Promised } from './meter.ts';

/** What is known of a file that has come: counts, and its checksum where the source told one. */
export interface Came {
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Null where nobody asked for them: the size is known. */
  readonly lines: LineCounts | null;
  /** In base64, by the algorithm of `checkOf`; null where there is none. */
  readonly checksum: string | null;
}

/**
 * Returns where a file came as it was promised: by its size or number of lines, and by its checksum. Throws
 * `pull_incomplete`, `pull_mismatch`, or `source_changed` where another one is published meanwhile.
 */
export async function requirePromised(
  publication: Publication,
  { file, lines }: Promised,
  came: Came,
  signal: AbortSignal,
): Promise<void> {
  const promised = file.sizeBytes ?? lines;
  if (promised === null) {
    throw new RockpoolError('pull_incomplete', `Nothing tells whether ${file.name} came whole.`, {
      hint: 'The source gives neither sizes nor line counts: use one that does, or copy the files to a folder.',
      detail: { file: file.name },
    });
  }
  const { lines: counted } = came;
  const [got, unit] = counted === null ? [came.sizeBytes, 'bytes'] : [counted.lines, 'lines'];
  const isWhole = counted === null ? got === promised : isCounted(counted, promised) !== 'no';
  if (!isWhole) {
    // A file that was replaced meanwhile is told as that, not as a broken connection.
    await publication.confirm(signal);
    throw incomplete(file.name, `${got} of ${promised} ${unit} came`, { got, promised, unit });
  }
  const check = checkOf(file);
  if (check !== null && came.checksum !== check.base64) {
    await publication.confirm(signal);
    throw mismatch(file, check);
  }
}

/**
 * What the bytes of a file are held against when they come; null where the source tells nothing. A SHA-256 is worked out
 * in any case; else the one that costs least, which is also what the SDKs of S3 check.
 */
export function checkOf({ checksum = null, quickChecksum = null }: PublishedFile): FileChecksum | null {
  return checksum?.algorithm === 'sha256' ? checksum : (quickChecksum ?? checksum);
}

/** The error for a file of which less came than there is. */
export function incomplete(
  name: string,
  how: string,
  detail: Record<string, string | number>,
): RockpoolError {
  return new RockpoolError('pull_incomplete', `${name} did not come whole: ${how}.`, {
    hint: 'The connection was probably cut: try again. Nothing of what came is used.',
    detail: { file: name, ...detail },
  });
}

function mismatch({ name }: PublishedFile, { algorithm }: FileChecksum): RockpoolError {
  return new RockpoolError('pull_mismatch', `${name} came with other bytes than were published.`, {
    hint: 'Something on the way changes what it carries, or the file at the source is damaged. Try another network.',
    detail: { file: name, algorithm },
  });
}

/** True where a file came whole and its checksum is another: once, that may have been the way. */
export function isChecksumMismatch(error: unknown): boolean {
  return isRockpoolError(error, 'pull_mismatch') && error.detail?.algorithm !== undefined;
}
