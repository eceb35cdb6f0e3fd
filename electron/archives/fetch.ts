import { isRockpoolError } from '../contract/errors.ts';
import { retry } from '../jobs/retry.ts';
import type { Core } from '../state/core.ts';
import type { Gate } from '../state/gate.ts';
import type { ArchiveFile, Publication, PublishedFile } from './archive.ts';
import type { Hasher } from './hasher.ts';
import { isCounted } from './lines.ts';
import type { Meter, Promised } from './meter.ts';
import type { Pace } from './pace.ts';
import { incomplete, isChecksumMismatch, requirePromised } from './promised.ts';
import { isRanged, type RangedFile, transferRanged } from './ranged.ts';
import { type Transferred, transferFile } from './transfer.ts';

export interface FetchOptions {
  readonly idleTimeoutMs: number;
  readonly retryDelayMs: number;
  /** Files of at least this size are pulled in stretches, where the source can. */
  readonly rangedFromBytes: number;
  readonly meter: Meter;
  readonly gate: Gate;
  readonly hasher: Hasher;
  readonly pace: Pace;
  readonly signal: AbortSignal;
  readonly keepFreeBytes?: number | undefined;
  /** Writes down a file that is about to get its place in the cache. */
  readonly onKeep: (file: ArchiveFile) => Promise<void>;
}

/** How many small files are pulled at once; each takes a connection of what may be a port-forward. */
export const filesAtOnce = 4;
const bigBytes = 32 * 1024 * 1024;

// A big file that may be pulled by several streams comes alone, and a smaller one that takes its time as well while one
// stream does: one after the other the files are there sooner than all at the same time in the end, and what is there is
// being loaded. Whole numbers: what is left over of thirds would keep the next heavy one out for ever.
export function weightOf(file: PublishedFile, rangedFromBytes: number, pace: Pick<Pace, 'streams'>): number {
  const isBig = (file.sizeBytes ?? 0) >= bigBytes;
  if (!isRanged(file, rangedFromBytes)) return isBig ? filesAtOnce / 2 : 1;
  return isBig ? filesAtOnce : Math.floor(filesAtOnce / pace.streams);
}

/**
 * Brings one file into the cache, verified, and tries again where that may help: a failure of the way, and once a
 * checksum that does not agree (D4).
 */
export async function fetchFile(
  core: Core,
  publication: Publication,
  promised: Promised,
  options: FetchOptions,
): Promise<ArchiveFile> {
  const { file } = promised;
  const { signal } = options;
  const describe = ({ sha256, sizeBytes }: Transferred): ArchiveFile => ({
    name: file.name,
    sha256,
    sizeBytes,
    fingerprint: file.fingerprint,
    checksum: file.checksum ?? null,
  });
  const leave = await options.gate.enter(() => weightOf(file, options.rangedFromBytes, options.pace), signal);
  const each = {
    idleTimeoutMs: options.idleTimeoutMs,
    signal,
    keepFreeBytes: options.keepFreeBytes,
    onProgress: options.meter.open(),
    verify: (came: Transferred) => requirePromised(publication, promised, came, signal),
    onKeep: (came: Transferred) => options.onKeep(describe(came)),
  };
  const { hasher, pace, retryDelayMs } = options;
  const transferStretches = (ranged: RangedFile) =>
    transferRanged(core, ranged, {
      ...each,
      key: publication,
      hasher,
      pace,
      retryDelayMs,
      onReceived: leave,
    });
  let hasRanges = true;
  const transfer = async () => {
    if (!hasRanges || !isRanged(file, options.rangedFromBytes)) return transferFile(core, file, each);
    try {
      return await transferStretches(file);
    } catch (error) {
      if (isChecksumMismatch(error) || !isRockpoolError(error, 'pull_mismatch')) throw error;
      // The source, or a proxy, gives no ranges (D6): once more as a whole, from the first byte.
      hasRanges = false;
      return transferFile(core, file, each);
    }
  };
  let mismatches = 0;
  const came = await retry(
    async () => {
      const first = await transfer();
      // Without a size, the number of lines proves all but what stands behind the last line end, and less where stores
      // count in other ways. Only a second reading that gives the same bytes can.
      if (!isProven(first, promised) && (await transfer()).sha256 !== first.sha256) {
        throw incomplete(file.name, 'two readings of it differ', {});
      }
      return first;
    },
    {
      when: (error) => mayPass(error) || (isChecksumMismatch(error) && mismatches++ === 0),
      delayMs: options.retryDelayMs,
      signal,
    },
  ).finally(leave);
  return describe(came);
}

function isProven({ lines, endsOpen }: Transferred, { lines: wanted }: Promised): boolean {
  return lines === null || (!endsOpen && wanted !== null && isCounted(lines, wanted) === 'yes');
}

function mayPass(error: unknown): boolean {
  return isRockpoolError(error, 'pull_incomplete', 'pull_stalled', 'source_unreachable');
}
