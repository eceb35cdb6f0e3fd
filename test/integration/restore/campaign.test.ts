import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, openApp } from '../../../electron/app.ts';
import { RowsWish } from '../../../electron/contract/browse.ts';
import type { InstallResult } from '../../../electron/contract/install.ts';
import { openServers } from '../../../electron/servers/servers.ts';
import { type Address, withSession } from '../../../electron/sql/connect.ts';
import { type Home, makeHome } from '../../support/home.ts';
import { type Attempt, listAttempts, type Target } from '../../support/hostile.ts';
import { pickSeeded } from '../../support/seeded.ts';
import { full } from '../../support/skip.ts';

const count = full ? 300 : 36;
const seed = 8;

let home: Home;
let app: App;
let admin: Address;
let target: Target;
let files: string;
const signal = AbortSignal.timeout(3_600_000);

beforeAll(async () => {
  home = await makeHome();
  app = await openApp(home.environment);
  files = mkdtempSync(join(tmpdir(), 'rockpool-hostile-'));
  chmodSync(files, 0o755);
  const folder = mkdtempSync(join(tmpdir(), 'rockpool-target-'));
  chmodSync(folder, 0o777);
  const secret = join(files, 'secret');
  writeFileSync(secret, `${treasure}\n`, { mode: 0o644 });
  await app.install(
    request(
      put('control', 'CREATE TABLE public.t (a integer); INSERT INTO public.t VALUES (42);'),
      'control',
    ),
    {},
  );
  const server = await openServers(home.core).running('embedded');
  if (server === null) throw new Error('the embedded server does not run');
  admin = server.admin;
  target = { folder, secret, superuser: admin.user };
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
  rmSync(files, { recursive: true, force: true });
  rmSync(target.folder, { recursive: true, force: true });
});

const treasure = 'what only the server may read';
const head = "--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = 'UTF8';\n";
const foot = '\n--\n-- PostgreSQL database dump complete\n--\n';

function put(name: string, sql: string): string {
  const path = join(files, name);
  writeFileSync(path, `${head}${sql}${foot}`);
  return path;
}

function request(dataset: string, name: string): Parameters<App['install']>[0] {
  return {
    dataset,
    name,
    server: 'embedded',
    port: null,
    postgres: null,
    schemaFile: null,
    afterFile: null,
    tables: null,
    createdb: false,
    allowPersonalData: null,
  };
}

/** All by which one server differs from another: roles and what they may, databases, settings, its own files. */
async function readWorld(): Promise<string> {
  return await withSession(admin, {}, async (session) => {
    const { rows } = await session.query<{ world: string }>(
      `SELECT json_build_object(
         'roles', (SELECT json_agg(to_jsonb(r) - 'rolvaliduntil' ORDER BY rolname) FROM pg_roles r),
         'passwords', (SELECT json_agg(rolpassword ORDER BY rolname) FROM pg_authid),
         'settings', (SELECT json_agg(to_jsonb(s) ORDER BY setdatabase, setrole) FROM pg_db_role_setting s),
         'members', (SELECT json_agg(to_jsonb(m) - 'oid' ORDER BY roleid, member) FROM pg_auth_members m),
         'databases', (SELECT json_agg(to_jsonb(d) - '{datfrozenxid,datminmxid}'::text[] ORDER BY datname) FROM pg_database d),
         'tablespaces', (SELECT count(*) FROM pg_tablespace), 'subscriptions', (SELECT count(*) FROM pg_subscription),
         'configuration', (SELECT json_agg(name || '=' || setting ORDER BY name) FROM pg_settings
            WHERE source IN ('configuration file', 'command line')),
         'files', (SELECT json_agg(f ORDER BY f) FROM pg_ls_dir('.') f WHERE f !~ '^postmaster'),
         'written', md5(pg_read_file('postgresql.conf') || pg_read_file('pg_hba.conf') || pg_read_file('postgresql.auto.conf'))
       )::text AS world`,
    );
    return rows[0]?.world ?? '';
  });
}

/** What the roles of an install may that no limited role may; nothing, if all is well. */
async function gainedBy(name: string): Promise<string[]> {
  const inPostgres = await withSession(admin, {}, async (session) => {
    const { rows } = await session.query<{ what: string }>(
      `SELECT rolname || ' has an attribute' AS what FROM pg_roles
       WHERE rolname !~ '^pg_' AND rolname <> $1 AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR (rolbypassrls AND rolname !~ '^rp_read_'))
       UNION ALL
       SELECT member::regrole || ' is in ' || roleid::regrole FROM pg_auth_members
       WHERE member::regrole::text <> $1 AND member::regrole::text !~ '^pg_' AND roleid::regrole::text !~ '^rp_own_'
         AND NOT (member::regrole::text ~ '^rp_read_' AND roleid::regrole::text = 'pg_read_all_data')`,
      [admin.user],
    );
    return rows.map(({ what }) => what);
  });
  const inLive = await withSession(
    { ...admin, database: name },
    { settings: [['search_path', 'pg_catalog']] },
    async (session) => {
      const { rows } = await session.query<{ what: string }>(
        `SELECT 'a function of the superuser: ' || p.proname AS what FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_roles r ON r.oid = p.proowner
       WHERE p.oid >= 16384 AND r.rolsuper
       UNION ALL SELECT 'an event trigger' FROM pg_catalog.pg_event_trigger
       UNION ALL SELECT 'an extension: ' || extname FROM pg_catalog.pg_extension WHERE extname <> 'plpgsql'
       UNION ALL SELECT 'a function in ' || l.lanname FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang
         WHERE p.oid >= 16384 AND p.prokind <> 'a' AND l.lanname IN ('c', 'internal')`,
      );
      return rows.map(({ what }) => what);
    },
  );
  return [...inPostgres, ...inLive];
}

