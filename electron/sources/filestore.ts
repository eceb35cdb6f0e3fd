import { type ErrorCode, isRockpoolError, RockpoolError } from '../contract/errors.ts';
import { inParallel } from '../jobs/parallel.ts';
import { notAFileStore } from './failures.ts';
import { listStore, listWorkflows, readStorePublication, type Store } from './filestore-publication.ts';
import { readStoreUrl, type StoreUrl } from './filestore-url.ts';
import { pickPublishable, requirePublished } from './publishable.ts';
import { getText } from './requests.ts';
import type { ListedDataset, SourceReader } from './source.ts';

export interface FilestoreOptions {
  /** Datasets of this origin that are known from elsewhere: not every file store can list its own. */
  readonly knownDatasets?: (origin: string) => string[];
  /** How long to wait for the next bytes: 30 s. */
  readonly idleTimeoutMs?: number;
  /** The pause before a request is tried again, doubled each time: 500 ms. */
  readonly retryDelayMs?: number;
}

const maxHealthBytes = 16 * 1024;
const datasetsAtOnce = 2;
const maxNamed = 20;

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
      const own = url.workflow === null ? await listWorkflows(store, signal) : [url.workflow];
      const known = url.workflow === null ? knownDatasets(url.origin) : [];
      const workflows = [...new Set([...(own ?? []), ...known])];
      // Beside workflows there may lie any file, which such a store gives as if it were a folder's list.
      const passed: ErrorCode[] =
        own === null || url.workflow !== null ? [] : ['source_invalid', 'unsafe_name'];
      const list = (workflow: string, either: AbortSignal) => listDataset(store, workflow, passed, either);
      const listed = await inParallel(workflows, datasetsAtOnce, list, signal);
      return listed.filter((dataset) => dataset !== null);
    },
    publication: async (dataset, revision, signal) => {
      const workflow = dataset ?? url.workflow;
      if (workflow === null) throw datasetNeeded(store, await listWorkflows(store, signal));
      return readStorePublication(store, workflow, revision, signal);
    },
  };
}

async function checkStore(store: Store, signal?: AbortSignal): Promise<string> {
  const { url, ...patience } = store;
  const health = await getText(url.health, maxHealthBytes, { ...patience, signal });
  if (health.trim() !== 'OK') throw notAFileStore(url.health, 'it does not answer OK');
  if (url.workflow === null) {
    const workflows = await listWorkflows(store, signal);
    return workflows === null
      ? 'the file store answers; it cannot list its datasets: name one by the id of its workflow'
      : `the file store answers; it lists ${workflows.length} ${workflows.length === 1 ? 'dataset' : 'datasets'}`;
  }
  const publishable = pickPublishable(await listStore(store, url.workflow, signal));
  requirePublished(publishable, url.workflow);
  return `the file store answers; ${url.workflow} has ${publishable.names.length} files to pull`;
}

/** A dataset with the one revision that a file store has; none while a run refills it, null where it has no data. */
async function listDataset(
  store: Store,
  workflow: string,
  passed: readonly ErrorCode[],
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
    if (isRockpoolError(error, 'dataset_not_found', 'source_empty', 'source_only_raw', ...passed))
      return null;
    throw error;
  }
}

function datasetNeeded({ url }: Store, known: readonly string[] | null): RockpoolError {
  const more = (known?.length ?? 0) > maxNamed ? ', …' : '';
  const message =
    known === null
      ? `The file store at ${url.host} cannot list its datasets.`
      : known.length === 0
        ? `The file store at ${url.host} has no datasets.`
        : `The file store at ${url.host} has ${known.slice(0, maxNamed).join(', ')}${more}.`;
  return new RockpoolError('dataset_not_found', message, {
    hint: `Name one by the id of its workflow: ${url.origin}/file/WORKFLOW`,
    detail: { host: url.host, datasets: known?.length ?? null },
  });
}
