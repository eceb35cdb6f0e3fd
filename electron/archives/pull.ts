import { isRockpoolError, RockpoolError } from '../contract/errors.ts';
import { inParallel } from '../jobs/parallel.ts';
import { retry } from '../jobs/retry.ts';
import type { Core } from '../state/core.ts';
import { waitForLock } from '../state/locks.ts';
import {
  type Archive,
  type ArchiveFile,
  findPulled,
  type Publication,
  type PublishedFile,
  recordArchive,
  touchArchive,
} from './archive.ts';
import { hasObject } from './cache.ts';
import { sweepIncoming } from './incoming.ts';
import { requireSpace } from './space.ts';
import { type Transferred, transferFile } from './transfer.ts';

/** What a pull tells of itself; a job's step has this shape. */
export interface PullProgress {
  describe(description: string | null): void;
  setTotal(total: number | null): void;
  add(done: { done?: number; bytes?: number }): void;
}

export interface PullOptions {
  readonly signal?: AbortSignal | undefined;
  readonly progress?: PullProgress | undefined;
  /** How long to wait for the next bytes before a file is given up and tried again: 30 s. */
  readonly idleTimeoutMs?: number;
  /** What must stay free on the cache's disk: 1 GiB. */
  readonly keepFreeBytes?: number;
  /** The pause before a file is tried again, doubled each time: 500 ms. */
  readonly retryDelayMs?: number;
}

// More at once make no source faster, and each takes a connection of what may be a port-forward.
const filesAtOnce = 4;
const dayMs = 24 * 60 * 60 * 1000;

/**
 * Brings a publication into the cache, every file verified by its size or its number of lines, and returns its
 * archive. What is there and intact is not pulled again. Of two that pull the same one works and the other waits.
 * Throws `source_changed`, `pull_incomplete`, `pull_mismatch`, `pull_stalled`, `space_needed`, `disk_full`,
 * `file_unreadable` and what the source throws; then nothing stays but files that came whole.
 */
export async function pullPublication(
  core: Core,
  publication: Publication,
  options: PullOptions = {},
): Promise<Archive> {
  const { origin, dataset, revision } = publication;
  const { signal } = options;
  const name = `pull:${origin}/${dataset}/${revision}`;
  const lock = await waitForLock(core.state, name, `Pulling ${dataset} @ ${revision}`, {
    timeoutMs: dayMs,
    ...(signal && { signal }),
  });
  try {
    await sweepIncoming(core);
    return await pullMissing(core, publication, options);
  } finally {
    lock.close();
  }
}

async function pullMissing(core: Core, publication: Publication, options: PullOptions): Promise<Archive> {
  const former = findPulled(core, publication);
  const kept = await listKept(core, former, publication);
  if (former !== null && kept.size === publication.files.length && kept.size === former.files.length) {
    options.progress?.describe('Pulled before');
    touchArchive(core, former.id);
    return former;
  }
  const wanted = publication.files.filter((file) => !kept.has(file.name));
  await requireSpace({
    folder: core.paths.cache,
    neededBytes: wanted.reduce((sum, file) => sum + (file.sizeBytes ?? 0), 0),
    keepFreeBytes: options.keepFreeBytes,
    what: `Pulling ${publication.dataset}`,
  });
  const promised = await askPromises(wanted, options.signal);
  const bySize = promised.every(({ file }) => file.sizeBytes !== null);
  const meter = openMeter(options.progress, promised, bySize);
  const pulled = await inParallel(
    promised,
    filesAtOnce,
    (one, signal) => pullFile(core, publication, one, { ...options, signal, meter }),
    options.signal,
  );
  await publication.confirm(options.signal);
  const all = new Map([...kept, ...pulled.map((file) => [file.name, file] as const)]);
  return recordArchive(core, {
    origin: publication.origin,
    dataset: publication.dataset,
    revision: publication.revision,
    publishedAt: publication.publishedAt,
    files: publication.files.map(({ name }) => all.get(name)).filter((file) => file !== undefined),
  });
}

