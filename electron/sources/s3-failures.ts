import { type ErrorDetail, isRockpoolError, RockpoolError } from '../contract/errors.ts';
import { isUntrusted } from '../state/authority.ts';
import { changed } from './changed.ts';

/** What was asked for, to be named in an error. */
export interface S3Asked {
  readonly bucket: string;
  /** The host that answers, as far as it is known before it does. */
  readonly host: string;
  readonly region: string;
  readonly profile: string | null;
  readonly anonymous: boolean;
  /** The permission it takes, such as `s3:ListBucket`. */
  readonly action: string;
  /** The file that was asked for, if one was. */
  readonly key?: string;
}

/** An error as the SDK throws it, as far as it can be relied on. */
interface SdkError extends Error {
  readonly code?: string;
  readonly Code?: string;
  readonly Region?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly statusCode?: number; readonly headers?: Record<string, string> };
}

type Tell = (asked: S3Asked, error: SdkError) => readonly [message: string, hint: string];

const network = 'Check the network connection and whether a VPN has to be on.';

const connection: Record<string, readonly [how: string, hint: string]> = {
  ECONNREFUSED: ['nothing listens there', 'Check the endpoint of the source, and that the store is running.'],
  ENOTFOUND: ['there is no host of this name', `Check endpoint and region of the source. ${network}`],
  EAI_AGAIN: ['its name could not be looked up', network],
  ENETUNREACH: ['there is no way to its network', network],
  EHOSTUNREACH: ['there is no way to its host', network],
  ETIMEDOUT: ['it does not answer', `A firewall may be in the way. ${network}`],
  ECONNRESET: [
    'it closes the connection',
    'Something on the way cuts it: a proxy, a VPN, or a port-forward that ended.',
  ],
};

const aliases: Record<string, string> = {
  TimeoutError: 'ETIMEDOUT',
  EPIPE: 'ECONNRESET',
  ABORT_ERR: 'ECONNRESET',
};

/** What S3 refuses with, by its code. */
const denied: Record<string, Tell> = {
  AccessDenied: ({ bucket, action, key, anonymous, profile }) => [
    `${key === undefined ? `The bucket ${bucket}` : key} may not be read${anonymous ? ' without credentials' : ''}: ${action} is denied.`,
    anonymous
      ? 'Leave out --anonymous, or ask those who own the bucket to make it public.'
      : `Ask those who own the bucket to allow ${action}${profile === null ? '' : ` to the profile ${profile}`}, or use another profile with --profile NAME.`,
  ],
  InvalidAccessKeyId: ({ host }) => [
    `${host} does not know the access key that is used.`,
    'The keys are of another account or store, or were deleted: check the profile of the source.',
  ],
  SignatureDoesNotMatch: ({ host }) => [
    `${host} does not take the secret key that is used.`,
    'The access key is known, its secret is another: set up the profile again.',
  ],
  ExpiredToken: ({ profile }) => [
    'The temporary AWS credentials have expired.',
    `Sign in again, for example: aws sso login${profile === null ? '' : ` --profile ${profile}`}`,
  ],
  InvalidToken: ({ host }) => [
    `${host} does not take the session token that is used.`,
    'The temporary keys are of another account or store: get new ones.',
  ],
  RequestTimeTooSkewed: (_, error) => [
    `The clock of this machine is ${skewOf(error)}: S3 refuses requests that seem too old or too new.`,
    'Set the clock (let the system set it by the network), then try again.',
  ],
  InvalidObjectState: ({ key }) => [
    `${key} is in an archive class of S3 and cannot be read as it is.`,
    'Ask those who own the bucket to restore it from Glacier first.',
  ],
};

const sameAs: Record<string, string> = {
  AllAccessDisabled: 'AccessDenied',
  AccountProblem: 'AccessDenied',
  Forbidden: 'AccessDenied',
  TokenRefreshRequired: 'ExpiredToken',
  ExpiredTokenException: 'ExpiredToken',
};

