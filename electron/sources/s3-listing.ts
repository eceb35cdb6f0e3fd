import type { ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import { RockpoolError } from '../contract/errors.ts';
import { readPublishedName, unsafeNameReason } from '../contract/published.ts';
import { type Publishable, pickPublishable } from './publishable.ts';
import type { Bucket } from './s3-client.ts';
import { type ListedEntry, takeContents } from './s3-contents.ts';
import { notS3 } from './s3-failures.ts';

/** A file in a bucket, as listed. */
export interface S3Object {
  /** What stands behind the last slash of its key. */
  readonly name: string;
  /** What stands before its name, the slash included. */
  readonly prefix: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  /** With its quotes, as S3 gives it. */
  readonly etag: string;
  /** Set where a former version of the file is meant. */
  readonly versionId: string | null;
}

/** What lies directly under a prefix. */
export interface S3Folder {
  /** Ends with a slash, or is empty. */
  readonly prefix: string;
  /** Names of the folders in it; unsafe ones are left out. */
  readonly folders: readonly string[];
  /** What kind of folder it is; of many names alike only some. */
  readonly published: Publishable;
  /** The files that may be taken, in the order of their names. */
  readonly taken: readonly S3Object[];
  /** Files that are of no kind, the first thousand and all parts of dumps. Of raw files none is kept. */
  readonly others: readonly S3Object[];
}

interface Page {
  readonly folders: readonly string[];
  readonly objects: readonly S3Object[];
}

/** The key of a file. */
export function keyOf({ prefix, name }: S3Object): string {
  return prefix + name;
}

const maxOthers = 1000;

/** Lists what lies directly under a prefix, in memory that grows with the files that may be taken and little else. */
export async function listFolder(bucket: Bucket, prefix: string, signal?: AbortSignal): Promise<S3Folder> {
  const folders: string[] = [];
  const listed: S3Object[] = [];
  const others: S3Object[] = [];
  // One name of each kind tells what kind of folder it is; to look at all at once takes more than to hold them.
  const telling = new Map<string, string>();
  for await (const page of listPages(bucket, prefix, signal)) {
    for (const folder of page.folders) if (unsafeNameReason(folder) === null) folders.push(folder);
    for (const object of page.objects) {
      const { name } = object;
      // Consoles make an empty object for a folder: it is no file.
      if (name === '') continue;
      const published = readPublishedName(name);
      const { kind } = published;
      if (kind === 'table') telling.set(`table ${published.schema}`, name);
      else if (kind === 'raw') telling.set('raw', name);
      else telling.set(name, name);
      if (kind === 'other') {
        if (others.length < maxOthers || isOfDump(name)) others.push(object);
        else telling.delete(name);
      } else if (kind !== 'raw') listed.push(object);
    }
  }
  const published = pickPublishable([...telling.values()]);
  const names = new Set(published.names);
  const holdsTables = listed.some(({ name }) => names.has(name));
  const taken = holdsTables ? listed : others.filter(({ name }) => names.has(name));
  return { prefix, folders, published, taken, others };
}

/** True for names that make a whole dump, alone or as its parts. */
function isOfDump(name: string): boolean {
  return pickPublishable([name, 'toc.dat']).names.includes(name);
}

/** The object with exactly this key, null where there is none. */
export async function findObject(
  bucket: Bucket,
  key: string,
  signal?: AbortSignal,
): Promise<S3Object | null> {
  // In the order of S3 nothing that begins with a key comes before the key itself.
  for await (const { objects } of listPages(bucket, key, signal, 1)) {
    return objects.find((object) => keyOf(object) === key) ?? null;
  }
  return null;
}

async function* listPages(
  bucket: Bucket,
  prefix: string,
  signal?: AbortSignal,
  maxKeys?: number,
): AsyncGenerator<Page> {
  let token: string | undefined;
  do {
    const entries: ListedEntry[] = [];
    const answer: ListObjectsV2CommandOutput = await bucket.ask({
      action: 's3:ListBucket',
      signal,
      send: (client, { ListObjectsV2Command }, abort) => {
        entries.length = 0;
        const command = new ListObjectsV2Command({
          Bucket: bucket.bucket,
          Prefix: prefix,
          Delimiter: '/',
          // XML has no way to write most control characters.
          EncodingType: 'url',
          ContinuationToken: token,
          MaxKeys: maxKeys,
        });
        // The lowest priority of this step is next to the connection: before the SDK reads the answer.
        const order = { step: 'deserialize', priority: 'low', name: 'takeContents' } as const;
        command.middlewareStack.add(takeContents((entry) => entries.push(entry)) as never, order);
        return client.send(command, abort);
      },
    });
    if (answer.Name === undefined && answer.IsTruncated === undefined && answer.KeyCount === undefined) {
      throw notS3({ host: bucket.host });
    }
    const decode = answer.EncodingType === 'url' ? decodeKey : (key: string) => key;
    yield {
      folders: (answer.CommonPrefixes ?? []).map(({ Prefix = '' }) =>
        decode(Prefix).slice(prefix.length).replace(/\/$/, ''),
      ),
      objects: entries.map((entry) => objectOf(entry, decode(entry.key), prefix)),
    };
    const next = answer.IsTruncated === true ? answer.NextContinuationToken : undefined;
    if (answer.IsTruncated === true && (next === undefined || next === token)) throw endlessListing(bucket);
    token = next;
  } while (token !== undefined && maxKeys === undefined);
}

function objectOf(entry: ListedEntry, key: string, asked: string): S3Object {
  const { sizeBytes, modifiedAtMs, etag } = entry;
  const above = key.slice(0, key.lastIndexOf('/') + 1);
  return {
    // A slice would keep the whole key.
    name: Buffer.from(key.slice(above.length)).toString(),
    prefix: above === asked ? asked : above,
    sizeBytes,
    modifiedAtMs,
    etag,
    versionId: null,
  };
}

/** Undoes the encoding that S3 gives keys in listings, in which a space is a plus. */
export function decodeKey(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** The error for a listing that says it goes on, and not where. */
export function endlessListing({ host, bucket }: Bucket): RockpoolError {
  return new RockpoolError('source_invalid', `${host} lists the bucket ${bucket} without an end.`, {
    hint: 'The store says that there is more and does not say where it goes on: it may be no full S3.',
    detail: { host, bucket },
  });
}
