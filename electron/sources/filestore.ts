import { isRockpoolError, RockpoolError } from '../contract/errors.ts';
import { inParallel } from '../jobs/parallel.ts';
import { notAFileStore } from './failures.ts';
import { listStore, readStorePublication, type Store } from './filestore-publication.ts';
import { readStoreUrl, type StoreUrl } from './filestore-url.ts';
import { pickPublishable, requirePublished } from './publishable.ts';
import { getText } from './requests.ts';
import type { ListedDataset, SourceReader } from './source.ts';

export interface FilestoreOptions {
  /** Datasets of this origin that are known from elsewhere: a file store cannot list its own. */
  readonly knownDatasets?: (origin: string) => string[];
  /** How long to wait for the next bytes: 30 s. */
  readonly idleTimeoutMs?: number;
  /** The pause before a request is tried again, doubled each time: 500 ms. */
  readonly retryDelayMs?: number;
}

const maxHealthBytes = 16 * 1024;
const datasetsAtOnce = 2;

/**
 * An agent's file store as a source. It tells neither sizes nor dates, and each run empties and refills it: a
 * publication that moves while it is listed or pulled is the error `source_changed`.
 */
export function openFilestore(address: string, options: FilestoreOptions = {}): SourceReader {
  return openStore(address, readStoreUrl(address), options);
}

/** A file store whose addresses are made by `url`, however it is reached. */
export function openStore(address: string, url: StoreUrl, options: FilestoreOptions): SourceReader {
  const { knownDatasets = () => [], idleTimeoutMs = 30_000, retryDelayMs = 500 } = options;
  const store: Store = { url, idleTimeoutMs, retryDelayMs };
  return {
    kind: 'filestore',
    url: address,
    origin: url.origin,
    check: (signal) => checkStore(store, signal),
    datasets: async (signal) => {
      const workflows = url.workflow === null ? knownDatasets(url.origin) : [url.workflow];
      const list = (workflow: string, either: AbortSignal) => listDataset(store, workflow, either);
      const listed = await inParallel(workflows, datasetsAtOnce, list, signal);
      return listed.filter((dataset) => dataset !== null);
    },
    publication: async (dataset, revision, signal) => {
      const workflow = dataset ?? url.workflow;
      if (workflow === null) throw datasetNeeded(store);
      return readStorePublication(store, workflow, revision, signal);
    },
  };
}

async function checkStore(store: Store, signal?: AbortSignal): Promise<string> {
  const { url, ...patience } = store;
  const health = await getText(url.health, maxHealthBytes, { ...patience, signal });
  if (health.trim() !== 'OK') throw notAFileStore(url.health, 'it does not answer OK');
  if (url.workflow === null) {
    return 'the file store answers; it cannot list its datasets: name one by the id of its workflow';
  }
  const publishable = pickPublishable(await listStore(store, url.workflow, signal));
  requirePublished(publishable, url.workflow);
  return `the file store answers; ${url.workflow} has ${publishable.names.length} files to pull`;
}

/** A dataset with the one revision that a file store has; none while a run refills it, null where it has no data. */
async function listDataset(
  store: Store,
  workflow: string,
  signal: AbortSignal,
): Promise<ListedDataset | null> {
  try {
    const { revision, files } = await readStorePublication(store, workflow, 'latest', signal);
    const { format } = pickPublishable(files.map(({ name }) => name));
    const only = { id: revision, publishedAt: null, sizeBytes: null, files: files.length, format };
    return { dataset: workflow, revisions: [only] };
  } catch (error) {
    signal.throwIfAborted();
    if (isRockpoolError(error, 'source_changed')) return { dataset: workflow, revisions: [] };
    if (isRockpoolError(error, 'dataset_not_found', 'source_empty', 'source_only_raw')) return null;
    throw error;
  }
}

function datasetNeeded({ url }: Store): RockpoolError {
  return new RockpoolError('dataset_not_found', `The file store at ${url.host} cannot list its datasets.`, {
    hint: `Name one by the id of its workflow: ${url.origin}/file/WORKFLOW`,
    detail: { host: url.host },
  });
}
