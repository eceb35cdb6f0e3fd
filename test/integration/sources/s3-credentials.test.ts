import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { openCredentials } from '../../../electron/sources/s3-credentials.ts';
import { provideMfaCodes } from '../../../electron/sources/s3-mfa.ts';
import { readAwsConfig } from '../../../electron/sources/s3-profiles.ts';
import { awsKeys, useAwsConfig } from '../../support/aws-config.ts';
import { type Standin, type StandinAnswer, s3Page, startStandin } from '../../support/s3-standin.ts';
import { onlyOnLinux } from '../../support/skip.ts';

const listed = s3Page([{ key: 'exports/table-public.a.csv' }]);
const keys = 'aws_access_key_id = AKIDTEST\naws_secret_access_key = secret-of-a-test';
const role = 'role_arn = arn:aws:iam::123456789012:role/reader\nsource_profile = base';
const device = 'arn:aws:iam::123456789012:mfa/ann';
const sso =
  'sso_session = corp\nsso_account_id = 123456789012\nsso_role_name = reader\nregion = eu-central-1\n[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-central-1';
const ssoFile = `${createHash('sha1').update('corp').digest('hex')}.json`;

afterEach(() => provideMfaCodes(null));

/** The credentials that a request was signed with: the access key and the session token. */
function signers({ requests }: Standin): string[] {
  return requests.map(
    ({ headers }) =>
      `${/Credential=([^/]+)/.exec(headers.authorization ?? '')?.[1]} ${headers['x-amz-security-token'] ?? '-'}`,
  );
}

describe('credentials', () => {
  it('are those of the environment, or of the profile that is named', async () => {
    await using standin = await startStandin(() => listed);
    using _ = useAwsConfig({ credentials: `[other]\n${keys.replace('AKIDTEST', 'AKIDOTHER')}` }, awsKeys);
    await standin.open().check();
    await standin.open({ profile: 'other' }).check();
    expect([...new Set(signers(standin))]).toEqual(['AKIDTEST -', 'AKIDOTHER -']);
  });

  it('are never asked of a metadata service, and their absence is said (F1)', async () => {
    await using metadata = await startStandin(() => ({ status: 200, body: 'role' }));
    await using standin = await startStandin(() => listed);
    using _ = useAwsConfig(
      { config: '[default]\nregion = eu-central-1' },
      { AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.url },
    );
    await expect(standin.open().check()).rejects.toMatchObject({
      code: 'source_denied',
      message: 'There are no AWS credentials on this machine.',
      hint: expect.stringMatching(/--profile NAME.*--anonymous/),
    });
    expect([...metadata.requests, ...standin.requests]).toEqual([]);
  });

  it('of a server of AWS are said to be that (F1)', async () => {
    await using standin = await startStandin(() => listed);
    using _ = useAwsConfig({
      config: '[profile box]\nrole_arn = arn:aws:iam::1:role/r\ncredential_source = Ec2InstanceMetadata',
    });
    await expect(standin.open({ profile: 'box' }).check()).rejects.toMatchObject({
      code: 'source_denied',
      message: expect.stringMatching(/profile box.*server of AWS/),
    });
  });

  it.each([
    ['never made', {}],
    ['expired', { [ssoFile]: { accessToken: 'token-7f3a', expiresAt: '2020-01-01T00:00:00Z' } }],
    ['damaged', { [ssoFile]: { nothing: 'of use' } }],
  ])('of a sign-in that is %s name the profile and the command (F1)', async (_, cache) => {
    await using standin = await startStandin(() => listed);
    using __ = useAwsConfig({ config: `[profile corp]\n${sso}`, sso: cache });
    const failed = standin.open({ profile: 'corp' }).check();
    await expect(failed).rejects.toMatchObject({
      code: 'source_denied',
      message: 'The sign-in of the AWS profile corp has expired, or was never made.',
      hint: 'Sign in again: aws sso login --profile corp',
    });
    expect(JSON.stringify(await failed.catch((error) => error.report()))).not.toContain('token-7f3a');
  });

  it('of a role over an expired sign-in name the profile to sign in with (F1)', async () => {
    await using standin = await startStandin(() => listed);
    using _ = useAwsConfig({
      config: `[profile top]\n${role.replace('base', 'corp')}\n[profile corp]\n${sso}`,
    });
    await expect(standin.open({ profile: 'top' }).check()).rejects.toMatchObject({
      hint: 'Sign in again: aws sso login --profile corp',
    });
  });

  it('of a profile that is not there say which there are (F3)', async () => {
    await using standin = await startStandin(() => listed);
    using _ = useAwsConfig({
      config: `[profile base]\n${keys}\n[profile top]\n${role.replace('base', 'gone')}`,
    });
    await expect(standin.open({ profile: 'acme' }).check()).rejects.toMatchObject({
      code: 'source_denied',
      message: 'The AWS configuration has no profile acme.',
      hint: expect.stringContaining('there is base, top'),
    });
    await expect(standin.open({ profile: 'top' }).check()).rejects.toMatchObject({
      message: 'The AWS configuration has no profile gone, which top takes its keys from.',
    });
  });

  it('name the line of the configuration that is no setting, and not what it says (F3)', async () => {
    await using standin = await startStandin(() => listed);
    using _ = useAwsConfig({ config: '[profile acme\naws_secret_access_key hunter2hunter2\n' });
    const error = await standin
      .open({ profile: 'acme' })
      .check()
      .catch((thrown) => thrown.report());
    expect(error).toMatchObject({
      code: 'source_denied',
      hint: expect.stringMatching(/Line 1 of .*config is no setting/),
    });
    expect(JSON.stringify(error)).not.toContain('hunter2');
  });

  it('of profiles that lead to each other are said to (F3)', async () => {
    await using standin = await startStandin(() => listed);
    using _ = useAwsConfig({
      config: `[profile a]\n${role.replace('base', 'b')}\n[profile b]\n${role.replace('base', 'a')}`,
    });
    await expect(standin.open({ profile: 'a' }).check()).rejects.toMatchObject({
      code: 'source_denied',
      message: expect.stringContaining('leads back to itself'),
    });
  });
});

