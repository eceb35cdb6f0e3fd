import { getCACertificates } from 'node:tls';
import type { S3Client } from '@aws-sdk/client-s3';
import type { S3Options } from '../contract/source.ts';
import { readAuthority } from '../state/authority.ts';
import { needsPathStyle, readEndpoint, type S3Address } from './s3-address.ts';
import { BulkHttpAgent, BulkHttpsAgent } from './s3-agent.ts';
import { openCredentials } from './s3-credentials.ts';
import { s3Error } from './s3-failures.ts';
import { readAwsConfig } from './s3-profiles.ts';

type Sdk = typeof import('@aws-sdk/client-s3');

/** A bucket, ready to be asked. */
export interface Bucket extends S3Address {
  readonly options: S3Options;
  /**
   * Sends one request and says its failure; `action` is the permission it takes, `key` the file it is for. The SDK tries
   * again by itself where that may help. Throws `source_denied`, `source_unreachable`, `source_invalid`, `source_changed`.
   */
  ask<Answer>(asking: Asking<Answer>): Promise<Answer>;
  /** What is asked, for errors that are seen later than the answer. */
  readonly host: string;
}

export interface Asking<Answer> {
  readonly action: string;
  readonly key?: string;
  readonly signal?: AbortSignal | undefined;
  readonly send: (client: S3Client, sdk: Sdk, abort: { abortSignal?: AbortSignal }) => Promise<Answer>;
}

interface Opened {
  readonly sdk: Sdk;
  readonly client: S3Client;
  readonly region: string;
  readonly host: string;
  readonly ready: (signal?: AbortSignal) => Promise<unknown>;
}

const connectionTimeoutMs = 10_000;
const answerTimeoutMs = 30_000;
// As many as the SDK takes.
const maxSockets = 50;

/** Makes a bucket that can be asked. The SDK is loaded, and the AWS configuration read, by the first request. */
export function openBucket(address: S3Address, options: S3Options): Bucket {
  let opened: Promise<Opened> | null = null;
  let lastHost = hostOf(options.endpoint ?? address.endpoint, options.region);
  const bucket: Bucket = {
    ...address,
    options,
    get host() {
      return lastHost;
    },
    ask: async ({ action, key, signal, send }) => {
      opened ??= openClient(address, options);
      // A file that could not be read may be readable next time.
      opened.catch(() => {
        opened = null;
      });
      const { sdk, client, region, host, ready } = await opened;
      lastHost = host;
      signal?.throwIfAborted();
      await ready(signal);
      try {
        return await send(client, sdk, signal === undefined ? {} : { abortSignal: signal });
      } catch (error) {
        signal?.throwIfAborted();
        const { profile, anonymous } = options;
        const asked = { bucket: address.bucket, host, region, profile, anonymous, action };
        throw s3Error(error, key === undefined ? asked : { ...asked, key });
      }
    },
  };
  return bucket;
}

async function openClient(address: S3Address, options: S3Options): Promise<Opened> {
  const sdk = await import('@aws-sdk/client-s3');
  const config = await readAwsConfig();
  const { AWS_PROFILE, AWS_REGION, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL } = process.env;
  const profile = config.profiles.get(options.profile ?? (AWS_PROFILE || 'default'));
  const saidRegion = options.region ?? (AWS_REGION || AWS_DEFAULT_REGION || profile?.region || null);
  const region = saidRegion ?? 'us-east-1';
  const configured = AWS_ENDPOINT_URL_S3 || AWS_ENDPOINT_URL || profile?.endpoint_url;
  const endpoint = options.endpoint ?? address.endpoint ?? (configured ? readEndpoint(configured) : null);
  const requestHandler = {
    connectionTimeout: connectionTimeoutMs,
    requestTimeout: answerTimeoutMs,
    throwOnRequestTimeout: true,
    httpAgent: new BulkHttpAgent({ keepAlive: true, maxSockets }),
    httpsAgent: new BulkHttpsAgent({
      keepAlive: true,
      maxSockets,
      ...(options.ca !== null && { ca: [...getCACertificates('default'), readAuthority(options.ca)] }),
    }),
  };
  const credentials = openCredentials({
    profile: options.profile,
    config,
    client: { region, requestHandler },
  });
  const client = new sdk.S3Client({
    region,
    requestHandler,
    // Where nobody said which region, the bucket's own answer does.
    followRegionRedirects: saidRegion === null,
    forcePathStyle:
      options.pathStyle || address.endpoint !== null || (endpoint !== null && needsPathStyle(endpoint)),
    // What is pulled is checked by who pulls it, over the whole file; some stores send sums that mean something else.
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestChecksumCalculation: 'WHEN_REQUIRED',
    ...(endpoint !== null && { endpoint }),
    ...(options.anonymous
      ? {
          credentials: { accessKeyId: '', secretAccessKey: '' },
          signer: { sign: async (request: unknown) => request as never },
        }
      : { credentials: () => credentials() }),
  });
  return {
    sdk,
    client,
    region,
    host: hostOf(endpoint, region),
    ready: options.anonymous ? async () => undefined : credentials,
  };
}

function hostOf(endpoint: string | null, region: string | null): string {
  return endpoint === null ? `s3.${region ?? 'us-east-1'}.amazonaws.com` : new URL(endpoint).host;
}
