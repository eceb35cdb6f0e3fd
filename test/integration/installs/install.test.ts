import { spawnSync } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Install, InstallDetails, InstallResult } from '../../../electron/contract/install.ts';
import type { Job } from '../../../electron/contract/job.ts';
import { type Home, makeHome } from '../../support/home.ts';
import { freePort } from '../../support/port.ts';
import { queryAt } from '../../support/query.ts';
import {
  rockpool,
  rockpoolError,
  rockpoolJson,
  sample,
  sampleRevision,
  settle,
} from '../../support/rockpool.ts';
import { countByPrefix, readServerState } from '../../support/server-state.ts';
import { onTestServer, testServer } from '../../support/test-server.ts';

let home: Home;

beforeAll(async () => {
  home = await makeHome();
});

afterAll(() => home[Symbol.asyncDispose]());

async function query(url: string, sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** A copy of the sample's second revision that a test may spoil. */
async function copyOfSample(name: string): Promise<string> {
  const folder = join(home.path, '..', name);
  await cp(sampleRevision, folder, { recursive: true });
  return folder;
}

describe('install', onTestServer, () => {
  let acme: InstallResult;

  it('restores a published folder and hands over a connection that works', async () => {
    acme = await rockpoolJson<InstallResult>(home, 'install', `${sample}@2`, '--as', 'acme');
    const { install, report } = acme;
    expect(install).toMatchObject({
      name: 'acme',
      source: null,
      dataset: 'tidewater',
      revision: '2',
      database: 'acme',
      user: 'acme',
      host: '127.0.0.1',
    });
    const counted = await query(install.url, `SELECT count(*)::int AS n FROM public.events`);
    expect(counted[0]?.n).toBe(report.tables.find((table) => table.name === 'events')?.rows);
    expect(install.rows).toBe(report.tables.reduce((sum, table) => sum + (table.rows ?? 0), 0));
    expect(report.orphans).toEqual([]);
    expect(install.sizeBytes).toBeGreaterThan(1_000_000);
  });

  it('gives the user what an owner can do in the database, and nothing on the server', async () => {
    const { url } = acme.install;
    await query(
      url,
      'CREATE SCHEMA extra; CREATE TABLE extra.t (id int); ALTER TABLE public.users ADD COLUMN note text',
    );
    const [owned] = await query(url, "SELECT tableowner AS t FROM pg_tables WHERE schemaname = 'extra'");
    const [user] = await query(url, "SELECT tableowner AS t FROM pg_tables WHERE tablename = 'users'");
    expect(owned?.t).toBe(user?.t);
    const [rights] = await query(
      url,
      'SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls FROM pg_roles WHERE rolname = session_user',
    );
    expect(rights).toEqual({
      rolsuper: false,
      rolcreaterole: false,
      rolcreatedb: false,
      rolreplication: false,
      rolbypassrls: false,
    });
    await expect(query(url, "COPY (SELECT 1) TO PROGRAM 'id'")).rejects.toMatchObject({ code: '42501' });
    await expect(query(url.replace(/acme$/, 'postgres'), 'SELECT 1')).rejects.toMatchObject({
      code: '42501',
    });
    await expect(query(url, 'DROP DATABASE acme')).rejects.toThrow();
  });

  it('leaves a pristine that nobody enters, one spare, and no role of the job', async () => {
    await settle(home);
    const state = await readServerState(home);
    expect(countByPrefix(state)).toEqual({ named: 2, rp_own: 1, rp_pristine: 1, rp_read: 1, rp_spare: 1 });
    const pristine = state.databases.find((database) => database.name.startsWith('rp_pristine_'));
    expect(pristine?.open).toBe(false);
    await expect(
      query(acme.install.url.replace(/acme$/, pristine?.name ?? ''), 'SELECT 1'),
    ).rejects.toThrow();
  });

  it('keeps the report with the install and with the job', async () => {
    const shown = await rockpoolJson<InstallDetails>(home, 'show', 'acme');
    expect(shown.report).toEqual(acme.report);
    const { job } = await rockpoolJson<{ job: Job }>(home, 'job', acme.job);
    expect(job).toMatchObject({ kind: 'install', state: 'succeeded', install: 'acme', progress: 1 });
    expect(job.steps.map((step) => [step.key, step.state])).toEqual([
      ['server', 'done'],
      ['pull', 'done'],
      ['restore', 'done'],
      ['publish', 'done'],
    ]);
  });

  it('shares the pristine of the same revision on the same server, so that a second install only copies', async () => {
    const second = await rockpoolJson<InstallResult>(home, 'install', `${sample}@2`, '--as', 'globex');
    expect(second.report.ms.restore).toBe(0);
    expect(await query(second.install.url, 'SELECT count(*)::int AS n FROM public.events')).toEqual([
      { n: acme.report.tables.find((table) => table.name === 'events')?.rows },
    ]);
    await settle(home);
    expect(countByPrefix(await readServerState(home))).toEqual({
      named: 4,
      rp_own: 1,
      rp_pristine: 1,
      rp_read: 2,
      rp_spare: 2,
    });
  });

  it('refuses a name that is taken before it reads anything, and names what has it', async () => {
    const { code, error } = await rockpoolError(home, 'install', sampleRevision, '--as', 'acme');
    expect(code).toBe(1);
    expect(error.code).toBe('name_taken');
    expect(error.message).toContain('acme');
  });

  it.each(['Acme', '1st', 'rp_x', 'postgres', 'select', 'a'.repeat(32), 'pool-1', 'ä'])(
    'refuses the name %s',
    async (name) => {
      const { error } = await rockpoolError(home, 'install', sampleRevision, '--as', name);
      expect(error.code).toBe('name_invalid');
    },
  );

  it('says what is wrong with a spoiled table file by table, record and column, shows no value, and leaves nothing behind (C23, F5)', async () => {
    const folder = await copyOfSample('spoiled');
    const file = join(folder, 'table-invoices.csv');
    const lines = (await readFile(file, 'utf8')).split('\n');
    lines[7] = lines[7]?.replace(/^[^,]*/, 'Mallory-Secret') ?? '';
    await writeFile(file, lines.join('\n'));
    const before = await readServerState(home);
    const { code, error } = await rockpoolError(home, 'install', folder, '--as', 'spoiled');
    expect(code).toBe(1);
    expect(error.code).toBe('load_failed');
    expect(error.message).toContain('public.invoices');
    expect(error.detail).toMatchObject({
      table: expect.stringContaining('invoices'),
      record: expect.any(Number),
    });
    await settle(home);
    expect(await readServerState(home)).toEqual(before);
    expect(filesWith('Mallory-Secret')).toEqual([]);
    expect(filesWith('"kind":"install"')).not.toEqual([]);
  });

  it('takes the rows of some tables alone, with those that they refer to, and says which are empty', async () => {
    const { install, report } = await rockpoolJson<InstallResult>(
      home,
      ...['install', sampleRevision, '--as', 'part', '--tables', 'invoices'],
    );
    const [counts] = await query(
      install.url,
      'SELECT (SELECT count(*)::int FROM invoices) AS invoices, (SELECT count(*)::int FROM accounts) AS accounts, (SELECT count(*)::int FROM events) AS events',
    );
    expect(counts).toEqual({ invoices: 1892, accounts: 220, events: 0 });
    expect(report.skipped.map((each) => each.name).join(' ')).toContain('events');
    await rockpoolJson(home, 'remove', 'part');
    const { error } = await rockpoolError(
      home,
      'install',
      sampleRevision,
      '--as',
      'part',
      '--tables',
      'invoises',
    );
    expect(error.message).toContain('invoises');
    expect(error.hint).toContain('invoices');
  });

  it('runs a script of the person on the clean copy, all or nothing, so that each reset has it too', async () => {
    const script = join(home.path, '..', 'cleanup.sql');
    await writeFile(script, "DELETE FROM events; CREATE TABLE public.made_after AS SELECT 'yes;no' AS word;");
    const { install, report } = await rockpoolJson<InstallResult>(
      home,
      ...['install', sampleRevision, '--as', 'cleaned', '--after', script],
    );
    expect(report.warnings).toMatchObject([{ code: 'after_ran' }]);
    await rockpoolJson(home, 'reset', 'cleaned');
    expect(
      await query(install.url, 'SELECT word, (SELECT count(*)::int FROM events) AS n FROM made_after'),
    ).toEqual([{ word: 'yes;no', n: 0 }]);
    await rockpoolJson(home, 'remove', 'cleaned');
    await writeFile(script, 'DELETE FROM events;\nDELETE FROM nothing_here;');
    const { error } = await rockpoolError(
      home,
      'install',
      sampleRevision,
      '--as',
      'cleaned',
      '--after',
      script,
    );
    expect(error).toMatchObject({ code: 'sql_failed', detail: { file: 'cleanup.sql', line: 2 } });
  });

  it('lets the user make databases where that is asked for, and takes them away with the install', async () => {
    const { install } = await rockpoolJson<InstallResult>(
      home,
      'install',
      sampleRevision,
      '--as',
      'maker',
      '--createdb',
    );
    const client = new pg.Client({ connectionString: install.url });
    await client.connect();
    await client.query('CREATE DATABASE maker_shadow');
    await client.end();
    const shadow = install.url.replace(/maker$/, 'maker_shadow');
    await queryAt(shadow, 'CREATE TABLE t (id int)');
    await rockpoolJson(home, 'reset', 'maker');
    expect(await queryAt(shadow, 'SELECT count(*)::int AS n FROM t')).toEqual([{ n: 0 }]);
    await rockpoolJson(home, 'remove', 'maker');
    await settle(home);
    expect((await readServerState(home)).databases.map(({ name }) => name)).not.toContain('maker_shadow');
  });

  it('removes an install with all that was its own and keeps what others share', async () => {
    const removed = await rockpoolJson<{ install: Install }>(home, 'remove', 'globex');
    expect(removed.install.name).toBe('globex');
    await settle(home);
    expect(countByPrefix(await readServerState(home))).toEqual({
      named: 2,
      rp_own: 1,
      rp_pristine: 1,
      rp_read: 1,
      rp_spare: 1,
    });
    expect((await rockpool(home, 'remove', 'acme')).code).toBe(0);
    await settle(home);
    expect(await readServerState(home)).toEqual({ databases: [], roles: [] });
    expect(await rockpoolJson(home, 'list')).toEqual({ installs: [] });
  });

  it('makes a server for a chosen port and removes it with its last install', async () => {
    const port = await freePort();
    const { install } = await rockpoolJson<InstallResult>(
      home,
      'install',
      sampleRevision,
      '--as',
      'ported',
      '--port',
      String(port),
    );
    expect(install.port).toBe(port);
    expect(await query(install.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await rockpoolJson(home, 'remove', 'ported');
    const { servers } = await rockpoolJson<{ servers: { name: string }[] }>(home, 'server', 'list');
    expect(servers.map((server) => server.name)).toEqual(testServer.goesWhenIdle ? [] : [testServer.name]);
  });
});

/** Files of a home that hold a text, but the databases and the cached archive, which hold what was published. */
function filesWith(text: string): string[] {
  // By a process of its own: whoever opens and closes state.db in this one takes SQLite's locks away.
  const { stdout } = spawnSync('grep', ['-rlaF', text, home.path], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .filter((path) => path !== '' && !/\/(cache|base|global|pg_wal|pg_xact)\//.test(path));
}