/** Turns what the SDK throws into an error that says what is wrong and what to do. Errors of ours pass as they are. */
export function s3Error(thrown: unknown, asked: S3Asked): unknown {
  if (isRockpoolError(thrown) || !(thrown instanceof Error)) return thrown;
  const error = thrown as SdkError;
  const status = error.$metadata?.httpStatusCode ?? error.$response?.statusCode ?? null;
  const { bucket, host, key } = asked;
  const code = status === null ? '' : (error.Code ?? error.name);
  const detail: ErrorDetail = {
    bucket,
    host,
    status,
    ...(key !== undefined && { key }),
    ...(code && { s3: code }),
  };
  const make = (
    kind: ConstructorParameters<typeof RockpoolError>[0],
    [message, hint]: readonly [string, string],
  ) => new RockpoolError(kind, message, { hint, detail, cause: thrown });

  if (status === null) return connectionError(error, asked);
  if (code === 'NoSuchBucket') {
    return make('source_unreachable', [
      `There is no bucket ${bucket} at ${host}.`,
      'Check its name for a typing mistake, and whether endpoint and account are the right ones.',
    ]);
  }
  if (key !== undefined && status === 404) return changed(key, 'is gone');
  if (status === 412 || (key !== undefined && status === 409))
    return changed(asked.key ?? bucket, 'was replaced');
  const region = regionOf(error);
  if (isOtherRegion(code, status, region, asked)) return make('source_invalid', wrongRegion(asked, region));
  const tell =
    denied[sameAs[code] ?? code] ?? (status === 403 || status === 401 ? denied.AccessDenied : undefined);
  if (tell !== undefined && isS3Answer(error)) return make('source_denied', tell(asked, error));
  if (status === 501 || status === 405) {
    return make('source_invalid', [
      `${host} does not know what ${asked.action} asks for (status ${status}).`,
      'It may be an S3-compatible store that lacks a part of S3.',
    ]);
  }
  if (status === 429 || status >= 500 || code === 'SlowDown' || code === 'RequestTimeout') {
    return make('source_unreachable', [
      `${host} is not able to answer now (status ${status}).`,
      'Try again in a while; if it stays so, ask those who run the store.',
    ]);
  }
  if (code === 'InvalidBucketName') {
    return make('usage', [`${bucket} cannot be the name of a bucket.`, 'Check the address of the source.']);
  }
  if (namesItself(error)) {
    return make('source_invalid', [
      `${host} refuses what was asked (${code}, status ${status}), which takes ${asked.action}.`,
      'Check the options of the source; if they are right, ask those who run the store.',
    ]);
  }
  return make('source_invalid', [
    `What answers at ${host} does not speak S3 (status ${status}).`,
    'Something else answers there, such as a sign-in page or another service. Check the endpoint of the source.',
  ]);
}

function isOtherRegion(code: string, status: number, region: string | null, asked: S3Asked): boolean {
  if (code === 'PermanentRedirect' || code === 'AuthorizationHeaderMalformed') return true;
  // An answer to HEAD has no body, and so no code.
  return region !== null && (status < 400 || (status === 400 && region !== asked.region));
}

/** The error for an answer that S3 would not give, such as a web page with status 200. */
export function notS3({ host }: Pick<S3Asked, 'host'>): RockpoolError {
  return new RockpoolError('source_invalid', `What answers at ${host} does not speak S3.`, {
    hint: 'Something else answers there, such as a sign-in page or another service. Check the endpoint of the source.',
    detail: { host },
  });
}

function connectionError(error: SdkError, { host }: S3Asked): RockpoolError {
  const found = typeof error.code === 'string' ? error.code : error.name;
  const more = (hint: string) => ({ hint, detail: { host, errno: found }, cause: error });
  const known = connection[aliases[found] ?? found];
  if (known !== undefined) {
    return new RockpoolError('source_unreachable', `${host} cannot be reached: ${known[0]}.`, more(known[1]));
  }
  if (isUntrusted(found)) {
    return new RockpoolError(
      'source_unreachable',
      `${host} cannot be reached safely: its certificate is not trusted on this machine.`,
      more('If it belongs to your company, name its certificate authority: --ca FILE.pem'),
    );
  }
  if (/^(ERR_SSL|EPROTO)/.test(found)) {
    return new RockpoolError(
      'source_unreachable',
      `${host} does not speak TLS, or none that is known.`,
      more('Try the endpoint with http:// in place of https://.'),
    );
  }
  if (/^(HPE_|SyntaxError)/.test(found)) return notS3({ host });
  return new RockpoolError('source_unreachable', `${host} cannot be reached.`, more(network));
}

function wrongRegion(asked: S3Asked, region: string | null): readonly [string, string] {
  if (region === null || region === asked.region) {
    return [
      `The bucket ${asked.bucket} is not in the region ${asked.region}.`,
      'Ask those who own it for its region, and name that: --region R',
    ];
  }
  return [
    `The bucket ${asked.bucket} is in the region ${region}, not in ${asked.region}.`,
    `Remove the source and add it with --region ${region} (for an address without a source: AWS_REGION=${region}).`,
  ];
}

function regionOf({ Region, $response }: SdkError): string | null {
  const region = Region ?? $response?.headers?.['x-amz-bucket-region'];
  return typeof region === 'string' && /^[a-z0-9-]{2,40}$/.test(region) ? region : null;
}

/** A proxy that refuses access sends a page. */
function isS3Answer(error: SdkError): boolean {
  return namesItself(error) || /xml/.test(error.$response?.headers?.['content-type'] ?? 'xml');
}

/** S3 and its like answer with a code or headers of their own. */
function namesItself({ Code, $response }: SdkError): boolean {
  return (
    Code !== undefined || Object.keys($response?.headers ?? {}).some((name) => name.startsWith('x-amz-'))
  );
}

function skewOf({ $response }: SdkError): string {
  const theirs = Date.parse($response?.headers?.date ?? '');
  const minutes = Math.round((Date.now() - theirs) / 60_000);
  if (Number.isNaN(minutes) || minutes === 0) return 'wrong';
  return `${Math.abs(minutes)} minutes ${minutes > 0 ? 'fast' : 'slow'}`;
}
