import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, openApp } from '../../../electron/app.ts';
import { openServers } from '../../../electron/servers/servers.ts';
import { type Address, type Session, withSession } from '../../../electron/sql/connect.ts';
import { type Home, makeHome } from '../../support/home.ts';
import { installRequest } from '../../support/installing.ts';
import { queryAt, withClient } from '../../support/query.ts';

let home: Home;
let app: App;
let admin: Address;
let url: string;
let files: string;

beforeAll(async () => {
  home = await makeHome();
  app = await openApp(home.environment);
  files = mkdtempSync(join(tmpdir(), 'rockpool-poison-'));
  const path = join(files, 'acme.sql');
  writeFileSync(
    path,
    'CREATE TABLE public.users (id int PRIMARY KEY); INSERT INTO public.users VALUES (1), (2);',
  );
  const { install } = await app.install(installRequest(path, 'acme', { createdb: true }), {});
  url = install.url;
  const server = await openServers(home.core).running('embedded');
  if (server === null) throw new Error('the embedded server does not run');
  admin = server.admin;
  await work();
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
  rmSync(files, { recursive: true, force: true });
});

const work = (): Promise<unknown> => app.work(AbortSignal.timeout(60_000));
const asAdmin = <T>(ask: (session: Session) => Promise<T>): Promise<T> => withSession(admin, {}, ask);

/** All that is set for roles and databases but by us. */
async function strangeSettings(): Promise<string[]> {
  const { rows } = await asAdmin((session) =>
    session.query<{ line: string }>(
      `SELECT coalesce(r.rolname, '*') || ' in ' || coalesce(d.datname, '*') || ': ' || c AS line
       FROM pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = s.setrole LEFT JOIN pg_database d ON d.oid = s.setdatabase,
         unnest(s.setconfig) AS c
       WHERE r.rolname IS DISTINCT FROM 'rp_admin' AND (s.setdatabase <> 0
         OR c !~ '^(role=rp_own_|log_min_messages=|default_transaction_read_only=on|search_path=pg_catalog|restrict_)')
       ORDER BY 1`,
    ),
  );
  return rows.map(({ line }) => line);
}

async function expectClean(): Promise<void> {
  expect(
    await queryAt(url, 'SELECT count(*)::int AS n, current_setting($1) AS path FROM users', ['search_path']),
  ).toEqual([{ n: 2, path: '"$user", public' }]);
  expect(await strangeSettings()).toEqual([]);
}

// What any session of the install can say, a trigger of the dump too.
const poison = `SET ROLE NONE; DO $$ DECLARE d text; BEGIN
  FOR d IN SELECT datname FROM pg_database WHERE datname <> current_database() LOOP
    EXECUTE format('ALTER ROLE acme IN DATABASE %I SET local_preload_libraries = ''nope''', d);
    EXECUTE format('ALTER ROLE acme IN DATABASE %I SET search_path = ''elsewhere''', d);
  END LOOP;
  ALTER ROLE acme SET search_path = 'elsewhere';
  ALTER ROLE acme PASSWORD 'word-of-the-dump';
END $$`;

describe('a reset after code in the live has set things for databases that are not its own (C8)', () => {
  it('brings a clean live, the first time', async () => {
    await queryAt(url, poison);
    await app.resetInstall('acme', {}, {});
    await expectClean();
    await work();
    await app.resetInstall('acme', {}, {});
    await expectClean();
    await work();
  });

  it('keeps the edits of a live that its own user can no longer enter', async () => {
    await queryAt(url, 'INSERT INTO users VALUES (3)');
    await queryAt(url, "SET ROLE NONE; ALTER ROLE acme SET local_preload_libraries = 'nope'");
    await expect(queryAt(url, 'SELECT 1')).rejects.toThrow();
    const { former } = await app.resetInstall('acme', {}, {});
    expect(former?.edited).toEqual([{ schema: 'public', name: 'users', rows: 1 }]);
    await expectClean();
    await work();
  });

  it('does not wait for a session that has changed its role and ends no transaction', async () => {
    await withClient(url, async (client) => {
      await client.query(
        "SET ROLE NONE; BEGIN; ALTER ROLE acme SET work_mem = '1MB'; ALTER ROLE acme PASSWORD 'x'",
      );
      await app.resetInstall('acme', {}, {});
    }).catch(() => {});
    await expectClean();
    await work();
  });

  it('is clean while sessions poison the spare all the time', async () => {
    let isOver = false;
    const poisoning = Array.from({ length: 3 }, async () => {
      while (!isOver) {
        await withClient(url, async (client) => {
          while (!isOver) await client.query(poison);
        }).catch(() => {});
      }
    });
    for (let round = 0; round < 3; round++) {
      await app.resetInstall('acme', {}, {});
      await work();
    }
    isOver = true;
    await Promise.all(poisoning);
    await app.resetInstall('acme', {}, {});
    await expectClean();
    await work();
  });
});

describe('a spare that does not answer as a live', () => {
  it('is dropped and made anew, and the reset goes on', async () => {
    const spare = await asAdmin((session) =>
      session.query<{ name: string }>(
        "SELECT datname AS name FROM pg_database WHERE datname LIKE 'rp\\_spare%'",
      ),
    );
    const name = spare.rows[0]?.name ?? '';
    expect(name).toMatch(/^rp_spare_/);
    await asAdmin((session) => session.query(`ALTER DATABASE ${name} CONNECTION LIMIT 0`));
    const { job } = await app.resetInstall('acme', {}, {});
    expect(app.showJob(job).log.map(({ message }) => message)).toContain(
      'The spare does not answer as a live: it is dropped, and a fresh copy is made',
    );
    await expectClean();
    await work();
    const left = await asAdmin((session) =>
      session.query<{ name: string }>(
        "SELECT datname AS name FROM pg_database WHERE datname LIKE 'rp\\_%' ORDER BY 1",
      ),
    );
    expect(left.rows.map((row) => row.name.replace(/_[0-9a-f]+$/, ''))).toEqual([
      'rp_former',
      'rp_pristine',
      'rp_spare',
    ]);
    expect(left.rows.map((row) => row.name)).not.toContain(name);
  });
});
