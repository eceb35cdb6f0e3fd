import { type Archive, type ArchiveKey, findListed, type Publication } from '../archives/archive.ts';
import type { Coming } from '../archives/arrivals.ts';
import { type CachedWish, requireCached } from '../archives/cached.ts';
import type { TableData } from '../archives/contents.ts';
import { openContents } from '../archives/layout.ts';
import type { PullProgress } from '../archives/meter.ts';
import { pinArchive } from '../archives/pins.ts';
import { openPull } from '../archives/pull.ts';
import { requireSpace } from '../archives/space.ts';
import { isRockpoolError } from '../contract/errors.ts';
import type { Warning } from '../contract/report.ts';
import type { RunningJob } from '../jobs/run.ts';
import type { RunningServer } from '../servers/server.ts';
import type { Core } from '../state/core.ts';
import { readSetting } from '../state/settings.ts';
import type { Parts } from './parts.ts';
import { makePristine, recipeOf } from './pristine.ts';
import { findPristine, type InstallOptions, type PristineRecord } from './records.ts';

/** A dataset that has come and is restored on a server. */
export interface Arrived {
  readonly archive: Archive;
  readonly pristine: PristineRecord;
  /** False where another install had it restored before. */
  readonly isNew: boolean;
  readonly pullMs: number;
  readonly warnings: readonly Warning[];
}

export interface ArrivalWish {
  readonly server: RunningServer;
  readonly publication: (signal: AbortSignal) => Promise<Publication>;
  /** What the cache may hold of it, for when the source does not answer; null where only the source can tell. */
  readonly cached: CachedWish | null;
  readonly options: InstallOptions;
  /** Pulls everything again, and takes nothing from the cache where the source does not answer. */
  readonly fresh?: boolean;
}

/**
 * Pulls a dataset and restores it at the same time: each file is loaded as soon as it has come and was verified.
 * Nothing is sealed before all has come and the source still publishes what was listed. Where the source does not
 * answer, a revision that is in the cache will do, with a warning. Where another install on the server has the same
 * restored already, that is shared.
 */
export async function pullAndRestore(parts: Parts, job: RunningJob, wish: ArrivalWish): Promise<Arrived> {
  const { core } = parts;
  const { server, options } = wish;
  const startedAt = performance.now();
  let pullMs = 0;
  const opened = Promise.withResolvers<Opened>();
  const pulling = job.step('pull', async (progress) => {
    const opening = await openDataset(core, job, wish, progress);
    opened.resolve(opening);
    const archive = await opening.done;
    pullMs = performance.now() - startedAt;
    return archive;
  });
  pulling.catch((error: unknown) => opened.reject(error));
  const { key, files, close, warnings } = await opened.promise;
  try {
    await requireRoom(core, server, files);
    const shared = await findShared(parts, wish, key, pulling);
    if (shared !== null) return { archive: await pulling, pristine: shared, isNew: false, pullMs, warnings };
    const found = await openContents(core, files, {
      schema: options.schema,
      database: options.database,
      signal: job.signal,
    });
    const contents = { ...found, data: awaited(found.data, files) };
    const pristine = await makePristine(parts, job, { server, contents, archive: pulling, options });
    return { archive: await pulling, pristine, isNew: true, pullMs, warnings };
  } finally {
    await close();
    await pulling.catch(() => {});
  }
}

/** The same tables; those whose file comes by itself can be waited for without a session that would load them. */
function awaited(data: readonly TableData[], files: Coming | Archive): TableData[] {
  if (!('ready' in files)) return [...data];
  const names = new Set(files.files.map(({ name }) => name));
  return data.map((one) =>
    names.has(one.file) ? { ...one, ready: (signal) => files.ready(one.file, signal) } : one,
  );
}

/** Rows take up to twice their CSV with indexes (measured: 1.7), and there are two copies of them: pristine and live. */
export const databaseBytesPerFileByte = 4;

/** Refuses what cannot fit before anything is made (D19); files whose size no source tells do not count. */
async function requireRoom(
  core: Core,
  server: RunningServer,
  { dataset, files }: Coming | Archive,
): Promise<void> {
  const published = files.reduce((sum, file) => sum + (file.sizeBytes ?? 0), 0);
  await requireSpace({
    folder: server.place,
    free: await server.freeBytes(),
    neededBytes: published * databaseBytesPerFileByte,
    keepFreeBytes: readSetting(core.state, 'keepFreeBytes'),
    what: `Installing ${dataset}`,
  });
}

interface Opened {
  readonly key: ArchiveKey;
  readonly files: Coming | Archive;
  readonly done: Promise<Archive>;
  readonly warnings: readonly Warning[];
  close(): Promise<void>;
}

async function openDataset(
  core: Core,
  job: RunningJob,
  wish: ArrivalWish,
  progress: PullProgress,
): Promise<Opened> {
  const { signal } = job;
  const publication = await wish.publication(signal).catch((error: unknown) => error);
  if (!isPublication(publication)) return openCached(core, wish, publication);
  job.log('info', `${publication.dataset} @ ${publication.revision}, ${publication.files.length} files`);
  const keepFreeBytes = readSetting(core.state, 'keepFreeBytes');
  const { fresh = false } = wish;
  const pull = await openPull(core, publication, { signal, progress, keepFreeBytes, fresh });
  return { key: pull.key, files: pull, done: pull.done, warnings: [], close: () => pull.close() };
}

function isPublication(value: unknown): value is Publication {
  return typeof value === 'object' && value !== null && 'confirm' in value;
}

function openCached(core: Core, { cached, fresh }: ArrivalWish, failure: unknown): Opened {
  if (cached === null || fresh || !isRockpoolError(failure, 'source_unreachable')) throw failure;
  const archive = requireCached(core, cached, failure);
  const pin = pinArchive(core, archive.id, `Using ${archive.dataset} @ ${archive.revision}`);
  const since = archive.seenAt ?? archive.pulledAt;
  const message = `The source did not answer, so ${archive.dataset} @ ${archive.revision} was taken from the cache: there may be newer ones, and it was last seen published at ${since}.`;
  return {
    key: archive,
    files: archive,
    done: Promise.resolve(archive),
    warnings: [{ code: 'source_unreachable', message }],
    close: async () => pin.close(),
  };
}

async function findShared(
  parts: Parts,
  { server, options }: ArrivalWish,
  key: ArchiveKey,
  pulling: Promise<Archive>,
): Promise<PristineRecord | null> {
  const { core } = parts;
  const recipe = recipeOf(options);
  // Of a source that names nothing there may be several contents under one listing.
  const candidates = findListed(core, key).flatMap((archive) => {
    const pristine = findPristine(core.state, server.name, archive.id, recipe);
    return pristine === null ? [] : [pristine];
  });
  if (candidates.length === 0) return null;
  // The same revision of a folder can hold other files by now: then what comes is another archive.
  const { id } = await pulling;
  return candidates.find((pristine) => pristine.archive === id) ?? null;
}
