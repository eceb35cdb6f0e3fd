import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { isRockpoolError, RockpoolError } from '../contract/errors.ts';
import { requireSafeName } from '../contract/published.ts';
import { inParallel } from '../jobs/parallel.ts';
import { changed } from './changed.ts';
import { notAFileStore } from './failures.ts';
import type { StoreUrl } from './filestore-url.ts';
import { pickPublishable, requirePublished } from './publishable.ts';
import { getBody, getText, type RequestOptions } from './requests.ts';
import type { Publication, PublishedFile } from './source.ts';

const maxListingBytes = 8 * 1024 * 1024;
const maxCountBytes = 16 * 1024;
const requestsAtOnce = 4;

/** A file store, and how patiently it is asked. */
export interface Store {
  readonly url: StoreUrl;
  readonly idleTimeoutMs: number;
  readonly retryDelayMs: number;
}

/** Files that may be pulled, with their numbers of lines. */
type Counted = ReadonlyMap<string, number>;

/**
 * What a workflow has published, listed before and after its lines are counted. Throws `source_changed` where the two
 * differ, `dataset_not_found`, `revision_not_found`, `source_empty`, `source_only_raw`, `unsafe_name`.
 */
export async function readStorePublication(
  store: Store,
  dataset: string,
  revision: string,
  signal?: AbortSignal,
): Promise<Publication> {
  const workflow = requireSafeName(dataset, store.url.host);
  const names = await listStore(store, workflow, signal);
  const publishable = pickPublishable(names);
  requirePublished(publishable, workflow);
  const counted = await countLines(store, workflow, publishable.names, signal);
  await requireSameNames(store, workflow, names, signal);
  const found = hashCounted(counted);
  if (revision !== 'latest' && revision !== found) throw noRevision(workflow, revision, found);
  return {
    origin: store.url.origin,
    dataset: workflow,
    revision: found,
    publishedAt: null,
    sizeBytes: null,
    namedByContent: true,
    inPlace: true,
    files: [...counted].map(([name, lines]) => publishFile(store, workflow, name, lines)),
    confirm: async (signal) => {
      await requireSameNames(store, workflow, names, signal);
      const now = await countLines(store, workflow, publishable.names, signal);
      if (hashCounted(now) !== found) throw changed(workflow, 'has files of other lengths now');
    },
  };
}

/** The names in a workflow's folder, sorted. Throws `unsafe_name` where one of them, taken or not, is hostile. */
export async function listStore(store: Store, workflow: string, signal?: AbortSignal): Promise<string[]> {
  const notFound = () =>
    new RockpoolError('dataset_not_found', `${store.url.host} has no dataset ${workflow}.`, {
      hint: 'A dataset is called by the id of its workflow. While a run refills it, it may be missing: try again.',
      detail: { host: store.url.host, dataset: workflow },
    });
  const options = { ...requestOptions(store, signal), notFound };
  const text = await sayingPercent(workflow, () =>
    getText(store.url.listing(workflow), maxListingBytes, options),
  );
  const names = readNames(text);
  for (const name of names) requireSafeName(name, store.url.host);
  return names;
}

/**
 * The names of the workflows that a store says it has, sorted; null where it does not say so: not every version does.
 * Throws `unsafe_name` where one of them is hostile, and what the connection fails with.
 */
export async function listWorkflows(store: Store, signal?: AbortSignal): Promise<string[] | null> {
  let text: string;
  try {
    text = await getText(store.url.root, maxListingBytes, requestOptions(store, signal));
  } catch (error) {
    signal?.throwIfAborted();
    // Whatever it answers otherwise is no list. That nothing answers at all is another matter.
    if (isRockpoolError(error, 'source_invalid')) return null;
    if (isRockpoolError(error, 'source_unreachable') && error.detail?.status !== undefined) return null;
    throw error;
  }
  const names = readNames(text);
  // A way in between that makes one slash of two asks for the store's health.
  if (text.trim() === 'OK') return null;
  for (const name of names) requireSafeName(name, store.url.host);
  return names;
}

function readNames(text: string): string[] {
  return [...new Set(text.split(/\r?\n/).filter((name) => name !== ''))].toSorted();
}

// Raw files come and go first in a run, so all names are compared, also those that are never taken.
async function requireSameNames(
  store: Store,
  workflow: string,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const now = await listStore(store, workflow, signal).catch((error: unknown) => {
    signal?.throwIfAborted();
    if (error instanceof RockpoolError && error.code === 'dataset_not_found') return [];
    throw error;
  });
  if (now.join('\n') !== names.join('\n')) throw changed(workflow, 'holds other files now');
}

async function countLines(
  store: Store,
  workflow: string,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<Counted> {
  const counts = await inParallel(
    names,
    requestsAtOnce,
    async (name, either) => {
      const url = store.url.lines(workflow, name);
      const options = { ...requestOptions(store, either), notFound: () => changed(name, 'is gone') };
      const text = await sayingPercent(name, () => getText(url, maxCountBytes, options));
      // Some versions may answer as `wc -l` does, with the file's name behind the number.
      const count = /^\s*(\d{1,15})(\s|$)/.exec(text)?.[1];
      if (count === undefined) throw notAFileStore(url, 'it does not tell how many lines a file has');
      return [name, Number(count)] as const;
    },
    signal,
  );
  return new Map(counts);
}

function publishFile(store: Store, workflow: string, name: string, lines: number): PublishedFile {
  return {
    name,
    sizeBytes: null,
    fingerprint: null,
    lineCount: async () => lines,
    open: async (signal) => {
      const options = { ...requestOptions(store, signal), notFound: () => changed(name, 'is gone') };
      const url = store.url.file(workflow, name);
      const body = await sayingPercent(name, () => getBody(url, options));
      return Readable.from(body, { objectMode: false });
    },
  };
}

/** Asks for a file or a folder, and says what is wrong where a % in its name is more than a store can take. */
async function sayingPercent<T>(name: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const isRefused = isRockpoolError(error, 'source_invalid') && error.detail?.status !== undefined;
    if (!name.includes('%') || !(isRefused || isRockpoolError(error, 'source_changed'))) throw error;
    throw new RockpoolError('source_invalid', `The file store cannot give ${name}, for the % in its name.`, {
      hint: 'It takes the % for the beginning of a code. Rename it at its source, or copy the folder and install it from the disk.',
      detail: { file: name, status: error.detail?.status ?? 404 },
      cause: error,
    });
  }
}

function requestOptions(store: Store, signal?: AbortSignal): RequestOptions {
  return { signal, idleTimeoutMs: store.idleTimeoutMs, retryDelayMs: store.retryDelayMs };
}

/** Twelve hexadecimal digits from all that a file store tells of its files: names and numbers of lines. */
function hashCounted(counted: Counted): string {
  const hash = createHash('sha256');
  for (const [name, lines] of counted) hash.update(`${name}\0${lines}\n`);
  return hash.digest('hex').slice(0, 12);
}

function noRevision(workflow: string, revision: string, found: string): RockpoolError {
  return new RockpoolError(
    'revision_not_found',
    `The file store has no revision ${revision} of ${workflow}.`,
    {
      hint: `It keeps what the last run left: ${found}, which is also called latest.`,
      detail: { dataset: workflow, revision, found },
    },
  );
}
