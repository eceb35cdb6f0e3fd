import { RockpoolError } from '../contract/errors.ts';
import { inParallel } from '../jobs/parallel.ts';
import type { Core } from '../state/core.ts';
import { Gate } from '../state/gate.ts';
import { type Lock, waitForLock } from '../state/locks.ts';
import {
  type Archive,
  type ArchiveFile,
  type ArchiveKey,
  findListed,
  findPulled,
  type Publication,
  type PublishedFile,
  recordArchive,
} from './archive.ts';
import { Arrivals, type Coming } from './arrivals.ts';
import { hasObject, isIntact } from './cache.ts';
import { fetchFile, filesAtOnce } from './fetch.ts';
import { Hasher } from './hasher.ts';
import { listHeld } from './held.ts';
import { namedAs } from './identity.ts';
import { sweepIncoming } from './incoming.ts';
import { type Journal, openJournal, pullLock } from './journal.ts';
import { Meter, type Promised, type PullProgress } from './meter.ts';
import { inOrder } from './order.ts';
import { Pace } from './pace.ts';
import { partNotes } from './part-record.ts';
import { pinArchive } from './pins.ts';
import { isTable } from './recognise.ts';
import { requireSpace } from './space.ts';

export interface PullOptions {
  readonly signal?: AbortSignal | undefined;
  readonly progress?: PullProgress | undefined;
  /** How long to wait for the next bytes before a file is given up and tried again: 30 s. */
  readonly idleTimeoutMs?: number;
  /** What must stay free on the cache's disk: 1 GiB. */
  readonly keepFreeBytes?: number;
  /** The pause before a file is tried again, doubled each time: 500 ms. */
  readonly retryDelayMs?: number;
  /** Files of at least this size are pulled in stretches, and gone on with after a crash: 8 MiB. */
  readonly rangedFromBytes?: number;
  /**
   * Whether tables that are there already are hashed again: true. Who is not going to read them can do without; whoever
   * reads a damaged one gets an error in any case.
   */
  readonly checksHeldTables?: boolean;
  /** Pulls all files anew, whatever the cache has: false. */
  readonly fresh?: boolean;
  /** What a pull of this very publication has just brought: of it only what is damaged is pulled again. */
  readonly brought?: Archive;
}

/** A pull that goes on: each file can be used as soon as it has come and was verified. */
export interface OpenPull extends Coming {
  readonly key: ArchiveKey;
  /**
   * All files, and what is published is still what was listed. Fails with what the pull fails with. Who restores what
   * has come before must not publish it until this is there.
   */
  readonly done: Promise<Archive>;
  /** Ends what still goes on, and waits for that; the archive may be pruned from now on unless something else pins it. */
  close(): Promise<void>;
}

// Beside those that come there are some that are being hashed, flushed or verified.
const filesInWork = 2 * filesAtOnce;
const dayMs = 24 * 60 * 60 * 1000;

/**
 * Brings a publication into the cache, every file verified by its size or its number of lines, and its checksum where
 * there is one, and returns its archive. What is there and intact is not pulled again. Of two that pull the same one
 * works and the other waits. Throws `source_changed`, `pull_incomplete`, `pull_mismatch`, `pull_stalled`,
 * `space_needed`, `disk_full`, `file_unreadable` and what the source throws; what has come until then is kept for the
 * next pull.
 */
export async function pullPublication(
  core: Core,
  publication: Publication,
  options: PullOptions = {},
): Promise<Archive> {
  const pull = await openPull(core, publication, options);
  try {
    return await pull.done;
  } finally {
    await pull.close();
  }
}

/**
 * Begins to pull a publication, as `pullPublication` does, and resolves once it is known what has to come and that there
 * is room for it. Files that are no tables come first, then tables, the biggest first. To be closed in any case.
 */
export async function openPull(
  core: Core,
  publication: Publication,
  options: PullOptions = {},
): Promise<OpenPull> {
  const { origin, dataset, revision, files } = publication;
  const key = { origin, dataset, revision };
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const askedAt = new Date().toISOString();
  const lock = await waitForLock(core.state, pullLock(key), `Pulling ${dataset} @ ${revision}`, {
    timeoutMs: dayMs,
    signal,
  });
  let journal: Journal | null = null;
  try {
    await sweepIncoming(core);
    journal = await openJournal(core, key);
    const { former, isCurrent } = findFormer(core, key, options, askedAt);
    const held = options.fresh
      ? new Map<string, ArchiveFile>()
      : await listHeld(core, publication, { former, begun: journal.files, isCurrent });
    if (options.fresh) for (const file of files) await partNotes(core, key, file).remove();
    const wanted = files.filter(({ name }) => !held.has(name));
    await requireSpace({
      folder: core.paths.cache,
      neededBytes: await sumMissing(core, key, wanted),
      keepFreeBytes: options.keepFreeBytes,
      what: `Pulling ${dataset}`,
    });
    const arrivals = new Arrivals(files);
    const running = { core, publication, options, signal, arrivals, journal, former, held, wanted };
    let pin: Lock | null = null;
    const done = pullAll(running)
      .then((archive) => {
        pin = pinArchive(core, archive.id, `Using ${dataset} @ ${revision}`);
        return archive;
      })
      .finally(() => lock.close());
    // Whoever waits for a file alone is told there.
    done.catch((error: unknown) => arrivals.fail(error));
    return {
      key,
      dataset,
      files: files.map(({ name, sizeBytes }) => ({ name, sizeBytes })),
      ready: (name, waiting) => arrivals.ready(name, waiting),
      done,
      close: async () => {
        stop.abort(new Error('the pull was closed'));
        await done.catch(() => undefined);
        pin?.close();
      },
    };
  } catch (error) {
    await journal?.close();
    lock.close();
    throw error;
  }
}

