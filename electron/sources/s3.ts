import type { Revision, S3Options } from '../contract/source.ts';
import { inParallel } from '../jobs/parallel.ts';
import { defaultS3Options, formatS3Address, readS3Address } from './s3-address.ts';
import { type Bucket, openBucket } from './s3-client.ts';
import { listFolder, type S3Object } from './s3-listing.ts';
import { readHead } from './s3-object.ts';
import { listDatasetsAt, openWorkflow, pickDataset, type S3Dataset } from './s3-places.ts';
import { readS3Publication, takenOf } from './s3-publication.ts';
import { listFeed, revisionOf } from './s3-versions.ts';
import type { ListedDataset, SourceReader } from './source.ts';

// Listings of folders; each takes one connection and holds one folder's names.
const foldersAtOnce = 4;

/**
 * A bucket as a source: data repositories, flat feeds and whole dumps at or below a prefix, on AWS or any store that
 * speaks S3. It is only ever read. The AWS SDK is loaded by the first request.
 */
export function openS3(url: string, options: S3Options = defaultS3Options): SourceReader {
  const address = readS3Address(url);
  const bucket = openBucket(address, options);
  // Another store is another place, though bucket and prefix are called the same.
  const origin = formatS3Address({ ...address, endpoint: options.endpoint ?? address.endpoint });
  return {
    kind: 's3',
    url,
    origin,
    check: (signal) => checkBucket(bucket, url, signal),
    datasets: async (signal) => {
      const datasets = await listDatasetsAt(bucket, null, signal);
      const listed = await inParallel(
        datasets,
        foldersAtOnce,
        (dataset, either) => listRevisions(bucket, dataset, either),
        signal,
      );
      return listed.filter((dataset) => dataset !== null);
    },
    publication: async (dataset, revision, signal) => {
      const found = pickDataset(await listDatasetsAt(bucket, dataset, signal), dataset, url);
      const opened = await openWorkflow(bucket, found, signal);
      return readS3Publication(bucket, origin, opened ?? pickDataset([], dataset, url), revision, signal);
    },
  };
}

/** Lists what there is and asks for one file of the newest revision, which takes another permission than listing. */
async function checkBucket(bucket: Bucket, url: string, signal?: AbortSignal): Promise<string> {
  const datasets = await listDatasetsAt(bucket, null, signal);
  const opened = await inParallel(
    datasets,
    foldersAtOnce,
    (dataset, either) => openWorkflow(bucket, dataset, either),
    signal,
  );
  const all = opened.filter((dataset) => dataset !== null);
  const redacted = all.filter((one) => one.kind !== 'flat' || one.folder.published.names.length > 0);
  const found = redacted.length > 0 ? redacted : all;
  const [first] = found;
  if (first === undefined) pickDataset([], null, url);
  else await readOne(bucket, first, signal);
  const revisions = found.reduce(
    (sum, one) => sum + (one.kind === 'revisions' ? one.revisions.length : 0),
    0,
  );
  const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;
  return `${count(found.length, 'dataset')}${revisions > 0 ? ` in ${count(revisions, 'revision')}` : ''}`;
}

async function readOne(bucket: Bucket, dataset: S3Dataset, signal?: AbortSignal): Promise<void> {
  let object: S3Object | undefined;
  if (dataset.kind === 'dump') object = dataset.dump.object;
  else if (dataset.kind === 'flat') [object] = takenOf(dataset.folder);
  else if (dataset.kind === 'revisions') {
    const [newest] = dataset.revisions;
    if (newest === undefined) return;
    const folder = newest.folder ?? (await listFolder(bucket, newest.prefix, signal));
    // A run that has only begun is no fault of the source.
    object = folder.taken[0];
  }
  if (object !== undefined) await readHead(bucket, object, signal);
}

async function listRevisions(
  bucket: Bucket,
  dataset: S3Dataset,
  signal?: AbortSignal,
): Promise<ListedDataset | null> {
  const opened = await openWorkflow(bucket, dataset, signal);
  if (opened === null) return null;
  const revisions = await revisionsOf(bucket, opened, signal);
  return revisions.length === 0 ? null : { dataset: opened.dataset, revisions };
}

async function revisionsOf(bucket: Bucket, dataset: S3Dataset, signal?: AbortSignal): Promise<Revision[]> {
  if (dataset.kind === 'dump') {
    const { object, format } = dataset.dump;
    return [describe(revisionOf([object]), [object], format)];
  }
  if (dataset.kind === 'flat') {
    const { folder } = dataset;
    const states = await listFeed(bucket, folder, signal);
    return states.map(({ id, objects, format }) => describe(id, objects, format));
  }
  if (dataset.kind === 'workflow') return [];
  const listed = await inParallel(
    dataset.revisions,
    foldersAtOnce,
    async ({ id, prefix, folder: known }, either) => {
      const folder = known ?? (await listFolder(bucket, prefix, either));
      return folder.taken.length === 0 ? null : describe(id, folder.taken, folder.published.format);
    },
    signal,
  );
  return listed.filter((revision) => revision !== null);
}

function describe(id: string, objects: readonly S3Object[], format: string | null): Revision {
  const newest = objects.reduce((latest, { modifiedAtMs }) => Math.max(latest, modifiedAtMs), 0);
  return {
    id,
    publishedAt: new Date(newest).toISOString(),
    sizeBytes: objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    files: objects.length,
    format,
  };
}
