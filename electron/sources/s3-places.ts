import { RockpoolError } from '../contract/errors.ts';
import { readPublishedName } from '../contract/published.ts';
import { pickPublishable } from './publishable.ts';
import type { Bucket } from './s3-client.ts';
import { type Dump, listDumps, readFormat } from './s3-dumps.ts';
import { findObject, listFolder, type S3Folder } from './s3-listing.ts';

/** A dataset in a bucket: where it is, and what kind of place that is. */
export type S3Dataset = { readonly dataset: string } & (
  | { readonly kind: 'flat'; readonly folder: S3Folder }
  /** A folder of which it is not known yet what is in it. */
  | { readonly kind: 'workflow'; readonly prefix: string }
  | { readonly kind: 'revisions'; readonly revisions: readonly S3Revision[] }
  | { readonly kind: 'dump'; readonly dump: Dump }
);

/** The folder of one revision. */
export interface S3Revision {
  readonly id: string;
  readonly prefix: string;
  /** Null where it was not listed yet. */
  readonly folder: S3Folder | null;
}

/**
 * Finds the datasets at an address: a prefix with workflows, one workflow, one revision, a flat feed, whole dumps, or one
 * file. Workflows are not looked into, nor are other files once the `wanted` dataset is found. A bucket may hold several
 * of these side by side.
 */
export async function listDatasetsAt(
  bucket: Bucket,
  wanted: string | null,
  signal?: AbortSignal,
): Promise<S3Dataset[]> {
  const { prefix } = bucket;
  const folder = await listFolder(bucket, prefix === '' ? '' : `${prefix}/`, signal);
  const parts = [bucket.bucket, ...prefix.split('/').filter((part) => part !== '')];
  const last = parts.at(-1) ?? '';
  const above = parts.at(-2);
  if (isTaken(folder) && isRevision(last) && above !== undefined && prefix !== '') {
    const only = { id: last, prefix: folder.prefix, folder };
    return [{ dataset: above, kind: 'revisions', revisions: [only] }];
  }
  const datasets: S3Dataset[] = [];
  // Raw files beside workflows are nobody's dataset; alone they are told to be raw when they are asked for.
  if (folder.published.names.length > 0 || (isTaken(folder) && folder.folders.length === 0)) {
    datasets.push({ dataset: last, kind: 'flat', folder });
  }
  const revisions = revisionsIn(folder);
  if (revisions.length > 0 && revisions.length === folder.folders.length && !isTaken(folder)) {
    return [{ dataset: last, kind: 'revisions', revisions }];
  }
  for (const name of folder.folders) {
    datasets.push({ dataset: name, kind: 'workflow', prefix: `${folder.prefix}${name}/` });
  }
  if (wanted !== null && datasets.some(({ dataset }) => dataset === wanted)) return datasets;
  for (const dump of isTaken(folder) ? [] : await listDumps(bucket, folder, signal)) {
    datasets.push({ dataset: dump.object.name, kind: 'dump', dump });
  }
  if (datasets.length > 0 || prefix === '') return datasets;
  const object = await findObject(bucket, prefix, signal);
  if (object === null || object.sizeBytes === 0) return [];
  if (readPublishedName(object.name).kind === 'raw') {
    const published = pickPublishable([object.name]);
    return [
      { dataset: last, kind: 'flat', folder: { prefix, folders: [], published, taken: [], others: [] } },
    ];
  }
  const format = /\.csv$/i.test(object.name) ? 'CSV files' : await readFormat(bucket, object, signal);
  return [{ dataset: object.name, kind: 'dump', dump: { object, format: format ?? 'unknown' } }];
}

/** Looks into a workflow's folder; null where nothing is published in it. */
export async function openWorkflow(
  bucket: Bucket,
  dataset: S3Dataset,
  signal?: AbortSignal,
): Promise<S3Dataset | null> {
  if (dataset.kind !== 'workflow') return dataset;
  const folder = await listFolder(bucket, dataset.prefix, signal);
  const revisions = revisionsIn(folder);
  if (revisions.length > 0) return { dataset: dataset.dataset, kind: 'revisions', revisions };
  return isTaken(folder) ? { dataset: dataset.dataset, kind: 'flat', folder } : null;
}

/** The dataset that is wanted, or the only one. Throws `dataset_not_found` or `source_empty`. */
export function pickDataset(datasets: readonly S3Dataset[], wanted: string | null, where: string): S3Dataset {
  if (datasets.length === 0) {
    throw new RockpoolError('source_empty', `There is nothing published in ${where}.`, {
      hint: 'Name the prefix above WORKFLOW/REVISION/ folders, or one with table-*.csv files in it.',
      detail: { where },
    });
  }
  const found =
    wanted === null && datasets.length === 1
      ? datasets[0]
      : datasets.find(({ dataset }) => dataset === wanted);
  if (found !== undefined) return found;
  const names = datasets.map(({ dataset }) => dataset);
  const listed = names.slice(0, 20).join(', ') + (names.length > 20 ? ', …' : '');
  const message =
    wanted === null
      ? `There are ${names.length} datasets in ${where}: ${listed}.`
      : `There is no dataset ${wanted} in ${where}. There is: ${listed}.`;
  throw new RockpoolError('dataset_not_found', message, {
    hint: 'Name one of these.',
    detail: { where, datasets: names.length },
  });
}

/** Revisions stand in the order of their numbers, the newest first: 10 before 9. */
function revisionsIn({ prefix, folders }: S3Folder): S3Revision[] {
  return folders
    .filter(isRevision)
    .toSorted((a, b) => Number(b) - Number(a))
    .map((id) => ({ id, prefix: `${prefix}${id}/`, folder: null }));
}

function isRevision(name: string): boolean {
  return /^(0|[1-9]\d{0,14})$/.test(name);
}

function isTaken({ published: { names, raw } }: S3Folder): boolean {
  return names.length > 0 || raw;
}