/** Files of the former archive that are still published as they were, and still in the cache. */
async function listKept(
  core: Core,
  former: Archive | null,
  publication: Publication,
): Promise<Map<string, ArchiveFile>> {
  const kept = new Map<string, ArchiveFile>();
  for (const file of former?.files ?? []) {
    const published = publication.files.find(({ name }) => name === file.name);
    if (published === undefined || published.fingerprint !== file.fingerprint) continue;
    if (await hasObject(core, file.sha256, file.sizeBytes)) kept.set(file.name, file);
  }
  return kept;
}

interface Promised {
  readonly file: PublishedFile;
  /** Asked for only where the size is not known. */
  readonly lines: number | null;
}

function askPromises(files: readonly PublishedFile[], signal?: AbortSignal): Promise<Promised[]> {
  return inParallel(
    files,
    filesAtOnce,
    async (file, either) => ({
      file,
      lines: file.sizeBytes === null ? await file.lineCount(either) : null,
    }),
    signal,
  );
}

type Meter = (file: PublishedFile) => (bytes: number, lines: number) => void;

/** Progress in bytes where all sizes are known, else in lines. A file that is tried again is not counted twice. */
function openMeter(
  progress: PullProgress | undefined,
  promised: readonly Promised[],
  bySize: boolean,
): Meter {
  const totals = promised.map(({ file, lines }) => (bySize ? file.sizeBytes : lines));
  const known = totals.every((total) => total !== null);
  progress?.setTotal(known ? totals.reduce<number>((sum, total) => sum + (total ?? 0), 0) : null);
  return () => {
    let toldBytes = 0;
    let toldLines = 0;
    return (bytes, lines) => {
      const more = { bytes: Math.max(0, bytes - toldBytes), lines: Math.max(0, lines - toldLines) };
      toldBytes += more.bytes;
      toldLines += more.lines;
      if (more.bytes + more.lines > 0)
        progress?.add({ done: bySize ? more.bytes : more.lines, bytes: more.bytes });
    };
  };
}

async function pullFile(
  core: Core,
  publication: Publication,
  { file, lines }: Promised,
  {
    signal,
    meter,
    idleTimeoutMs = 30_000,
    retryDelayMs = 500,
  }: PullOptions & { signal: AbortSignal; meter: Meter },
): Promise<ArchiveFile> {
  const onProgress = meter(file);
  const transfer = () =>
    transferFile(core, file, {
      idleTimeoutMs,
      signal,
      onProgress,
      verify: (came) => requirePromised(publication, file, lines, came, signal),
    });
  const came = await retry(
    async () => {
      const first = await transfer();
      // Without a size, the number of line ends proves all but what stands behind the last one. Only a second
      // reading that gives the same bytes can.
      if (file.sizeBytes === null && first.endsOpen && (await transfer()).sha256 !== first.sha256) {
        throw incomplete(file.name, 'two readings of it differ', {});
      }
      return first;
    },
    {
      when: (error) => isRockpoolError(error, 'pull_incomplete', 'pull_stalled', 'source_unreachable'),
      delayMs: retryDelayMs,
      signal,
    },
  );
  const { sha256, sizeBytes, records } = came;
  return { name: file.name, sha256, sizeBytes, records, fingerprint: file.fingerprint };
}

async function requirePromised(
  publication: Publication,
  file: PublishedFile,
  lines: number | null,
  came: Transferred,
  signal: AbortSignal,
): Promise<void> {
  const promised = file.sizeBytes ?? lines;
  if (promised === null) {
    throw new RockpoolError('pull_incomplete', `Nothing tells whether ${file.name} came whole.`, {
      hint: 'The source gives neither sizes nor line counts: use one that does, or copy the files to a folder.',
      detail: { file: file.name },
    });
  }
  const [got, unit] = file.sizeBytes === null ? [came.lines, 'lines'] : [came.sizeBytes, 'bytes'];
  if (got === promised) return;
  // A file that was replaced meanwhile is told as that, not as a broken connection.
  await publication.confirm(signal);
  throw incomplete(file.name, `${got} of ${promised} ${unit} came`, { got, promised, unit });
}

function incomplete(name: string, how: string, detail: Record<string, string | number>): RockpoolError {
  return new RockpoolError('pull_incomplete', `${name} did not come whole: ${how}.`, {
    hint: 'The connection was probably cut: try again. Nothing of what came is used.',
    detail: { file: name, ...detail },
  });
}
