import { isRockpoolError, RockpoolError } from '../contract/errors.ts';
import type { AwsConfig, ProfileKind } from './s3-profiles.ts';

/** Says that neither the environment nor the AWS configuration gives credentials. */
export function noCredentials(config: AwsConfig): RockpoolError {
  return new RockpoolError('source_denied', 'There are no AWS credentials on this machine.', {
    hint: `Give a profile with --profile NAME (${knownProfiles(config)}), sign in with aws configure sso, or use --anonymous for a public bucket.${oddLine(config)}`,
    detail: { profiles: config.profiles.size },
  });
}

/** Says that a profile is named that the AWS configuration does not have. */
export function profileMissing(name: string, namedBy: string | null, config: AwsConfig): RockpoolError {
  const by = namedBy === null ? '' : `, which ${namedBy} takes its keys from`;
  return new RockpoolError('source_denied', `The AWS configuration has no profile ${name}${by}.`, {
    hint: `Looked into ${config.files.join(' and ')} (${knownProfiles(config)}).${oddLine(config)}`,
    detail: { profile: name, profiles: config.profiles.size },
  });
}

/** Says that a profile takes its keys from the machine it is on, as only servers of AWS can. */
export function instanceNeeded(name: string): RockpoolError {
  return new RockpoolError(
    'source_denied',
    `The AWS profile ${name} takes its keys from the server of AWS that it runs on, and this is none.`,
    {
      hint: 'Its credential_source is meant for servers: use another profile here.',
      detail: { profile: name },
    },
  );
}

/** Says that a role wants a code and nobody is there to give it (F2). */
export function mfaNeeded(name: string, serial: string): RockpoolError {
  return new RockpoolError(
    'source_denied',
    `The AWS profile ${name} asks for a code of the device ${serial}, and nobody can be asked for it here.`,
    {
      hint: 'Run the command on a terminal, where it asks for the code, or use a profile that needs none.',
      detail: { profile: name, device: serial },
    },
  );
}

/** Says why the credentials of a profile could not be had. Errors of ours pass as they are. */
export function credentialsError(
  error: unknown,
  profile: { readonly name: string | null; readonly kind: ProfileKind },
  config: AwsConfig,
): RockpoolError {
  if (isRockpoolError(error)) return error;
  const { name, kind } = profile;
  const said = error instanceof Error ? `${error.name} ${error.message}` : '';
  const whose = name === null ? 'the environment' : `the AWS profile ${name}`;
  const more = (hint: string) => ({ hint, detail: { profile: name, how: kind }, cause: error });
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|TimeoutError/.test(said)) {
    return new RockpoolError(
      'source_unreachable',
      `AWS's sign-in service cannot be reached for ${whose}.`,
      more('Check the network connection, the VPN and the region of the profile.'),
    );
  }
  if (kind === 'sso' && /Forbidden|No access|AccessDenied/i.test(said)) {
    return denied(
      `The sign-in of ${whose} is good, but it may not use the account or role that the profile names.`,
      more('Check sso_account_id and sso_role_name in the AWS configuration, or ask for access.'),
    );
  }
  if (
    (kind === 'sso' || kind === 'login') &&
    /missing required|could not be found|incomplete/i.test(said) &&
    !/token/i.test(said)
  ) {
    return denied(`${whose} is not complete.`.replace(/^t/, 'T'), more('Set it up again: aws configure sso'));
  }
  if (kind === 'sso' || kind === 'login') {
    const command = kind === 'sso' ? 'aws sso login' : 'aws login';
    return denied(
      `The sign-in of ${whose} has expired, or was never made.`,
      more(`Sign in again: ${command} --profile ${name}`),
    );
  }
  if (kind === 'role' && /MultiFactorAuthentication/i.test(said)) {
    return denied(
      `AWS does not take the code that was given for ${whose}.`,
      more('Try again with the code that the device shows now; each is good for one use.'),
    );
  }
  if (kind === 'role' && /AccessDenied/i.test(said)) {
    return denied(
      `The keys behind ${whose} may not take its role (sts:AssumeRole).`,
      more('Check role_arn and mfa_serial in the AWS configuration, or ask those who manage the role.'),
    );
  }
  if (/ExpiredToken|expired/i.test(said)) {
    return denied(`The temporary keys of ${whose} have expired.`, more('Get new ones as you got these.'));
  }
  return denied(
    `${whose} gives no credentials that can be used.`.replace(/^t/, 'T'),
    more(`Set it up again (aws configure), or name another with --profile NAME.${oddLine(config)}`),
  );
}

function denied(
  message: string,
  more: { hint: string; detail: Record<string, string | null>; cause: unknown },
) {
  return new RockpoolError('source_denied', message, more);
}

function knownProfiles(config: AwsConfig): string {
  const names = [...config.profiles.keys()];
  if (names.length === 0) return 'there is none yet';
  return `there is ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}`;
}

function oddLine({ oddLines }: AwsConfig): string {
  const [odd] = oddLines;
  // The line itself may hold a key.
  return odd === undefined ? '' : ` Line ${odd.line} of ${odd.file} is no setting.`;
}
