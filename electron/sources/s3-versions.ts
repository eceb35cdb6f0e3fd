import type { ListObjectVersionsCommandOutput } from '@aws-sdk/client-s3';
import { isRockpoolError } from '../contract/errors.ts';
import { pickPublishable } from './publishable.ts';
import type { Bucket } from './s3-client.ts';
import { decodeKey, endlessListing, type S3Folder, type S3Object } from './s3-listing.ts';

/** One state that a flat feed was in: what its files were when a run had ended. */
export interface FeedState {
  /** The newest LastModified of its files, to the second. */
  readonly id: string;
  readonly objects: readonly S3Object[];
  readonly format: string | null;
}

interface Event {
  readonly object: S3Object;
  readonly deleted: boolean;
}

/**
 * The states of a flat feed, the newest first. In a bucket that keeps versions each run has left one: a run ends where a
 * file is written that it has written before. Elsewhere, or where versions may not be listed, there is the present one.
 */
export async function listFeed(bucket: Bucket, folder: S3Folder, signal?: AbortSignal): Promise<FeedState[]> {
  const { taken, published } = folder;
  if (taken.length === 0) return [];
  const current = { id: revisionOf(taken), objects: taken, format: published.format };
  const events = await listVersions(bucket, folder.prefix, signal);
  const former = splitRuns(events)
    .map(stateOf)
    .filter((state) => state !== null);
  const ids = new Set([current.id]);
  const older = former.toReversed().filter(({ id }) => id < current.id && !ids.has(id) && ids.add(id));
  return [current, ...older];
}

/** The name of a flat feed's revision: the newest of these times, to the second, which is all that S3 keeps. */
export function revisionOf(objects: readonly S3Object[]): string {
  const newest = objects.reduce((latest, object) => Math.max(latest, object.modifiedAtMs), 0);
  return `${new Date(newest).toISOString().slice(0, 19)}Z`;
}

function stateOf(objects: readonly S3Object[]): FeedState | null {
  const { names, format } = pickPublishable(objects.map(({ name }) => name));
  const taken = new Set(names);
  const picked = objects.filter(({ name }) => taken.has(name)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return picked.length === 0 ? null : { id: revisionOf(picked), objects: picked, format };
}

/** The files that there were after each run, the oldest first. */
export function splitRuns(events: readonly Event[]): S3Object[][] {
  const states: S3Object[][] = [];
  const now = new Map<string, S3Object>();
  let run = new Set<string>();
  for (const { object, deleted } of events) {
    if (run.has(object.name) && !deleted) {
      states.push([...now.values()]);
      run = new Set();
    }
    if (deleted) now.delete(object.name);
    else {
      now.set(object.name, object);
      run.add(object.name);
    }
  }
  if (run.size > 0) states.push([...now.values()]);
  return states;
}

/** What was written and deleted directly under a prefix, in the order of time; empty where no versions are kept. */
async function listVersions(bucket: Bucket, prefix: string, signal?: AbortSignal): Promise<Event[]> {
  const events: Event[] = [];
  let marker: Marker | null = {};
  try {
    while (marker !== null) {
      const after: Marker = marker;
      const answer: ListObjectVersionsCommandOutput = await bucket.ask({
        action: 's3:ListBucketVersions',
        signal,
        send: (client, { ListObjectVersionsCommand }, abort) =>
          client.send(
            new ListObjectVersionsCommand({
              Bucket: bucket.bucket,
              Prefix: prefix,
              Delimiter: '/',
              EncodingType: 'url',
              ...after,
            }),
            abort,
          ),
      });
      const decode = answer.EncodingType === 'url' ? decodeKey : (key: string) => key;
      const read = (deleted: boolean) => (one: VersionEntry) => {
        const key = decode(one.Key ?? '');
        const name = key.slice(key.lastIndexOf('/') + 1);
        if (pickPublishable([name]).names.length === 0) return;
        const { Size = 0, LastModified = new Date(0), ETag = '', VersionId = null } = one;
        const times = { sizeBytes: Size, modifiedAtMs: LastModified.getTime(), etag: ETag };
        events.push({ object: { name, prefix, ...times, versionId: VersionId }, deleted });
      };
      for (const version of answer.Versions ?? []) read(false)(version);
      for (const deletion of answer.DeleteMarkers ?? []) read(true)(deletion);
      const next = { KeyMarker: answer.NextKeyMarker, VersionIdMarker: answer.NextVersionIdMarker };
      if (answer.IsTruncated === true && next.KeyMarker === undefined) throw endlessListing(bucket);
      marker = answer.IsTruncated === true ? next : null;
    }
  } catch (error) {
    signal?.throwIfAborted();
    // Versions are more than a feed needs: without the permission, or a store that knows them, there is the present one.
    if (isRockpoolError(error, 'source_denied', 'source_invalid')) return [];
    throw error;
  }
  // S3 lists the versions of a file newest first, and a stable sort keeps an order that is true within a second.
  return events.reverse().sort((a, b) => a.object.modifiedAtMs - b.object.modifiedAtMs);
}

interface Marker {
  readonly KeyMarker?: string | undefined;
  readonly VersionIdMarker?: string | undefined;
}

interface VersionEntry {
  readonly Key?: string | undefined;
  readonly Size?: number | undefined;
  readonly LastModified?: Date | undefined;
  readonly ETag?: string | undefined;
  readonly VersionId?: string | undefined;
}
