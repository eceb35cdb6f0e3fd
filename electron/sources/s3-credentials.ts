import { RockpoolError } from '../contract/errors.ts';
import { credentialsError, instanceNeeded, mfaNeeded, noCredentials, profileMissing } from './s3-denied.ts';
import { mfaCodeProvider } from './s3-mfa.ts';
import { runCredentialProcess } from './s3-process.ts';
import { type AwsConfig, type AwsProfile, kindOfProfile } from './s3-profiles.ts';

/** Keys for requests; they are kept in memory only. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** Gives credentials, new ones where the last are about to expire. Throws `source_denied` or `timeout`. */
export type CredentialSource = (signal?: AbortSignal) => Promise<AwsCredentials>;

export interface CredentialOptions {
  /** Null takes what the environment says, else the profile `default`. */
  readonly profile: string | null;
  readonly config: AwsConfig;
  /** For requests to AWS's sign-in services: region and connection. */
  readonly client: { readonly region: string; readonly requestHandler: object };
  readonly environment?: NodeJS.ProcessEnv;
  /** 20 s. */
  readonly processTimeoutMs?: number;
}

const expiryMarginMs = 5 * 60 * 1000;
const maxRoles = 10;

/**
 * AWS's default chain, link by link, but for the last: this is a person's own machine, so the metadata service of EC2
 * is never asked, whose absence takes long and is told as `EHOSTDOWN` (F1).
 */
export function openCredentials(options: CredentialOptions): CredentialSource {
  let last: { readonly promise: Promise<AwsCredentials>; goodUntil: number } | null = null;
  return (signal) => {
    // Requests that come at once share one asking: a person is not asked for two codes.
    if (last === null || last.goodUntil - Date.now() < expiryMarginMs) {
      const asked = { promise: readChain(options, signal), goodUntil: Number.POSITIVE_INFINITY };
      asked.promise.then(
        ({ expiration }) => {
          if (expiration !== undefined) asked.goodUntil = expiration.getTime();
        },
        () => {
          if (last === asked) last = null;
        },
      );
      last = asked;
    }
    return last.promise;
  };
}

async function readChain(options: CredentialOptions, signal?: AbortSignal): Promise<AwsCredentials> {
  const { config, environment = process.env } = options;
  const name = options.profile ?? (environment.AWS_PROFILE || null);
  if (name !== null) return ofProfile(name, options, [], signal);
  const providers = await import('@aws-sdk/credential-providers');
  try {
    if (environment.AWS_ACCESS_KEY_ID && environment.AWS_SECRET_ACCESS_KEY)
      return await providers.fromEnv()();
    const fallback = config.profiles.get('default');
    if (fallback !== undefined && kindOfProfile(fallback) !== 'none') {
      return await ofProfile('default', options, [], signal);
    }
    if (environment.AWS_WEB_IDENTITY_TOKEN_FILE) {
      return await providers.fromTokenFile({ clientConfig: options.client })();
    }
    if (
      environment.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI ||
      environment.AWS_CONTAINER_CREDENTIALS_FULL_URI
    ) {
      return await providers.fromHttp()();
    }
  } catch (error) {
    throw credentialsError(error, { name: null, kind: 'none' }, config);
  }
  throw noCredentials(config);
}

async function ofProfile(
  name: string,
  options: CredentialOptions,
  former: readonly string[],
  signal?: AbortSignal,
): Promise<AwsCredentials> {
  signal?.throwIfAborted();
  const { config, processTimeoutMs = 20_000 } = options;
  const profile = config.profiles.get(name);
  if (profile === undefined) throw profileMissing(name, former.at(-1) ?? null, config);
  const kind = kindOfProfile(profile);
  // A role may name its own profile as the source, for the keys that stand beside it.
  const isOwnSource = former.at(-1) === name;
  if (kind === 'role' && !isOwnSource) {
    return ofRole(name, profile, options, [...former, name], signal);
  }
  if (kind === 'instance') throw instanceNeeded(name);
  if (kind === 'process' && profile.credential_process !== undefined) {
    return runCredentialProcess(name, profile.credential_process, processTimeoutMs, signal);
  }
  const { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey } = profile;
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    const sessionToken = profile.aws_session_token;
    return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
  }
  const { fromIni } = await import('@aws-sdk/credential-providers');
  try {
    return await fromIni({ profile: name, clientConfig: options.client, ignoreCache: true })();
  } catch (error) {
    throw credentialsError(error, { name, kind }, config);
  }
}

// The SDK's own way asks for the code of a device while the credentials below may fail with nobody waiting for them,
// which ends the process; here they come first.
async function ofRole(
  name: string,
  profile: AwsProfile,
  options: CredentialOptions,
  roles: readonly string[],
  signal?: AbortSignal,
): Promise<AwsCredentials> {
  const source = profile.source_profile ?? '';
  if (roles.length > maxRoles || (roles.includes(source) && source !== name)) {
    throw new RockpoolError('source_denied', `The AWS profile ${name} leads back to itself.`, {
      hint: 'Its source_profile names a profile that takes its keys from this one: correct the AWS configuration.',
      detail: { profile: name, sourceProfile: source },
    });
  }
  const masterCredentials = await ofProfile(source, options, roles, signal);
  const serial = profile.mfa_serial;
  const ask = mfaCodeProvider();
  if (serial !== undefined && ask === null) throw mfaNeeded(name, serial);
  const { fromTemporaryCredentials } = await import('@aws-sdk/credential-providers');
  try {
    return await fromTemporaryCredentials({
      masterCredentials,
      clientConfig: { ...options.client, region: profile.region ?? options.client.region },
      params: {
        RoleArn: profile.role_arn ?? '',
        RoleSessionName: profile.role_session_name ?? `rockpool-${Date.now()}`,
        ...(profile.external_id !== undefined && { ExternalId: profile.external_id }),
        ...(profile.duration_seconds !== undefined && { DurationSeconds: Number(profile.duration_seconds) }),
        ...(serial !== undefined && { SerialNumber: serial }),
      },
      ...(ask !== null && { mfaCodeProvider: (device: string) => ask(device, signal) }),
    })();
  } catch (error) {
    signal?.throwIfAborted();
    throw credentialsError(error, { name, kind: 'role' }, options.config);
  }
}