/** Does with the live what people do: reads everything, writes. Returns all text that came. */
async function use({ install }: InstallResult): Promise<string> {
  const { host, port, user, database, name, url } = install;
  const password = decodeURIComponent(new URL(url).password);
  const seen: string[] = [];
  await withSession({ host, port, user, password, database }, {}, async (session) => {
    const ask = async (sql: string): Promise<void> => {
      const { rows } = await session.query(sql).catch(() => ({ rows: [] }));
      seen.push(JSON.stringify(rows));
    };
    const { rows } = await session.query<{ title: string }>(
      `SELECT c.oid::pg_catalog.regclass AS title FROM pg_catalog.pg_class c
       WHERE c.relkind IN ('r', 'v', 'm') AND c.relnamespace = 'public'::pg_catalog.regnamespace`,
    );
    for (const { title } of rows) await ask(`SELECT * FROM ${title}`);
    await ask("UPDATE public.t SET x = 'changed'");
    await ask('INSERT INTO public.t DEFAULT VALUES');
    await ask("SELECT lower('A'), count('x'), format('%s', 'a')");
    await ask('SELECT * FROM public.loot');
  });
  for (const table of await app.browseTables(name, signal)) {
    if (table.name !== 't') continue;
    const wish = RowsWish.parse({ table: { schema: 'public', name: 't' }, limit: 5 });
    const read = await app.browseRows(name, wish, signal).catch((error: unknown) => {
      expect(app.reportOf(error)).not.toMatchObject({ code: 'internal' });
      return null;
    });
    seen.push(JSON.stringify(read));
  }
  return seen.join('\n');
}

async function attempt(one: Attempt, index: number): Promise<'installed' | 'refused'> {
  const name = `h${index}`;
  const path = put(name, one.sql);
  let outcome: 'installed' | 'refused' = 'installed';
  const result = await app.install(request(path, name), {}).catch((error: unknown) => {
    const { code } = app.reportOf(error);
    expect(
      ['sql_refused', 'sql_failed', 'sql_invalid', 'schema_missing', 'load_failed', 'archive_damaged'],
      code,
    ).toContain(code);
    outcome = 'refused';
    return null;
  });
  if (result !== null) {
    expect(await use(result)).not.toContain(treasure);
    expect(await gainedBy(name)).toEqual([]);
    await app.removeInstall(name, {});
  }
  await app.work(signal);
  return outcome;
}

async function expectControl(): Promise<void> {
  const { install } = await app.showInstall('control');
  const password = decodeURIComponent(new URL(install.url).password);
  const { rows } = await withSession({ ...install, password }, {}, (session) =>
    session.query('SELECT a FROM public.t'),
  );
  expect(rows).toEqual([{ a: '42' }]);
}

it('would be noticed if they gained something', async () => {
  await app.work(signal);
  const before = await readWorld();
  await withSession(admin, {}, (session) => session.query('CREATE ROLE boss CREATEROLE IN ROLE pg_monitor'));
  expect(await readWorld()).not.toBe(before);
  expect(await gainedBy('control')).toEqual(['boss has an attribute', 'boss is in pg_monitor']);
  await withSession(admin, {}, (session) => session.query('DROP ROLE boss'));
  expect(await readWorld()).toBe(before);
});

describe('dumps that want more than to be restored (C1, C4–C12)', () => {
  it('gain nothing, read and write no file and run no command, and the app works after each', async () => {
    await app.work(signal);
    const before = await readWorld();
    const attempts = pickSeeded(listAttempts(target), count, seed);
    const outcomes = { installed: 0, refused: 0 };
    for (const [index, one] of attempts.entries()) {
      try {
        outcomes[await attempt(one, index)]++;
        expect(readdirSync(target.folder)).toEqual([]);
        expect(await readWorld()).toBe(before);
        await expectControl();
      } catch (error) {
        throw new Error(`${one.name}: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
      }
    }
    console.log(
      `hostile dumps: ${attempts.length} tried (${outcomes.installed} installed, ${outcomes.refused} refused), ` +
        '0 privileges gained, 0 files read or written, 0 commands run, the app worked after each',
    );
  }, 3_600_000);
});
