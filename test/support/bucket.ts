import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { crc32 as workOutCrc32 } from 'node:zlib';
import {
  isListing,
  type Standin,
  type StandinAnswer,
  type StandinRequest,
  s3Page,
  s3Refusal,
  startStandin,
} from './s3-standin.ts';

/** A bucket that speaks as much of S3 as a reader needs: listings, HEAD, GET, ranges, If-Match, MD5 as ETag. */
export interface Bucket extends Standin {
  /** By key; may be changed at any time. */
  readonly objects: Map<string, Buffer>;
}

/**
 * Starts a bucket with these objects. `multipart` gives ETags that are no MD5, and so no checksums; `crc32` tells those
 * who ask for checksums a CRC-32, as S3 does of what its SDKs have uploaded.
 */
export async function startBucket(
  objects: Readonly<Record<string, string | Buffer>>,
  { multipart = false, crc32 = false } = {},
): Promise<Bucket> {
  const held = new Map(Object.entries(objects).map(([key, content]) => [key, Buffer.from(content)] as const));
  const etags = new WeakMap<Buffer, string>();
  const crcs = new WeakMap<Buffer, string>();
  const crc32Of = (content: Buffer): string | null => {
    if (!crc32) return null;
    const sum = crcs.get(content) ?? crcOf(content);
    crcs.set(content, sum);
    return sum;
  };
  const etagOf = (content: Buffer): string => {
    const etag =
      etags.get(content) ?? createHash('md5').update(content).digest('hex') + (multipart ? '-2' : '');
    etags.set(content, etag);
    return etag;
  };
  const standin = await startStandin((request) => {
    if (isListing(request)) return list(request, held, etagOf);
    const content = held.get(request.path.replace(/^\/bucket\//, ''));
    if (content === undefined) return s3Refusal(404, 'NoSuchKey');
    return give(request, content, { etag: `"${etagOf(content)}"`, crc32: crc32Of(content) });
  });
  return Object.assign(standin, { objects: held });
}

function list(
  { query }: StandinRequest,
  objects: ReadonlyMap<string, Buffer>,
  etagOf: (content: Buffer) => string,
): StandinAnswer {
  const prefix = query.get('prefix') ?? '';
  const folders = new Set<string>();
  const found = [...objects].filter(([key]) => {
    if (!key.startsWith(prefix)) return false;
    const slash = query.get('delimiter') === '/' ? key.indexOf('/', prefix.length) : -1;
    if (slash !== -1) folders.add(key.slice(0, slash + 1));
    return slash === -1;
  });
  const listed = found.map(([key, content]) => ({ key, sizeBytes: content.length, etag: etagOf(content) }));
  return s3Page(
    listed.toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    { folders: [...folders].toSorted() },
  );
}

function crcOf(content: Buffer): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(workOutCrc32(content));
  return bytes.toString('base64');
}

interface Told {
  readonly etag: string;
  readonly crc32: string | null;
}

function give({ method, headers }: StandinRequest, content: Buffer, { etag, crc32 }: Told): StandinAnswer {
  if (
    headers['if-match'] !== undefined &&
    headers['if-match'].replaceAll('"', '') !== etag.replaceAll('"', '')
  ) {
    return s3Refusal(412, 'PreconditionFailed');
  }
  const range = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '');
  const [start, end] = range === null ? [0, content.length] : [Number(range[1]), Number(range[2]) + 1];
  const body = content.subarray(start, end);
  return (response: ServerResponse) => {
    response.writeHead(range === null ? 200 : 206, {
      etag,
      'last-modified': 'Fri, 02 Jan 2026 03:04:05 GMT',
      'content-length': body.length,
      ...(crc32 !== null &&
        range === null &&
        headers['x-amz-checksum-mode'] === 'ENABLED' && {
          'x-amz-checksum-crc32': crc32,
          'x-amz-checksum-type': 'FULL_OBJECT',
        }),
      ...(range !== null && {
        'content-range': `bytes ${start}-${start + body.length - 1}/${content.length}`,
      }),
    });
    response.end(method === 'HEAD' ? undefined : body);
  };
}
