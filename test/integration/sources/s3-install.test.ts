import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InstallResult } from '../../../electron/contract/install.ts';
import type { Dataset, SourceCheck } from '../../../electron/contract/source.ts';
import { type AwsHome, useAwsConfig } from '../../support/aws-config.ts';
import { makeFolder } from '../../support/folder.ts';
import { type Home, makeHome } from '../../support/home.ts';
import { repositoryFiles } from '../../support/published.ts';
import { rockpool, rockpoolError, rockpoolJson } from '../../support/rockpool.ts';
import { type S3Server, startS3Server, withS3Server } from '../../support/s3-server.ts';
import { onlyOnLinux } from '../../support/skip.ts';
import { strict } from '../../support/strict.ts';

const secret = 'secret-key-5e1f';

describe('the command line and a bucket', withS3Server, () => {
  let server: S3Server;
  let home: Home;
  let aws: AwsHome;
  let asked: Pick<Home, 'environment'>;
  beforeAll(async () => {
    server = await startS3Server();
    await server.makeBucket('datasets');
    for (const revision of [1, 2]) {
      const files = Object.entries(repositoryFiles(revision + 2));
      const keyed = files.map(([name, content]) => [`exports/acme/${revision}/${name}`, content]);
      await server.put('datasets', Object.fromEntries(keyed));
    }
    home = await makeHome();
    aws = useAwsConfig({
      credentials: `[team]\naws_access_key_id = AKIDTEAM\naws_secret_access_key = ${secret}`,
    });
    const { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE, HOME } = aws.environment;
    asked = { environment: { ...home.environment, HOME, AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE } };
  });
  afterAll(async () => {
    aws[Symbol.dispose]();
    await home[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  it('remember where it is and how it is reached, and show where it is', async () => {
    const options = ['--endpoint', server.url, '--path-style', '--profile', 'team', '--region', 'eu-west-1'];
    const more = ['--checksums', 'when-required'];
    const added = await rockpoolJson(
      asked,
      'source',
      'add',
      's3team',
      's3://datasets/exports',
      ...options,
      ...more,
    );
    const shown = { name: 's3team', kind: 's3', url: 's3://datasets/exports' };
    expect(added).toEqual(shown);
    expect(await rockpoolJson(asked, 'source', 'list')).toEqual({ sources: [shown] });
  });

  it('refuse options that do not fit, as wrong usage', async () => {
    for (const words of [
      ['./exports', '--region', 'eu-west-1'],
      ['s3://datasets', '--region', 'Frankfurt am Main'],
      ['s3://datasets', '--anonymous', '--profile', 'team'],
      ['s3://AKID:hunter2hunter2@datasets'],
    ]) {
      const { code, error } = await rockpoolError(asked, 'source', 'add', 'other', ...words);
      expect([code, error.code]).toEqual([2, 'usage']);
      expect(JSON.stringify(error)).not.toContain('hunter2');
    }
  });

  it('check and list it', async () => {
    const check = await rockpoolJson<SourceCheck>(asked, 'source', 'check', 's3team');
    expect(check).toMatchObject({ ok: true, message: '1 dataset in 2 revisions' });
    const { datasets } = await rockpoolJson<{ datasets: Dataset[] }>(asked, 'datasets', 's3team');
    expect(datasets).toMatchObject([
      {
        source: 's3team',
        dataset: 'acme',
        revisions: [{ id: '2' }, { id: '1', files: 4, format: 'data repository' }],
      },
    ]);
  });

  it('say in one line what is wrong with it, with exit code 1', async () => {
    await rockpoolJson(
      asked,
      'source',
      'add',
      'lost',
      's3://datasets',
      '--endpoint',
      server.url,
      '--profile',
      'gone',
    );
    const ended = await rockpool(asked, 'source', 'check', 'lost', '--json');
    expect(ended.code).toBe(1);
    expect(JSON.parse(ended.stdout)).toMatchObject({
      source: 'lost',
      ok: false,
      message: 'The AWS configuration has no profile gone.',
      hint: expect.stringContaining('there is team'),
    });
  });

  it('install from it by name and by a bare address', async () => {
    const named = await rockpoolJson<InstallResult>(asked, 'install', 's3team/acme@1', '--as', 'named');
    expect(named.install).toMatchObject({ source: 's3team', dataset: 'acme', revision: '1', rows: 5 });
    const { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE } = asked.environment;
    const chain = {
      AWS_CONFIG_FILE,
      AWS_SHARED_CREDENTIALS_FILE,
      AWS_PROFILE: 'team',
      AWS_ENDPOINT_URL_S3: server.url,
    };
    const bare = await rockpoolJson<InstallResult>(
      { environment: { ...asked.environment, ...chain } },
      'install',
      's3://datasets/exports/acme',
      '--as',
      'bare',
    );
    expect(bare.install).toMatchObject({ source: null, dataset: 'acme', revision: '2', rows: 6 });
  });

  it(
    'ask on a terminal for the code of a device, with nothing of it on stdout (F2)',
    onlyOnLinux,
    async () => {
      using folder = makeFolder();
      const config = join(folder.path, 'config');
      const device = 'arn:aws:iam::123456789012:mfa/ann';
      const role = `role_arn = arn:aws:iam::123456789012:role/reader\nsource_profile = team\nmfa_serial = ${device}`;
      writeFileSync(config, `[profile careful]\n${role}\n`);
      const environment = { ...asked.environment, AWS_CONFIG_FILE: config, AWS_ENDPOINT_URL_STS: server.url };
      const add = ['source', 'add', 'careful', 's3://datasets/exports', '--endpoint', server.url];
      await rockpoolJson(asked, ...add, '--profile', 'careful');
      const output = join(folder.path, 'stdout');
      const command = `"${process.execPath}" ${strict.join(' ')} electron/shells/cli/main.ts source check careful --json > "${output}"`;
      // script gives the command a terminal of its own.
      const child = spawn('script', ['-qec', command, '/dev/null'], {
        env: environment,
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      let shown = '';
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        if (!shown.includes(device) && (shown + chunk).includes(device)) child.stdin.write('123456\n');
        shown += chunk;
      });
      const [code] = await once(child, 'close');
      expect(JSON.parse(readFileSync(output, 'utf8'))).toMatchObject({ source: 'careful', ok: true });
      expect(code).toBe(0);
      const headless = await rockpool({ environment }, 'source', 'check', 'careful', '--json');
      expect(JSON.parse(headless.stdout)).toMatchObject({
        ok: false,
        message: expect.stringContaining(device),
      });
    },
  );

  it('keep no key of it anywhere (F4)', () => {
    const files = readdirSync(home.path, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const holding = files.map(({ parentPath, name }) => join(parentPath, name)).filter(holdsSecret);
    expect(files.length).toBeGreaterThan(3);
    expect(holding).toEqual([]);
  });
});

/** A running server's files come and go. */
function holdsSecret(path: string): boolean {
  try {
    return readFileSync(path).includes(secret);
  } catch {
    return false;
  }
}
