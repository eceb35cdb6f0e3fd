import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { S3Options } from '../../electron/contract/source.ts';
import { openS3 } from '../../electron/sources/s3.ts';
import { defaultS3Options } from '../../electron/sources/s3-address.ts';
import type { SourceReader } from '../../electron/sources/source.ts';

/** A request to the stand-in, path and query decoded. */
export interface StandinRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

/** What it answers. A function writes the answer itself. */
export type StandinAnswer =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  | ((response: ServerResponse) => void);

/** Something that speaks S3's XML, for what a real server cannot be made to say. */
export interface Standin extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly StandinRequest[];
  /** A source at `s3://bucket/exports` there. */
  open(options?: Partial<S3Options>): SourceReader;
}

/** Starts a stand-in on a free port of 127.0.0.1; over TLS with a key and its certificate. */
export async function startStandin(
  answer: (request: StandinRequest) => StandinAnswer,
  tls?: { key: string; cert: string },
): Promise<Standin> {
  const requests: StandinRequest[] = [];
  const listener: RequestListener = (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://standin');
    const asked = {
      method: request.method ?? '',
      path: decodeURIComponent(pathname),
      query: searchParams,
      headers: request.headers,
    };
    requests.push(asked);
    const answered = answer(asked);
    if (typeof answered === 'function') return answered(response);
    response.writeHead(answered.status, { 'content-type': 'application/xml', ...answered.headers });
    response.end(asked.method === 'HEAD' ? undefined : answered.body);
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  return {
    url,
    port,
    requests,
    open: (options) => openS3('s3://bucket/exports', { ...defaultS3Options, endpoint: url, ...options }),
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** An error as S3 says it. */
export function s3Refusal(
  status: number,
  code: string,
  more: { headers?: Record<string, string>; fields?: Record<string, string> } = {},
): StandinAnswer {
  const fields = Object.entries(more.fields ?? {}).map(([name, value]) => `<${name}>${value}</${name}>`);
  return {
    status,
    headers: { 'x-amz-request-id': 'R1', ...more.headers },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>no</Message>${fields.join('')}<RequestId>R1</RequestId></Error>`,
  };
}

/** One object of a listing. */
export interface StandinObject {
  readonly key: string;
  readonly sizeBytes?: number;
  readonly modifiedAt?: string;
  readonly etag?: string;
}

/** One page of what ListObjectsV2 answers. Keys are written as they are given. */
export function s3Page(
  objects: readonly StandinObject[],
  more: { folders?: readonly string[]; next?: string; encoded?: boolean } = {},
): StandinAnswer {
  const contents = objects.map(
    ({ key, sizeBytes = 3, modifiedAt = '2026-01-02T03:04:05.000Z', etag = '0'.repeat(32) }) =>
      `<Contents><Key>${key}</Key><LastModified>${modifiedAt}</LastModified><ETag>&quot;${etag}&quot;</ETag><Size>${sizeBytes}</Size></Contents>`,
  );
  const folders = (more.folders ?? []).map(
    (folder) => `<CommonPrefixes><Prefix>${folder}</Prefix></CommonPrefixes>`,
  );
  const next = more.next === undefined ? '' : `<NextContinuationToken>${more.next}</NextContinuationToken>`;
  const encoding = more.encoded === true ? '<EncodingType>url</EncodingType>' : '';
  return {
    status: 200,
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bucket</Name><KeyCount>${contents.length + folders.length}</KeyCount><IsTruncated>${more.next !== undefined}</IsTruncated>${encoding}${next}${contents.join('')}${folders.join('')}</ListBucketResult>`,
  };
}

/** True for a request that lists, and not one of versions. */
export function isListing({ method, query }: StandinRequest): boolean {
  return method === 'GET' && query.get('list-type') === '2';
}
