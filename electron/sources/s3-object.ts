import { Readable } from 'node:stream';
import { isRockpoolError, RockpoolError } from '../contract/errors.ts';
import type { Bucket } from './s3-client.ts';
import { keyOf, type S3Object } from './s3-listing.ts';
import type { ByteRange, FileChecksum } from './source.ts';

/** What S3 tells of a file only when it is asked for it by itself. */
export interface ObjectHead {
  readonly checksum: FileChecksum | null;
  /** The CRC-32, where there is one beside it. */
  readonly quickChecksum: FileChecksum | null;
  readonly versionId: string | null;
}

export interface OpenOptions {
  readonly range?: ByteRange | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a listed file, or some of its bytes, for reading. Throws `source_changed` where it is no longer the one that was
 * listed, and `pull_mismatch` where other bytes come than were asked for; the stream fails with `pull_incomplete`.
 */
export async function openObject(
  bucket: Bucket,
  object: S3Object,
  { range, signal }: OpenOptions = {},
): Promise<Readable> {
  const { etag, sizeBytes, versionId } = object;
  const key = keyOf(object);
  if (range !== undefined && range.end <= range.start) return Readable.from([], { objectMode: false });
  const answer = await bucket.ask({
    action: versionId === null ? 's3:GetObject' : 's3:GetObjectVersion',
    key,
    signal,
    send: (client, { GetObjectCommand }, abort) =>
      client.send(
        new GetObjectCommand({
          Bucket: bucket.bucket,
          Key: key,
          IfMatch: etag,
          ...(versionId !== null && { VersionId: versionId }),
          ...(range !== undefined && { Range: `bytes=${range.start}-${range.end - 1}` }),
        }),
        abort,
      ),
  });
  const body = answer.Body as Readable;
  const wanted = range === undefined ? sizeBytes : range.end - range.start;
  const isRange =
    range === undefined || answer.ContentRange === `bytes ${range.start}-${range.end - 1}/${sizeBytes}`;
  if (!isRange || (answer.ContentLength !== undefined && answer.ContentLength !== wanted)) {
    body.destroy();
    throw new RockpoolError(
      'pull_mismatch',
      `${bucket.host} sends other bytes of ${key} than were asked for.`,
      {
        hint: 'A proxy may be in the way, or the store knows no ranges. Nothing of what came is used.',
        detail: { key, got: answer.ContentLength ?? null, wanted, range: answer.ContentRange ?? null },
      },
    );
  }
  return sayFailures(body, key, signal);
}

/**
 * Asks for what tells the content of a file. A checksum is given only where it is one of the whole file's bytes: not
 * those of its parts, and an ETag only where it is a plain MD5 (D7).
 */
export async function readHead(bucket: Bucket, object: S3Object, signal?: AbortSignal): Promise<ObjectHead> {
  const { etag, versionId } = object;
  const key = keyOf(object);
  const head = await bucket.ask({
    action: versionId === null ? 's3:GetObject' : 's3:GetObjectVersion',
    key,
    signal,
    send: (client, { HeadObjectCommand }, abort) =>
      client.send(
        new HeadObjectCommand({
          Bucket: bucket.bucket,
          Key: key,
          IfMatch: etag,
          ...(versionId !== null && { VersionId: versionId }),
          ...(bucket.options.checksums === 'when-supported' && { ChecksumMode: 'ENABLED' }),
        }),
        abort,
      ),
  });
  const checksums = checksumsOf(head, etag);
  return {
    checksum: checksums[0] ?? null,
    quickChecksum: checksums.find(({ algorithm }) => algorithm === 'crc32') ?? null,
    versionId: head.VersionId ?? null,
  };
}

/** What an answer of S3 says of the content, as far as it counts here. */
export interface SaidContent {
  readonly ChecksumType?: string | undefined;
  readonly ChecksumSHA256?: string | undefined;
  readonly ChecksumCRC64NVME?: string | undefined;
  readonly ChecksumCRC32C?: string | undefined;
  readonly ChecksumCRC32?: string | undefined;
  readonly ChecksumSHA1?: string | undefined;
  readonly ServerSideEncryption?: string | undefined;
  readonly SSECustomerAlgorithm?: string | undefined;
}

/**
 * The checksums of the whole file's bytes that are told. Hashes come first, then the sums that only find accidents.
 */
export function checksumsOf(said: SaidContent, etag: string): FileChecksum[] {
  const isWhole = said.ChecksumType !== 'COMPOSITE';
  const known = [
    ['sha256', isWhole ? said.ChecksumSHA256 : undefined, 32],
    ['sha1', isWhole ? said.ChecksumSHA1 : undefined, 20],
    ['md5', md5Of(said, etag), 16],
    ['crc64nvme', isWhole ? said.ChecksumCRC64NVME : undefined, 8],
    ['crc32', isWhole ? said.ChecksumCRC32 : undefined, 4],
    ['crc32c', isWhole ? said.ChecksumCRC32C : undefined, 4],
  ] as const;
  return known.flatMap(([algorithm, base64, bytes]) => {
    // Stores that know no types tell a sum of several parts by a dash and their number at its end.
    if (base64 === undefined || !/^[A-Za-z0-9+/]+=*$/.test(base64)) return [];
    return Buffer.from(base64, 'base64').length === bytes ? [{ algorithm, base64 }] : [];
  });
}

/** The ETag as a hash. With keys of a key service, or of the caller, it is none, though it looks like one. */
function md5Of(said: SaidContent, etag: string): string | undefined {
  if (said.SSECustomerAlgorithm !== undefined || said.ServerSideEncryption?.startsWith('aws:kms'))
    return undefined;
  const hex = /^"?([0-9a-f]{32})"?$/.exec(etag)?.[1];
  return hex === undefined ? undefined : Buffer.from(hex, 'hex').toString('base64');
}

/** The same bytes, with failures of the connection said as ours. */
function sayFailures(body: Readable, key: string, signal?: AbortSignal): Readable {
  const said = new Readable({
    // Each chunk as it came: a stream of bytes joins those that wait, in memory that only the garbage collector gives back.
    objectMode: true,
    highWaterMark: 2,
    read: () => body.resume(),
    destroy: (error, done) => {
      signal?.removeEventListener('abort', abort);
      body.destroy();
      done(error);
    },
  });
  const abort = () => said.destroy(signal?.reason);
  body.on('data', (chunk: Buffer) => {
    if (!said.push(chunk)) body.pause();
  });
  body.on('end', () => said.push(null));
  body.on('error', (error) => said.destroy(cut(key, error)));
  body.on('close', () => {
    if (!body.readableEnded) said.destroy(cut(key, null));
  });
  body.pause();
  if (signal?.aborted) abort();
  else signal?.addEventListener('abort', abort, { once: true });
  return said;
}

function cut(key: string, error: unknown): Error {
  if (isRockpoolError(error)) return error;
  return new RockpoolError('pull_incomplete', `The connection was cut in the middle of ${key}.`, {
    hint: 'Try again; what came whole before is kept.',
    detail: { key, errno: (error as NodeJS.ErrnoException | null)?.code ?? null },
    cause: error,
  });
}
