import { createHash } from 'node:crypto';
import { isRockpoolError, RockpoolError } from '../contract/errors.ts';
import { requireSafeName } from '../contract/published.ts';
import { inParallel } from '../jobs/parallel.ts';
import { changed } from './changed.ts';
import { requirePublished } from './publishable.ts';
import type { Bucket } from './s3-client.ts';
import { findObject, keyOf, listFolder, type S3Folder, type S3Object } from './s3-listing.ts';
import { openObject, readHead } from './s3-object.ts';
import type { S3Dataset } from './s3-places.ts';
import { listFeed, revisionOf } from './s3-versions.ts';
import type { Publication, PublishedFile } from './source.ts';

/** Files of one revision, and how to list them again. */
interface Found {
  readonly revision: string;
  readonly objects: readonly S3Object[];
  /** Null where they cannot change: former versions. */
  readonly listAgain: ((signal?: AbortSignal) => Promise<readonly S3Object[]>) | null;
}

const headsAtOnce = 8;

/**
 * Reads one revision of a dataset. Throws `revision_not_found`, `source_empty`, `source_only_raw`, `format_unknown`,
 * `unsafe_name`, `source_changed` where a file is replaced meanwhile, and what the bucket throws.
 */
export async function readS3Publication(
  bucket: Bucket,
  origin: string,
  dataset: S3Dataset,
  revision: string,
  signal?: AbortSignal,
): Promise<Publication> {
  const { revision: id, objects, listAgain } = await findRevision(bucket, dataset, revision, signal);
  for (const { name } of objects) requireSafeName(name, dataset.dataset);
  const listed = fingerprintOf(objects);
  const files = await inParallel(
    objects,
    headsAtOnce,
    (object, either) => publishObject(bucket, object, either),
    signal,
  );
  const newest = objects.reduce((latest, { modifiedAtMs }) => Math.max(latest, modifiedAtMs), 0);
  return {
    origin,
    dataset: dataset.dataset,
    revision: id,
    publishedAt: new Date(newest).toISOString(),
    sizeBytes: objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    files,
    inPlace: dataset.kind !== 'revisions' && listAgain !== null,
    confirm: async (later) => {
      if (listAgain !== null && fingerprintOf(await listAgain(later)) !== listed) {
        throw changed(`${dataset.dataset} @ ${id}`, 'holds other files now');
      }
    },
  };
}

/** The files of a folder that may be taken. Throws where there are none, and says why. */
export function takenOf(folder: S3Folder): readonly S3Object[] {
  requirePublished(folder.published, folder.prefix);
  return folder.taken;
}

async function findRevision(
  bucket: Bucket,
  dataset: S3Dataset,
  wanted: string,
  signal?: AbortSignal,
): Promise<Found> {
  if (dataset.kind === 'dump') {
    const { object } = dataset.dump;
    const listAgain = async (later?: AbortSignal) => {
      const now = await findObject(bucket, keyOf(object), later);
      return now === null ? [] : [now];
    };
    const id = revisionOf([object]);
    if (wanted !== 'latest' && wanted !== id) throw noRevision(dataset.dataset, wanted, [id]);
    return { revision: id, objects: [object], listAgain };
  }
  if (dataset.kind === 'flat') return findState(bucket, dataset, wanted, signal);
  if (dataset.kind === 'workflow') throw new TypeError('a workflow is opened before it is read');
  const { revisions } = dataset;
  const named = revisions.filter(({ id }) => wanted === 'latest' || id === wanted);
  if (named.length === 0) {
    throw noRevision(
      dataset.dataset,
      wanted,
      revisions.map(({ id }) => id),
    );
  }
  // A run that has only begun has left raw files or none in the newest folder: `latest` is the newest with data.
  let first: S3Folder | null = null;
  for (const { id, prefix, folder: known } of named) {
    const folder: S3Folder = known ?? (await listFolder(bucket, prefix, signal));
    first ??= folder;
    if (folder.published.names.length === 0) continue;
    const listAgain = (later?: AbortSignal) => listTaken(bucket, prefix, later);
    return { revision: id, objects: takenOf(folder), listAgain };
  }
  if (first !== null) takenOf(first);
  throw noRevision(dataset.dataset, wanted, []);
}

async function findState(
  bucket: Bucket,
  { dataset, folder }: S3Dataset & { kind: 'flat' },
  wanted: string,
  signal?: AbortSignal,
): Promise<Found> {
  const objects = takenOf(folder);
  const current = revisionOf(objects);
  if (wanted === 'latest' || wanted === current) {
    const listAgain = (later?: AbortSignal) => listTaken(bucket, folder.prefix, later);
    return { revision: current, objects, listAgain };
  }
  const states = await listFeed(bucket, folder, signal);
  const state = states.find(({ id }) => id === wanted);
  if (state === undefined) {
    throw noRevision(
      dataset,
      wanted,
      states.map(({ id }) => id),
    );
  }
  return { revision: state.id, objects: state.objects, listAgain: null };
}

/** What may be taken now; empty where that is nothing any more. */
async function listTaken(bucket: Bucket, prefix: string, signal?: AbortSignal): Promise<readonly S3Object[]> {
  try {
    return takenOf(await listFolder(bucket, prefix, signal));
  } catch (error) {
    if (isRockpoolError(error, 'source_empty', 'source_only_raw', 'format_unknown', 'unsafe_name')) return [];
    throw error;
  }
}

async function publishObject(bucket: Bucket, object: S3Object, signal?: AbortSignal): Promise<PublishedFile> {
  const { checksum, quickChecksum, versionId } = await readHead(bucket, object, signal);
  return {
    name: object.name,
    sizeBytes: object.sizeBytes,
    fingerprint: `${object.etag}:${new Date(object.modifiedAtMs).toISOString()}:${versionId ?? ''}`,
    checksum,
    quickChecksum,
    lineCount: async () => null,
    open: (either) => openObject(bucket, object, { signal: either }),
    openRange: (range, either) => openObject(bucket, object, { range, signal: either }),
  };
}

function fingerprintOf(objects: readonly S3Object[]): string {
  const hash = createHash('sha256');
  for (const { name, etag, sizeBytes, modifiedAtMs } of objects) {
    hash.update(`${name}\0${etag}\0${sizeBytes}\0${modifiedAtMs}\n`);
  }
  return hash.digest('hex');
}

function noRevision(dataset: string, wanted: string, known: readonly string[]): RockpoolError {
  const listed = known.slice(0, 20).join(', ') + (known.length > 20 ? ', …' : '');
  return new RockpoolError('revision_not_found', `The dataset ${dataset} has no revision ${wanted}.`, {
    hint: known.length === 0 ? 'It has none with data yet.' : `There is ${listed}; latest is the newest.`,
    detail: { dataset, revision: wanted, revisions: known.length },
  });
}