/** What was pulled before of a publication, and whether that is known to be what it has now. */
function findFormer(
  core: Core,
  key: ArchiveKey,
  { brought }: PullOptions,
  askedAt: string,
): { readonly former: Archive | null; readonly isCurrent: boolean } {
  if (brought !== undefined) return { former: brought, isCurrent: true };
  // Another pull of the same has ended while this one waited for it (D17).
  const current = findListed(core, key).find(({ seenAt }) => (seenAt ?? '') >= askedAt);
  if (current !== undefined) return { former: current, isCurrent: true };
  return { former: findPulled(core, key), isCurrent: false };
}

interface Running {
  readonly core: Core;
  readonly publication: Publication;
  readonly options: PullOptions;
  readonly signal: AbortSignal;
  readonly arrivals: Arrivals;
  readonly journal: Journal;
  readonly former: Archive | null;
  readonly held: ReadonlyMap<string, ArchiveFile>;
  readonly wanted: readonly PublishedFile[];
}

async function pullAll(running: Running): Promise<Archive> {
  const { core, publication, options, signal, journal, former, held, wanted } = running;
  const hasher = new Hasher();
  const gate = new Gate(filesAtOnce);
  using pace = new Pace();
  pace.onMore(() => gate.look());
  try {
    if (wanted.length === 0) options.progress?.describe('Pulled before');
    const promised = inOrder(await askPromises(publication.files, signal));
    const missing = promised.filter(({ file }) => !held.has(file.name));
    const meter = new Meter(options.progress, missing);
    const files = await inParallel(
      promised,
      filesInWork,
      (one, either) =>
        bringFile({ ...running, signal: either, hasher, gate, pace }, meter, one, held.get(one.file.name)),
      signal,
    );
    const isAsBefore =
      wanted.length === 0 && former !== null && former.files.every(({ name }) => held.has(name));
    if (!isAsBefore) await publication.confirm(signal);
    for (const file of files) await requireKept(core, file);
    const { origin, dataset, publishedAt } = publication;
    const now = new Date().toISOString();
    const byName = new Map(files.map((file) => [file.name, file] as const));
    const pulled = publication.files.flatMap(({ name }) => byName.get(name) ?? []);
    const archive = recordArchive(core, {
      ...{ origin, dataset, publishedAt },
      ...namedAs(publication, pulled, isAsBefore ? (former.seenAt ?? now) : now),
      files: pulled,
    });
    await journal.remove();
    return archive;
  } finally {
    await hasher.close();
    await journal.close();
  }
}

async function bringFile(
  running: Running & { readonly hasher: Hasher; readonly gate: Gate; readonly pace: Pace },
  meter: Meter,
  promised: Promised,
  held: ArchiveFile | undefined,
): Promise<ArchiveFile> {
  const { core, publication, options, signal, arrivals, journal, former, hasher, gate, pace } = running;
  const isFormer = former?.files.some(({ name }) => name === held?.name) ?? false;
  if (held !== undefined && !isFormer) await journal.add(held);
  const isTrusted = options.checksHeldTables === false && held !== undefined && isTable(held.name);
  const isHeld = isTrusted || (held !== undefined && (await isIntact(core, held.sha256, signal)));
  // One that was held and is damaged was not counted so far.
  if (held !== undefined && !isHeld) meter.expect(promised);
  const brought = isHeld
    ? held
    : await fetchFile(core, publication, promised, {
        idleTimeoutMs: options.idleTimeoutMs ?? 30_000,
        retryDelayMs: options.retryDelayMs ?? 500,
        rangedFromBytes: options.rangedFromBytes ?? 8 * 1024 * 1024,
        meter,
        gate,
        hasher,
        pace,
        signal,
        keepFreeBytes: options.keepFreeBytes,
        onKeep: (kept) => journal.add(kept),
      });
  arrivals.arrive(brought);
  return brought;
}

/** Bytes that are still to come, as far as sizes are known. */
async function sumMissing(core: Core, key: ArchiveKey, files: readonly PublishedFile[]): Promise<number> {
  let sum = 0;
  for (const file of files) {
    const begun = await partNotes(core, key, file).read();
    const has = begun.reduce((bytes, { start, end }) => bytes + end - start, 0);
    sum += Math.max(0, (file.sizeBytes ?? 0) - has);
  }
  return sum;
}

/** Throws where a file was pruned in the moment between being found and being written down. */
async function requireKept(core: Core, { name, sha256, sizeBytes }: ArchiveFile): Promise<void> {
  if (await hasObject(core, sha256, sizeBytes)) return;
  throw new RockpoolError('cache_damaged', `${name} was taken out of the cache while it was pulled.`, {
    hint: 'Try again: what is missing is pulled anew.',
    detail: { file: name },
  });
}

function askPromises(files: readonly PublishedFile[], signal: AbortSignal): Promise<Promised[]> {
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
