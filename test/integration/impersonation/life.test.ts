import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import bcrypt from 'bcryptjs';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FoundUsers, NextStep } from '../../../electron/contract/impersonation.ts';
import type { Install, InstallDetails, InstallResult } from '../../../electron/contract/install.ts';
import type { Job, JobLogLine } from '../../../electron/contract/job.ts';
import { sums } from '../../support/everything.ts';
import { type Home, makeHome } from '../../support/home.ts';
import { queryAt } from '../../support/query.ts';
import {
  rockpool,
  rockpoolError,
  rockpoolJson,
  sampleRevision,
  settle,
  startRockpool,
} from '../../support/rockpool.ts';
import { readServerState } from '../../support/server-state.ts';
import { full } from '../../support/skip.ts';

let home: Home;
let url: string;
let clean: string[];

beforeAll(async () => {
  home = await makeHome();
  const installed = await rockpoolJson<InstallResult>(home, 'install', sampleRevision, '--as', 'acme');
  url = installed.install.url;
  clean = await sumsAt();
  await settle(home);
});

afterAll(() => home[Symbol.asyncDispose]());

interface Became {
  readonly install: Install;
  readonly user: string;
  readonly label: string;
  readonly recipe: string;
  readonly since: string;
  readonly next: NextStep;
  readonly job: string;
}

const impersonate = (...args: string[]) => rockpoolJson<Became>(home, 'impersonate', 'acme', ...args);
const stop = () => rockpoolJson<{ stopped: { user: string } | null }>(home, 'impersonate', 'acme', '--stop');
const show = async () => (await rockpoolJson<InstallDetails>(home, 'show', 'acme')).impersonation;

async function sumsAt(): Promise<string[]> {
  return (await queryAt(url, sums)).map(({ line }) => String(line));
}

async function hashOf(user: string): Promise<string> {
  const [row] = await queryAt(url, 'SELECT password_hash FROM users WHERE id = $1', [user]);
  return String(row?.password_hash);
}

async function logOf(job: string): Promise<string[]> {
  const { log } = await rockpoolJson<{ job: Job; log: JobLogLine[] }>(home, 'job', job);
  return log.map(({ message }) => message);
}

describe('users', () => {
  it('are listed, with what helps to choose one', async () => {
    const found = await rockpoolJson<FoundUsers>(home, 'users', 'acme');
    expect(found.table).toBe('public.users');
    expect(found.users[0]).toMatchObject({
      id: '1',
      label: 'redacted1@redactics.com',
      columns: {
        role: 'owner',
        first_name: 'redacted',
        accounts: expect.any(String),
        tasks: expect.any(Number),
      },
    });
  });

  it('are searched by any part of their texts', async () => {
    const found = await rockpoolJson<FoundUsers>(home, 'users', 'acme', '--search', 'ACTED17@');
    expect(found).toMatchObject({ users: [{ id: '17', label: 'redacted17@redactics.com' }], more: false });
    const none = await rockpoolJson<FoundUsers>(
      home,
      'users',
      'acme',
      '--search',
      "'; DROP TABLE users; --%_\\",
    );
    expect(none.users).toEqual([]);
  });
});

describe('becoming a user', () => {
  it('makes a known password true, says what to do next, and is undone without a trace', async () => {
    const became = await impersonate('17');
    expect(became).toMatchObject({
      install: { name: 'acme', url },
      user: '17',
      label: 'redacted17@redactics.com',
      recipe: 'password',
      next: { login: 'redacted17@redactics.com', token: null, cookie: null, open: null },
    });
    expect(await bcrypt.compare(became.next.password ?? '', await hashOf('17'))).toBe(true);
    expect(await show()).toEqual({
      user: '17',
      label: became.label,
      recipe: 'password',
      since: became.since,
    });
    expect(await sumsAt()).not.toEqual(clean);
    expect((await stop()).stopped?.user).toBe('17');
    expect(await show()).toBeNull();
    expect(await sumsAt()).toEqual(clean);
    expect((await stop()).stopped).toBeNull();
  });

  it('puts the former one back first', async () => {
    const former = await hashOf('17');
    await impersonate('17');
    const became = await impersonate('18', '--recipe', 'email', '--set', 'my_email=me@example.org');
    expect(became.next.login).toBe('me@example.org');
    expect(await hashOf('17')).toBe(former);
    // The same one again by another recipe, found by the e-mail that is on.
    const again = await impersonate('me@example.org', '--recipe', 'password');
    expect(again).toMatchObject({
      user: '18',
      label: 'redacted18@redactics.com',
      next: { login: 'redacted18@redactics.com' },
    });
    await stop();
    expect(await sumsAt()).toEqual(clean);
  });

  it('that fails leaves on who was on', async () => {
    await impersonate('17');
    const between = await sumsAt();
    const taken = await rockpoolError(
      home,
      'impersonate',
      'acme',
      '18',
      '--recipe',
      'email',
      '--set',
      'my_email=REDACTED3@redactics.com',
    );
    expect(taken.error.code).toBe('value_taken');
    expect((await show())?.user).toBe('17');
    expect(await sumsAt()).toEqual(between);
    await stop();
    expect(await sumsAt()).toEqual(clean);
  });

  it('with a token writes nothing into the database', async () => {
    const became = await impersonate('17', '--recipe', 'token', '--set', 'secret=dev-secret');
    expect(await sumsAt()).toEqual(clean);
    const [head, body, signature] = (became.next.token ?? '').split('.');
    expect(createHmac('sha256', 'dev-secret').update(`${head}.${body}`).digest('base64url')).toBe(signature);
    const claims = JSON.parse(Buffer.from(body ?? '', 'base64url').toString()) as {
      sub: string;
      exp: number;
    };
    expect(claims).toMatchObject({ sub: '17', email: 'redacted17@redactics.com' });
    expect(claims.exp).toBeGreaterThan(Date.now() / 1000);
    expect((await show())?.recipe).toBe('token');
    await stop();
  });

  it('lets go of its role also where a trigger of the data makes things in the role’s name (C9)', async () => {
    await settle(home);
    await queryAt(
      url,
      `CREATE FUNCTION grab() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         EXECUTE 'RESET ROLE'; EXECUTE 'CREATE TABLE grabbed_' || pg_backend_pid() || ' ()'; RETURN NEW; END $$`,
    );
    await queryAt(url, 'CREATE TRIGGER grab BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION grab()');
    await impersonate('17');
    const owners = await queryAt(
      url,
      "SELECT DISTINCT pg_get_userbyid(relowner) AS owner FROM pg_class WHERE relname ~ '^grabbed_' OR relname = 'users'",
    );
    expect(owners).toHaveLength(1);
    await rockpoolJson(home, 'reset', 'acme');
    expect(await sumsAt()).toEqual(clean);
  });

  it('leaves no role and no session behind', async () => {
    expect((await readServerState(home)).roles.filter((role) => role.startsWith('rp_job_'))).toEqual([]);
  });

  it.each([
    ['an unknown user', ['999999'], 1, 'user_not_found'],
    ['an unknown recipe', ['17', '--recipe', 'magic'], 1, 'recipe_not_found'],
    ['a parameter that nobody gave', ['17', '--recipe', 'email'], 1, 'parameters_missing'],
    ['a parameter that there is not', ['17', '--set', 'emial=x'], 1, 'parameters_invalid'],
    ['neither a user nor --stop', [], 2, 'usage'],
    ['both a user and --stop', ['17', '--stop'], 2, 'usage'],
  ])('is refused with %s', async (_what, args, exitCode, code) => {
    const refused = await rockpoolError(home, 'impersonate', 'acme', ...args);
    expect(refused).toMatchObject({ code: exitCode, error: { code } });
    expect(await sumsAt()).toEqual(clean);
  });
});

