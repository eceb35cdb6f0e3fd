import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../../../electron/contract/job.ts';
import { listJobs } from '../../../electron/jobs/history.ts';
import { type Home, makeHome } from '../../support/home.ts';
import { freePort } from '../../support/port.ts';
import {
  rockpool,
  rockpoolError,
  rockpoolJson,
  sample,
  sampleRevision,
  settle,
  startRockpool,
} from '../../support/rockpool.ts';

let home: Home;

beforeAll(async () => {
  home = await makeHome();
});

afterAll(() => home[Symbol.asyncDispose]());

const runningJob = (kind: string): Job | undefined =>
  listJobs(home.core.state, { limit: 5 }).find((job) => job.kind === kind && job.state === 'running');

async function until<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

describe('the command line', () => {
  it('says in an empty home what to do first', async () => {
    const { code, stdout } = await rockpool(home, 'list');
    expect(code).toBe(0);
    expect(stdout).toContain('rockpool demo');
    expect(await rockpoolJson(home, 'list')).toEqual({ installs: [] });
    expect(await rockpoolJson(home, 'jobs')).toEqual({ jobs: [] });
    expect(await rockpoolJson(home, 'server', 'list')).toEqual({ servers: [] });
    expect(await rockpoolJson(home, 'source', 'list')).toEqual({ sources: [] });
  });

  it('exits with 2 and a suggestion for a mistyped word', async () => {
    const { code, stderr } = await rockpool(home, 'instal', 'x');
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean install?');
    expect((await rockpool(home, 'install')).code).toBe(2);
    expect((await rockpool(home, 'reset', 'x', '--prot', '1')).code).toBe(2);
    expect((await rockpool(home, 'install', './x', '--port', '70000')).code).toBe(2);
  });

  it('prints usage errors as JSON too', async () => {
    const { code, error } = await rockpoolError(home, 'install', 'neither-path-nor-source');
    expect(code).toBe(2);
    expect(error.code).toBe('usage');
    const mistyped = await rockpoolError(home, 'instal');
    expect(mistyped.code).toBe(2);
    expect(mistyped.error).toMatchObject({ code: 'usage' });
  });

  it('explains every command, with examples at the top', async () => {
    const { code, stdout } = await rockpool(home, '--help');
    expect(code).toBe(0);
    for (const word of [
      'demo',
      'install',
      'list',
      'show',
      'url',
      'psql',
      'reset',
      'remove',
      'source',
      'datasets',
      'jobs',
      'job',
      'cancel',
      'server',
      'diagnostics',
      'version',
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${word}\\b`, 'm'));
      expect((await rockpool(home, 'help', word)).code).toBe(0);
    }
    expect(stdout).toContain('Examples:');
    expect(stdout).not.toMatch(/^ {2}work\b/m);
  });

  it('names a place, says what is published there, and installs from it by name', async () => {
    await rockpoolJson(home, 'source', 'add', 'sample', sample);
    expect(await rockpoolJson(home, 'source', 'check', 'sample')).toMatchObject({
      source: 'sample',
      ok: true,
    });
    const { datasets } = await rockpoolJson<{ datasets: { dataset: string; revisions: { id: string }[] }[] }>(
      home,
      'datasets',
      'sample',
    );
    expect(datasets.map(({ dataset, revisions }) => [dataset, revisions.map(({ id }) => id)])).toEqual([
      ['tidewater', ['2', '1']],
    ]);
    const { install } = await rockpoolJson<{ install: object }>(
      home,
      'install',
      'sample/tidewater@1',
      '--as',
      'acme',
    );
    expect(install).toMatchObject({ source: 'sample', dataset: 'tidewater', revision: '1' });
  });

  it('says why a source cannot be read, and fails', async () => {
    await rockpoolJson(home, 'source', 'add', 'nowhere', `http://127.0.0.1:${await freePort()}`);
    const { code, stdout } = await rockpool(home, 'source', 'check', 'nowhere', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      source: 'nowhere',
      ok: false,
      message: expect.stringMatching(/127\.0\.0\.1:/),
      hint: expect.any(String),
    });
    const { error } = await rockpoolError(home, 'install', 'nowhere/x', '--as', 'x');
    expect(error.code).toBe('source_unreachable');
    expect((await rockpoolError(home, 'install', 'unknown/x')).error.code).toBe('source_not_found');
    expect((await rockpoolError(home, 'install', 'sample/nothing')).error.code).toBe('dataset_not_found');
    expect((await rockpoolError(home, 'install', 'sample/tidewater@9', '--as', 'x')).error.code).toBe(
      'revision_not_found',
    );
  });

  it('prints the connection alone, and in the words of many tools', async () => {
    await settle(home);
    const { stdout } = await rockpool(home, 'url', 'acme');
    expect(stdout).toMatch(/^postgres:\/\/acme:\w+@127\.0\.0\.1:\d+\/acme\n$/);
    const { stdout: env } = await rockpool(home, 'url', 'acme', '--format', 'env');
    expect(env).toBe(`DATABASE_URL=${stdout}`);
    for (const format of ['psql', 'jdbc', 'prisma', 'django', 'rails']) {
      expect((await rockpool(home, 'url', 'acme', '--format', format)).stdout).toContain('acme');
    }
  });

  it('exits with 130 when it is interrupted, and leaves nothing', async () => {
    const child = startRockpool(home, 'install', sampleRevision, '--as', 'stopped', '--json');
    let stdout = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    await until(() =>
      runningJob('install')?.steps.find((step) => step.key === 'restore' && step.state === 'running'),
    );
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'cancelled' } });
    expect((await rockpoolError(home, 'show', 'stopped')).error.code).toBe('install_not_found');
    const { jobs } = await rockpoolJson<{ jobs: Job[] }>(home, 'jobs', '--limit', '1');
    expect(jobs[0]).toMatchObject({ kind: 'install', state: 'cancelled', error: null });
  });

  it('cancels a job of another process, which then exits with 130', async () => {
    const child = startRockpool(home, 'install', sampleRevision, '--as', 'stopped');
    const closed = once(child, 'close');
    const job = await until(() => runningJob('install'));
    const cancelled = await rockpoolJson<{ job: Job }>(home, 'cancel', job.id.slice(0, 6));
    expect(cancelled.job.state).toBe('cancelled');
    expect((await closed)[0]).toBe(130);
  });

  it('exits with 3 and names the holder where another command works on the same install', async () => {
    const child = startRockpool(home, 'install', sampleRevision, '--as', 'twice');
    const closed = once(child, 'close');
    await until(() => runningJob('install'));
    const { code, error } = await rockpoolError(home, 'install', sampleRevision, '--as', 'twice');
    expect(code).toBe(3);
    expect(error).toMatchObject({ code: 'busy', detail: { holder: child.pid } });
    expect((await closed)[0]).toBe(0);
    await rockpoolJson(home, 'remove', 'twice');
  });

  it('shows a job with its steps and log, also while it runs', async () => {
    const { jobs } = await rockpoolJson<{ jobs: Job[] }>(home, 'jobs');
    const reset = startRockpool(home, 'reset', 'acme');
    const closed = once(reset, 'close');
    const { code, stdout } = await rockpool(home, 'job', jobs[0]?.id ?? '', '--follow');
    expect(code).toBe(0);
    expect(stdout).toContain(jobs[0]?.title);
    await closed;
    expect((await rockpoolError(home, 'job', 'zzzz')).error.code).toBe('job_not_found');
  });

  it('stops and starts the servers; the URL answers again', async () => {
    await settle(home);
    const { servers: stopped } = await rockpoolJson<{ servers: object[] }>(home, 'server', 'stop');
    expect(stopped).toMatchObject([{ name: 'embedded', state: 'stopped' }]);
    const { servers: started } = await rockpoolJson<{ servers: object[] }>(home, 'server', 'start');
    expect(started).toMatchObject([{ name: 'embedded', state: 'running', installs: ['acme'] }]);
    expect((await rockpool(home, 'server', 'logs', 'embedded')).stdout).toContain(
      'ready to accept connections',
    );
  });

  it('is quiet on stdout while it works: progress goes to stderr', async () => {
    const { stdout, stderr } = await rockpool(home, 'reset', 'acme', '--json');
    expect(() => JSON.parse(stdout)).not.toThrow();
    expect(stderr).toContain('Switch');
  });

  it('knows its versions', async () => {
    expect(await rockpoolJson(home, 'version')).toEqual({
      rockpool: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      node: process.versions.node,
      postgres: expect.stringMatching(/^18\./),
    });
  });

  it('writes diagnostics that hold no password, no path of the person and no row (F6)', async () => {
    const file = join(home.path, '..', 'diagnostics.zip');
    expect(await rockpoolJson(home, 'diagnostics', file)).toEqual({ file });
    const texts = Object.entries(unzipSync(await readFile(file))).map(
      ([name, bytes]) => [name, strFromU8(bytes)] as const,
    );
    expect(texts.map(([name]) => name)).toEqual(
      expect.arrayContaining(['versions.json', 'jobs.json', 'logs/rockpool.log']),
    );
    const all = texts.map(([, text]) => text).join('\n');
    const { stdout } = await rockpool(home, 'url', 'acme');
    expect(all).not.toContain(new URL(stdout.trim()).password);
    expect(all).not.toContain(home.path);
    expect(all).not.toContain('redacted1@redactics.com');
    expect(all).toContain('Install acme');
  });

  it('opens psql with the password in a file that is gone afterwards, never among its words or variables (F4)', async () => {
    const bin = join(home.path, '..', 'bin');
    await mkdir(bin);
    const seen = join(bin, 'seen');
    // Stands where psql would, and notes what it was started with.
    await writeFile(join(bin, 'psql'), `#!/bin/sh\n(echo "$@"; env; cat "$PGPASSFILE") > ${seen}; exit 7\n`, {
      mode: 0o755,
    });
    const environment = { ...home.environment, PATH: `${bin}:${process.env.PATH}` };
    const { stdout } = await rockpool(home, 'url', 'acme');
    const { password, port } = new URL(stdout.trim());
    expect((await rockpool({ environment }, 'psql', 'acme')).code).toBe(7);
    const lines = (await readFile(seen, 'utf8')).trim().split('\n');
    expect(lines.filter((line) => line.includes(password))).toEqual([
      `127.0.0.1:${port}:acme:acme:${password}`,
    ]);
    expect((await readdir(join(home.path, 'secrets'))).filter((name) => name.includes('pgpass'))).toEqual([]);
    const none = await rockpoolError(
      { environment: { ...home.environment, PATH: bin.concat('/none') } },
      'psql',
      'acme',
    );
    expect(none.error.code).toBe('not_available');
  });
});
