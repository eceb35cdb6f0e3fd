import type { Core } from '../state/core.ts';
import {
  type Archive,
  type ArchiveFile,
  listArchives,
  type Publication,
  type PublishedFile,
} from './archive.ts';
import { hasObject } from './cache.ts';

/** Where files that need not be pulled may be found. */
export interface Holdings {
  /** What was pulled of the same publication before. */
  readonly former: Archive | null;
  /** True where a pull found it published just now, so that no file of it has to prove itself. */
  readonly isCurrent?: boolean;
  /** What a pull of it that did not end has left. */
  readonly begun: readonly ArchiveFile[];
}

/**
 * The files of a publication that the cache has already, by name, as far as that can be known without pulling them
 * again: what was pulled before and is published as it was, and what another revision of the dataset has with an
 * equal checksum of all its bytes. Only their presence and size is looked at.
 */
export async function listHeld(
  core: Core,
  publication: Publication,
  { former, begun, isCurrent = false }: Holdings,
): Promise<Map<string, ArchiveFile>> {
  const { origin, dataset } = publication;
  const own = new Map((former?.files ?? []).map((file) => [file.name, file] as const));
  const left = new Map(begun.map((file) => [file.name, file] as const));
  const others = listArchives(core)
    .filter((archive) => archive.origin === origin && archive.dataset === dataset)
    .flatMap(({ files }) => files);
  const known = Map.groupBy([...begun, ...others], ({ name }) => name);
  const held = new Map<string, ArchiveFile>();
  for (const file of publication.files) {
    const mine = own.get(file.name);
    const unfinished = left.get(file.name);
    const candidates: (ArchiveFile | undefined)[] = [
      // Where nothing tells a content from a later one, what was pulled before may be of an earlier run.
      ...(mine !== undefined && (isCurrent || isTold(file, mine)) ? [mine] : []),
      ...(unfinished !== undefined && isTold(file, unfinished) ? [unfinished] : []),
      ...(known.get(file.name) ?? []).filter((one) => hasSameBytes(file, one)),
    ];
    if (candidates.length === 0) candidates.push(await findByDigest(file, known.get(file.name) ?? []));
    for (const candidate of candidates) {
      if (candidate === undefined || !(await hasObject(core, candidate.sha256, candidate.sizeBytes)))
        continue;
      const { fingerprint, checksum = null } = file;
      held.set(file.name, { ...candidate, fingerprint, checksum: checksum ?? candidate.checksum });
      break;
    }
  }
  return held;
}

function isTold({ fingerprint }: PublishedFile, held: ArchiveFile): boolean {
  return fingerprint !== null && held.fingerprint === fingerprint;
}

async function findByDigest(
  file: PublishedFile,
  known: readonly ArchiveFile[],
  signal?: AbortSignal,
): Promise<ArchiveFile | undefined> {
  if (file.digest === undefined || !known.some(({ sizeBytes }) => sizeBytes === file.sizeBytes))
    return undefined;
  const digest = await file.digest(signal);
  return known.find(({ sha256 }) => sha256 === digest);
}

// The other kinds have 32 bits: two contents of one size would agree by chance too often.
const telling: ReadonlySet<string> = new Set(['sha256', 'sha1', 'md5', 'crc64nvme']);

function hasSameBytes({ sizeBytes, checksum }: PublishedFile, held: ArchiveFile): boolean {
  if (sizeBytes !== held.sizeBytes || !checksum || held.checksum === null) return false;
  const { algorithm, base64 } = checksum;
  return telling.has(algorithm) && algorithm === held.checksum.algorithm && base64 === held.checksum.base64;
}