describe('an impersonation', () => {
  it('is in the history, and no value of a row in state.db, a log or the diagnostics in clear', async () => {
    const former = await hashOf('17');
    const became = await impersonate('17', '--set', 'password=correct horse battery');
    const { job } = await rockpoolJson<{ job: Job }>(home, 'job', became.job);
    expect(job).toMatchObject({ kind: 'impersonate', install: 'acme', title: 'Become user 17 of acme' });
    expect(await logOf(became.job)).toContain('By the recipe password');
    await rockpool(home, 'diagnostics', join(home.path, 'diagnostics.zip'));
    const values = [former, await hashOf('17'), 'correct horse battery', 'redacted17@redactics.com'];
    const zip = unzipSync(readFileSync(join(home.path, 'diagnostics.zip')));
    const places = [
      ...readdirSync(home.path)
        .filter((name) => name.startsWith('state.db'))
        .map((name) => join(home.path, name)),
      ...readdirSync(join(home.path, 'logs')).map((name) => join(home.path, 'logs', name)),
    ].map((file) => readFileSync(file).toString('latin1'));
    expect(places.length).toBeGreaterThan(1);
    for (const text of [
      ...places,
      ...Object.values(zip).map((bytes) => Buffer.from(bytes).toString('latin1')),
    ]) {
      for (const value of values) expect(text.includes(value), value).toBe(false);
    }
    await stop();
  });

  it.each([
    ['a reset', ['reset', 'acme']],
    ['going back to a snapshot', ['snapshot', 'restore', 'acme', 'before']],
  ])('ends with %s, which is recorded', async (_what, words) => {
    await settle(home);
    if (words[0] === 'snapshot') await rockpool(home, 'snapshot', 'save', 'acme', 'before');
    await impersonate('17');
    const { job } = await rockpoolJson<{ job: string }>(home, ...words);
    expect(await logOf(job)).toContain('The impersonation by password ended with the former live');
    expect(await show()).toBeNull();
    expect((await stop()).stopped).toBeNull();
    expect(await sumsAt()).toEqual(clean);
  });

  it('is on or off as a whole, whenever the program is killed', async () => {
    await settle(home);
    const delaysMs = full ? [250, 350, 420, 480, 540, 600, 700, 850] : [350, 480, 600, 850];
    for (const delayMs of delaysMs) {
      const child = startRockpool(home, 'impersonate', 'acme', '17');
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      child.kill('SIGKILL');
      await rockpool(home, 'jobs');
      const on = await show();
      const isChanged = JSON.stringify(await sumsAt()) !== JSON.stringify(clean);
      expect(isChanged, `after ${delayMs} ms`).toBe(on !== null);
      const stopping = startRockpool(home, 'impersonate', 'acme', '--stop');
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      stopping.kill('SIGKILL');
      await rockpool(home, 'jobs');
      const stillOn = await show();
      expect(JSON.stringify(await sumsAt()) !== JSON.stringify(clean), `stopped after ${delayMs} ms`).toBe(
        stillOn !== null,
      );
      await stop();
      expect(await sumsAt()).toEqual(clean);
    }
    expect((await readServerState(home)).roles.filter((role) => role.startsWith('rp_job_'))).toEqual([]);
  });

  it('is forgotten with its install', async () => {
    await impersonate('17');
    await rockpoolJson(home, 'remove', 'acme');
    await rockpoolJson(home, 'install', sampleRevision, '--as', 'acme');
    expect(await show()).toBeNull();
  });
});
