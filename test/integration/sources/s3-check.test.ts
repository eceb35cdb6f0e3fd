import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AwsHome, awsKeys, useAwsConfig } from '../../support/aws-config.ts';
import { makeFolder } from '../../support/folder.ts';
import { freePort } from '../../support/port.ts';
import { type StandinAnswer, s3Page, s3Refusal, startStandin } from '../../support/s3-standin.ts';

let home: AwsHome;
beforeEach(() => {
  home = useAwsConfig({}, awsKeys);
});
afterEach(() => home[Symbol.dispose]());

const listed = s3Page([{ key: 'exports/table-public.a.csv' }]);

describe('a bucket that cannot be read', () => {
  it.each<[string, StandinAnswer, string, RegExp, RegExp]>([
    [
      'denied',
      s3Refusal(403, 'AccessDenied'),
      'source_denied',
      /bucket bucket.*s3:ListBucket/,
      /allow s3:ListBucket/,
    ],
    ['an unknown key', s3Refusal(403, 'InvalidAccessKeyId'), 'source_denied', /access key/, /profile/],
    ['a wrong secret', s3Refusal(403, 'SignatureDoesNotMatch'), 'source_denied', /secret key/, /profile/],
    ['expired keys', s3Refusal(400, 'ExpiredToken'), 'source_denied', /expired/, /aws sso login/],
    ['no such bucket', s3Refusal(404, 'NoSuchBucket'), 'source_unreachable', /no bucket bucket/, /name/],
    [
      'another region, by a redirect',
      s3Refusal(301, 'PermanentRedirect', { headers: { 'x-amz-bucket-region': 'eu-west-1' } }),
      'source_invalid',
      /in the region eu-west-1, not in eu-central-1/,
      /--region eu-west-1/,
    ],
    [
      'another region, by a refusal',
      s3Refusal(400, 'AuthorizationHeaderMalformed', { fields: { Region: 'eu-west-3' } }),
      'source_invalid',
      /in the region eu-west-3, not in eu-central-1/,
      /--region eu-west-3/,
    ],
    [
      'another region that is not told',
      s3Refusal(301, 'PermanentRedirect'),
      'source_invalid',
      /not in the region eu-central-1/,
      /--region/,
    ],
    [
      'a wrong clock',
      s3Refusal(403, 'RequestTimeTooSkewed', {
        headers: { date: new Date(Date.now() - 3_600_000).toUTCString() },
      }),
      'source_denied',
      /clock of this machine is 60 minutes fast/,
      /clock/,
    ],
    ['a store in trouble', s3Refusal(503, 'SlowDown'), 'source_unreachable', /not able to answer/, /again/],
    ['what is not known', s3Refusal(400, 'InvalidWhatever'), 'source_invalid', /InvalidWhatever/, /options/],
    [
      'a sign-in page',
      {
        status: 200,
        headers: { 'content-type': 'text/html' },
        body: '<!DOCTYPE html><html><body>Sign in</body></html>',
      },
      'source_invalid',
      /does not speak S3/,
      /sign-in page/,
    ],
    [
      'another web server',
      { status: 404, headers: { 'content-type': 'text/html' }, body: '<html><body>Not Found</body></html>' },
      'source_invalid',
      /does not speak S3/,
      /endpoint/,
    ],
    [
      'a proxy that refuses',
      { status: 403, headers: { 'content-type': 'text/html' }, body: '<html><body>Blocked</body></html>' },
      'source_invalid',
      /does not speak S3/,
      /endpoint/,
    ],
    ['an empty answer', { status: 200, body: '' }, 'source_invalid', /does not speak S3/, /endpoint/],
    [
      'no HTTP at all',
      (response) => void response.socket?.end('SSH-2.0-x\r\n'),
      'source_invalid',
      /does not speak S3/,
      /endpoint/,
    ],
  ])('says what it is: %s (D3, D10, F3)', async (_, answer, code, message, hint) => {
    await using standin = await startStandin(() => answer);
    await expect(standin.open({ region: 'eu-central-1' }).check()).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  it('says which permission is missing where it may be listed and not read', async () => {
    await using standin = await startStandin(({ method }) => (method === 'HEAD' ? { status: 403 } : listed));
    await expect(standin.open().check()).rejects.toMatchObject({
      code: 'source_denied',
      message: 'exports/table-public.a.csv may not be read: s3:GetObject is denied.',
    });
  });

  it('says that nothing listens there, and that there is no such host', async () => {
    await using standin = await startStandin(() => listed);
    const closed = `http://127.0.0.1:${await freePort()}`;
    await expect(standin.open({ endpoint: closed }).check()).rejects.toMatchObject({
      code: 'source_unreachable',
      message: expect.stringContaining('nothing listens there'),
    });
    await expect(standin.open({ endpoint: 'http://nothing.invalid' }).check()).rejects.toMatchObject({
      code: 'source_unreachable',
      message: expect.stringMatching(/no host of this name|could not be looked up/),
    });
  });

  it('sends no credentials to where a redirect leads, nor anything else (D11)', async () => {
    await using other = await startStandin(() => listed);
    await using standin = await startStandin(() => ({
      status: 307,
      headers: { location: `${other.url}/bucket` },
    }));
    await expect(standin.open().check()).rejects.toMatchObject({ code: 'source_invalid' });
    expect(other.requests).toEqual([]);
  });

  it('trusts a certificate authority of the company only where it is named', async () => {
    using folder = makeFolder();
    const [key, cert] = [join(folder.path, 'key.pem'), join(folder.path, 'cert.pem')];
    const subject = ['-subj', '/CN=rockpool test', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const request = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-keyout',
      key,
      '-out',
      cert,
    ];
    execFileSync('openssl', [...request, ...subject], { stdio: 'ignore' });
    const tls = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
    await using standin = await startStandin(() => listed, tls);
    await expect(standin.open().check()).rejects.toMatchObject({
      code: 'source_unreachable',
      hint: expect.stringContaining('--ca'),
    });
    expect(await standin.open({ ca: cert }).check()).toBe('1 dataset');
  });

  it('says that a store speaks no TLS', async () => {
    await using standin = await startStandin(() => listed);
    await expect(
      standin.open({ endpoint: standin.url.replace('http', 'https') }).check(),
    ).rejects.toMatchObject({
      code: 'source_unreachable',
      message: expect.stringContaining('does not speak TLS'),
    });
  });

  it('ends at once when it is cancelled', async () => {
    await using standin = await startStandin(() => () => undefined);
    const abort = new AbortController();
    const checking = standin.open().check(abort.signal);
    setTimeout(() => abort.abort(), 50);
    await expect(checking).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('a request', () => {
  it('is sent without credentials to a public bucket', async () => {
    await using standin = await startStandin(() => listed);
    expect(await standin.open({ anonymous: true }).check()).toBe('1 dataset');
    for (const { headers } of standin.requests) expect(headers.authorization).toBeUndefined();
  });

  it('asks for no checksums of a store that has none (D8)', async () => {
    await using standin = await startStandin(() => listed);
    await standin.open().check();
    await standin.open({ checksums: 'when-required' }).check();
    const modes = standin.requests
      .filter(({ method }) => method === 'HEAD')
      .map(({ headers }) => headers['x-amz-checksum-mode']);
    expect(modes).toEqual(['ENABLED', undefined]);
  });

  it('goes to the region that the bucket names where nobody named one', async () => {
    await using standin = await startStandin(({ headers }) =>
      headers.authorization?.includes('/eu-west-1/')
        ? listed
        : s3Refusal(301, 'PermanentRedirect', { headers: { 'x-amz-bucket-region': 'eu-west-1' } }),
    );
    expect(await standin.open().check()).toBe('1 dataset');
    await expect(standin.open({ region: 'eu-central-1' }).check()).rejects.toMatchObject({
      message: expect.stringContaining('in the region eu-west-1'),
    });
  });
});
