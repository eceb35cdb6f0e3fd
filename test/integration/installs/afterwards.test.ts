import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, openApp } from '../../../electron/app.ts';
import { RowsWish } from '../../../electron/contract/browse.ts';
import { openServers } from '../../../electron/servers/servers.ts';
import { type Address, withSession } from '../../../electron/sql/connect.ts';
import { chosenWord, listAfterwards, planted } from '../../support/afterwards.ts';
import { type Home, makeHome } from '../../support/home.ts';
import type { Attempt } from '../../support/hostile.ts';
import { installRequest } from '../../support/installing.ts';
import { queryAt } from '../../support/query.ts';
import { pickSeeded } from '../../support/seeded.ts';
import { full } from '../../support/skip.ts';

const all = listAfterwards();
const count = full ? all.length : 5;
const seed = 17;

let home: Home;
let app: App;
let admin: Address;
let files: string;
const signal = AbortSignal.timeout(3_600_000);

beforeAll(async () => {
  home = await makeHome();
  app = await openApp(home.environment);
  files = mkdtempSync(join(tmpdir(), 'rockpool-afterwards-'));
  await install(
    'control',
    'CREATE TABLE public.users (id int PRIMARY KEY); INSERT INTO public.users VALUES (42);',
  );
  const server = await openServers(home.core).running('embedded');
  if (server === null) throw new Error('the embedded server does not run');
  admin = server.admin;
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
  rmSync(files, { recursive: true, force: true });
});

async function install(name: string, sql: string): Promise<string> {
  const path = join(files, `${name}.sql`);
  writeFileSync(path, sql);
  const { install: made } = await app.install(installRequest(path, name), {});
  await app.work(signal);
  return made.url;
}

const users = { schema: 'public', name: 'users' };
const wish = { user: '1', recipe: 'password', set: {} };

// What people do with an install; a reading goes twice through one session, as a change of its settings would want.
const afterwards: Readonly<Record<string, () => Promise<unknown>>> = {
  impersonate: async () => {
    await app.searchUsers('hostile', 'a@', signal);
    await app.previewImpersonation('hostile', wish, {});
    await app.impersonate('hostile', wish, {});
    await app.stopImpersonation('hostile', {});
  },
  browse: async () => {
    for (let round = 0; round < 2; round++) {
      for (const table of await app.browseTables('hostile', signal)) {
        await app.browseRows('hostile', RowsWish.parse({ table, limit: 5 }), signal);
        await app.countRows('hostile', { table, filters: [] }, signal);
      }
    }
  },
  console: () =>
    app.runConsole(
      'hostile',
      { sql: 'SELECT public.evil(), public.evil_of(1) FROM users', limit: 5 },
      signal,
    ),
  preview: async () => {
    const file = join(files, 'demo.sql');
    writeFileSync(file, "UPDATE users SET name = 'C' WHERE id = 2;");
    await app.setStatementsFile('hostile', file);
    await app.previewStatements('hostile', {}, {});
  },
  reset: () => app.resetInstall('hostile', {}, {}),
  diagnostics: async () => {
    const zip = join(files, 'diagnostics.zip');
    await app.writeDiagnostics(zip);
    for (const [name, bytes] of Object.entries(unzipSync(readFileSync(zip))))
      expect(Buffer.from(bytes).toString(), name).not.toContain(planted);
  },
};

