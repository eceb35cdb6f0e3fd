import { isIP } from 'node:net';
import { RockpoolError } from '../contract/errors.ts';
import type { S3Options } from '../contract/source.ts';
import { trimmedEnd } from '../contract/trimmed.ts';

/** A place in a bucket. A prefix has no slash at its end; it is empty for the whole bucket. */
export interface S3Address {
  readonly bucket: string;
  readonly prefix: string;
  /** The URL of an S3-compatible store where the address itself names one, null for AWS or what else is configured. */
  readonly endpoint: string | null;
}

const compatible = /^s3\+(https?:\/\/[^/]*)\/(.*)$/i;
const bucketName = /^[a-z0-9][a-z0-9._-]{1,62}$/i;

/** How a bucket is reached where nothing else is said. */
export const defaultS3Options: S3Options = {
  region: null,
  endpoint: null,
  profile: null,
  pathStyle: false,
  anonymous: false,
  ca: null,
  checksums: 'when-supported',
};

/** True for what `readS3Address` is to read. */
export function isS3Address(text: string): boolean {
  return /^s3(\+https?)?:\/\//i.test(text);
}

/**
 * Reads `s3://BUCKET[/PREFIX]`, or `s3+http(s)://HOST[:PORT]/BUCKET[/PREFIX]` for a store other than AWS. The prefix is
 * taken byte for byte: it is no URL, a `%` in it is a percent sign. Throws `usage`.
 */
export function readS3Address(text: string): S3Address {
  const other = compatible.exec(text);
  const rest = other?.[2] ?? text.replace(/^s3:\/\//i, '');
  const [bucket = '', ...parts] = rest.split('/');
  // A name and password in front of the bucket, as some tools write it, must not be shown in the error.
  if (bucket.includes('@') || (other?.[1] ?? '').includes('@')) throw secretInAddress();
  if (!bucketName.test(bucket)) {
    throw new RockpoolError('usage', 'This is no address of a bucket.', {
      hint: 'Write s3://BUCKET or s3://BUCKET/PREFIX; for a store other than AWS add --endpoint URL.',
      detail: { bucket: bucket.slice(0, 100) },
    });
  }
  const prefix = trimmedEnd(parts.join('/'), '/');
  return { bucket, prefix, endpoint: other?.[1] === undefined ? null : readEndpoint(other[1]) };
}

/** The one spelling of an address. */
export function formatS3Address({ bucket, prefix, endpoint }: S3Address): string {
  const path = prefix === '' ? bucket : `${bucket}/${prefix}`;
  return endpoint === null ? `s3://${path}` : `s3+${endpoint}/${path}`;
}

/** Checks the URL of a store: `http(s)://HOST[:PORT]`, nothing behind it. Throws `usage`. */
export function readEndpoint(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && (url.username !== '' || url.password !== '')) throw secretInAddress();
  const isPlain =
    url !== null && /^https?:$/.test(url.protocol) && url.host !== '' && url.search + url.hash === '';
  if (!isPlain) {
    throw new RockpoolError('usage', 'The endpoint of a store is the URL where it answers.', {
      hint: 'For example: --endpoint https://minio.example.com:9000',
    });
  }
  return `${url.origin}${trimmedEnd(url.pathname, '/')}`;
}

/** True where the bucket cannot stand in the host's name: it is an address in numbers, or this machine. */
export function needsPathStyle(endpoint: string): boolean {
  const host = new URL(endpoint).hostname.replace(/^\[|\]$/g, '');
  return isIP(host) !== 0 || host === 'localhost';
}

function secretInAddress(): RockpoolError {
  return new RockpoolError('usage', 'The address of a bucket holds no keys and no passwords.', {
    hint: 'Put them into a profile of the AWS configuration (aws configure --profile NAME) and give --profile NAME.',
  });
}