describe('a credential_process', onlyOnLinux, () => {
  const good = `echo '{"Version":1,"AccessKeyId":"AKIDPROC","SecretAccessKey":"s","SessionToken":"t"}'`;

  it('gives the credentials, once', async () => {
    await using standin = await startStandin(() => listed);
    using home = useAwsConfig({});
    const script = home.writeScript('give', `echo x >> ${home.folder}/runs\n${good}`);
    using _ = useAwsConfig({ config: `[profile p]\ncredential_process = ${script}` });
    await standin.open({ profile: 'p' }).check();
    expect([...new Set(signers(standin))]).toEqual(['AKIDPROC t']);
    expect(readFileSync(join(home.folder, 'runs'), 'utf8')).toBe('x\n');
  });

  it.each([
    ['echo secret-7f3a >&2; exit 3', /ended with exit code 3/],
    ['echo secret-7f3a', /does not print credentials/],
    ['exec /nothing/there', /ended with exit code 127/],
    [good.replace('"Version":1', '"Version":1,"Expiration":"2020-01-01T00:00:00Z"'), /have expired/],
  ])('that is "%s" is said to fail, without what it printed (F3)', async (script, message) => {
    await using standin = await startStandin(() => listed);
    using home = useAwsConfig({});
    const path = home.writeScript('give', script);
    using _ = useAwsConfig({ config: `[profile p]\ncredential_process = ${path}` });
    const error = await standin
      .open({ profile: 'p' })
      .check()
      .catch((thrown) => thrown.report());
    expect(error).toMatchObject({ code: 'source_denied', message: expect.stringMatching(message) });
    expect(JSON.stringify(error)).not.toContain('secret-7f3a');
  });

  it.each(['late', 'cancelled'])(
    'that hangs is ended with all that it started, when it is %s (F3)',
    async (why) => {
      using home = useAwsConfig({});
      const script = home.writeScript('hang', `(sleep 300) &\necho $! > ${home.folder}/child\nwait`);
      using _ = useAwsConfig({ config: `[profile p]\ncredential_process = ${script}` });
      const credentials = openCredentials({
        profile: 'p',
        config: await readAwsConfig(),
        client: { region: 'us-east-1', requestHandler: {} },
        processTimeoutMs: why === 'late' ? 1000 : 60_000,
      });
      const abort = new AbortController();
      const asked = credentials(abort.signal);
      asked.catch(() => undefined);
      const file = join(home.folder, 'child');
      while (!existsSync(file) || readFileSync(file, 'utf8') === '') await wait(5);
      if (why === 'cancelled') abort.abort();
      await expect(asked).rejects.toMatchObject(
        why === 'late'
          ? { code: 'timeout', message: expect.stringContaining('profile p') }
          : { name: 'AbortError' },
      );
      const pid = readFileSync(file, 'utf8').trim();
      // A killed process is there until its parent has taken note.
      while (existsSync(`/proc/${pid}`) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z '))
        await wait(5);
    },
  );
});

describe('a role', () => {
  const assumed: StandinAnswer = {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>AKIDROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>role-token</SessionToken><Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
  };
  const stsRefusal = (code: string, message: string): StandinAnswer => ({
    status: 403,
    headers: { 'content-type': 'text/xml' },
    body: `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
  });
  const config = `[profile top]\n${role}\nmfa_serial = ${device}\n[profile plain]\n${role}\n[profile base]\n${keys}`;

  it('is taken with the keys below it', async () => {
    await using sts = await startStandin(() => assumed);
    await using standin = await startStandin(() => listed);
    using _ = useAwsConfig({ config }, { AWS_ENDPOINT_URL_STS: sts.url });
    await standin.open({ profile: 'plain' }).check();
    expect([...new Set(signers(standin))]).toEqual(['AKIDROLE role-token']);
    expect(signers(sts)).toEqual(['AKIDTEST -']);
  });

  it('with a device asks for its code once (F2)', async () => {
    await using sts = await startStandin(() => assumed);
    await using standin = await startStandin(() => listed);
    using _ = useAwsConfig({ config }, { AWS_ENDPOINT_URL_STS: sts.url });
    const asked: string[] = [];
    provideMfaCodes(async (serial) => {
      asked.push(serial);
      return '123456';
    });
    const reader = standin.open({ profile: 'top' });
    await Promise.all([reader.check(), reader.datasets()]);
    expect(asked).toEqual([device]);
    expect(signers(standin).every((signer) => signer === 'AKIDROLE role-token')).toBe(true);
  });

  it('with a device is a clear error where nobody can be asked (F2)', async () => {
    await using sts = await startStandin(() => assumed);
    await using standin = await startStandin(() => listed);
    using _ = useAwsConfig({ config }, { AWS_ENDPOINT_URL_STS: sts.url });
    await expect(standin.open({ profile: 'top' }).check()).rejects.toMatchObject({
      code: 'source_denied',
      message: expect.stringContaining(`profile top asks for a code of the device ${device}`),
      hint: expect.stringContaining('terminal'),
    });
    expect(sts.requests).toEqual([]);
  });

  it.each([
    [
      'MultiFactorAuthentication failed with invalid MFA one time pass code.',
      'top',
      /does not take the code/,
    ],
    [
      'User ann is not authorized to perform: sts:AssumeRole',
      'plain',
      /may not take its role \(sts:AssumeRole\)/,
    ],
  ])('that is refused says why: %s (F2)', async (said, profile, message) => {
    await using sts = await startStandin(() => stsRefusal('AccessDenied', said));
    await using standin = await startStandin(() => listed);
    using _ = useAwsConfig({ config }, { AWS_ENDPOINT_URL_STS: sts.url });
    provideMfaCodes(async () => '000000');
    await expect(standin.open({ profile }).check()).rejects.toMatchObject({
      code: 'source_denied',
      message: expect.stringMatching(message),
    });
  });
});