/** What roles may, what is set for them and who may enter what, beside what Rockpool lays; nothing, if all is well. */
async function gained(): Promise<string[]> {
  const { rows } = await withSession(admin, {}, (session) =>
    session.query<{ what: string }>(
      `SELECT rolname || ' has an attribute' AS what FROM pg_roles WHERE rolname !~ '^(pg_|rp_admin$)'
         AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR (rolbypassrls AND rolname !~ '^rp_read_')
           OR (rolcanlogin AND rolname ~ '^rp_own_'))
       UNION ALL
       SELECT m.member::regrole || ' is in ' || m.roleid::regrole FROM pg_auth_members m
       WHERE m.member::regrole::text !~ '^(pg_|rp_admin$)' AND m.roleid::regrole::text !~ '^rp_own_'
         AND NOT (m.member::regrole::text ~ '^rp_read_' AND m.roleid::regrole::text = 'pg_read_all_data')
       UNION ALL
       SELECT coalesce(r.rolname, '*') || ' in ' || coalesce(d.datname, '*') || ': ' || c FROM pg_db_role_setting s
         LEFT JOIN pg_roles r ON r.oid = s.setrole LEFT JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) c
       WHERE r.rolname IS DISTINCT FROM 'rp_admin' AND (s.setdatabase <> 0
         OR c !~ '^(role=rp_own_|log_min_messages=panic|default_transaction_read_only=on|search_path=pg_catalog|restrict_)')
       UNION ALL
       SELECT r.rolname || ' may enter ' || d.datname FROM pg_roles r, pg_database d
       WHERE r.rolcanlogin AND NOT r.rolsuper AND d.datallowconn AND has_database_privilege(r.oid, d.oid, 'CONNECT')
         AND d.datname NOT IN (r.rolname, regexp_replace(r.rolname, '^rp_read_', ''))`,
    ),
  );
  const opened: string[] = [];
  for (const role of ['hostile', 'rp_read_hostile', 'control', 'rp_read_control', 'rp_admin']) {
    for (const database of ['hostile', 'control']) {
      const address = { ...admin, user: role, password: chosenWord, database };
      const isIn = await withSession(address, {}, async () => true).catch(() => false);
      if (isIn) opened.push(`${role} opens ${database} by the word of the dump`);
    }
  }
  return [...rows.map(({ what }) => what), ...opened];
}

async function expectWell(url: string): Promise<void> {
  expect(await gained()).toEqual([]);
  expect(readFileSync(join(home.core.paths.logs, 'server-embedded.log'), 'utf8')).not.toContain(planted);
  const wished = RowsWish.parse({ table: users, limit: 1 });
  expect((await app.browseRows('control', wished, signal)).rows[0]?.cells).toEqual(['42']);
  // The catalogue alone: what the dump's user may run in its own live is its own affair.
  const left = await queryAt(
    url,
    `SELECT (SELECT count(*)::int FROM pg_catalog.pg_largeobject_metadata) + (SELECT count(*)::int FROM pg_catalog.pg_class
       WHERE relname = 'taken') + (SELECT count(*)::int FROM pg_catalog.pg_attribute WHERE attname = 'taken') AS n`,
  );
  expect(left).toEqual([{ n: 0 }]);
}

async function attempt(one: Attempt): Promise<number> {
  const url = await install('hostile', one.sql);
  let done = 0;
  for (const [what, act] of Object.entries(afterwards)) {
    try {
      await act().catch((error: unknown) =>
        expect(app.reportOf(error)).not.toMatchObject({ code: 'internal' }),
      );
      await app.work(signal);
      await expectWell(url);
    } catch (error) {
      throw new Error(`${one.name}; ${what}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
    done += 1;
  }
  await app.removeInstall('hostile', {});
  await app.work(signal);
  return done;
}

it('would be noticed if one gained something', async () => {
  await install('hostile', 'CREATE TABLE public.users (id int);');
  await withSession(admin, {}, async (session) => {
    await session.query(`ALTER ROLE rp_read_hostile PASSWORD '${chosenWord}'`);
    await session.query("ALTER ROLE hostile IN DATABASE control SET work_mem = '1MB'");
    await session.query('GRANT CONNECT ON DATABASE control TO rp_read_hostile');
    await session.query('GRANT pg_monitor TO hostile');
  });
  expect(await gained()).toEqual([
    'hostile is in pg_monitor',
    'hostile in control: work_mem=1MB',
    'rp_read_hostile may enter control',
    'rp_read_hostile opens hostile by the word of the dump',
    'rp_read_hostile opens control by the word of the dump',
  ]);
  await withSession(admin, {}, (session) =>
    session.query('REVOKE CONNECT ON DATABASE control FROM rp_read_hostile'),
  );
  await app.resetInstall('hostile', {}, {});
  await app.work(signal);
  expect(await gained()).toEqual([]);
  await app.removeInstall('hostile', {});
});

describe('dumps whose code waits for what people do with them (C4–C13)', () => {
  it('gain nothing, stay nowhere and are in no log, whatever is done afterwards', async () => {
    const attempts = pickSeeded(all, count, seed);
    let tried = 0;
    for (const one of attempts) tried += await attempt(one);
    console.log(
      `hostile dumps used afterwards: ${attempts.length} of ${all.length} dumps, ${tried} times used ` +
        `(${Object.keys(afterwards).join(', ')}), 0 gained`,
    );
  }, 3_600_000);
});
