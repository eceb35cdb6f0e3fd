import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, openApp } from '../../../electron/app.ts';
import { RowsWish } from '../../../electron/contract/browse.ts';
import { openServers } from '../../../electron/servers/servers.ts';
import { type Address, withSession } from '../../../electron/sql/connect.ts';
import { type Home, makeHome } from '../../support/home.ts';
import { installRequest } from '../../support/installing.ts';

// What a dump does wherever its code comes to run as a reader of the server: first it lifts what keeps the session from
// writing, then, in the next transaction, it takes the role for itself.
const takeover = `
CREATE FUNCTION public.take() RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE attempt text;
BEGIN
  PERFORM set_config('default_transaction_read_only', 'off', false);
  PERFORM set_config('statement_timeout', '0', false);
  FOREACH attempt IN ARRAY ARRAY['SET transaction_read_only = off', 'SET TRANSACTION READ WRITE',
    'ALTER ROLE %I PASSWORD ''word-of-the-dump''', 'ALTER ROLE %I SET default_transaction_read_only = off',
    'ALTER ROLE %I RESET restrict_nonsystem_relation_kind', 'ALTER ROLE %I SET log_min_messages = log',
    'GRANT %I TO evil', 'CREATE TABLE public.taken ()', 'SELECT lo_create(4711)'] LOOP
    BEGIN EXECUTE format(attempt, session_user); EXCEPTION WHEN OTHERS THEN NULL; END;
  END LOOP;
END $$;
CREATE FUNCTION public.lure(int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF session_user LIKE 'rp\\_read%' THEN PERFORM public.take(); END IF;
  RETURN true;
END $$;
CREATE TABLE public.users (id int PRIMARY KEY, email text, password text, name text);
INSERT INTO public.users VALUES (1, 'a@example.com', '$2b$10$abcdefghijklmnopqrstuv', 'A'), (2, 'c@example.com', 'x', 'B');
CREATE INDEX lured ON public.users (email) WHERE public.lure(1);
CREATE VIEW public.seen AS SELECT id, public.lure(id) AS lured FROM public.users;
`;

let home: Home;
let app: App;
let admin: Address;
let files: string;

beforeAll(async () => {
  home = await makeHome();
  app = await openApp(home.environment);
  files = mkdtempSync(join(tmpdir(), 'rockpool-takeover-'));
  await install(
    'acme',
    'CREATE TABLE public.users (id int PRIMARY KEY, email text); INSERT INTO public.users VALUES (1, $$z@example.com$$);',
  );
  await install('evil', takeover);
  const server = await openServers(home.core).running('embedded');
  if (server === null) throw new Error('the embedded server does not run');
  admin = server.admin;
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
  rmSync(files, { recursive: true, force: true });
});

async function install(name: string, sql: string): Promise<void> {
  const path = join(files, `${name}.sql`);
  writeFileSync(path, sql);
  await app.install(installRequest(path, name), {});
  await app.work(AbortSignal.timeout(60_000));
}

async function readRoles(): Promise<unknown> {
  return withSession(admin, {}, async (session) => {
    const { rows } = await session.query(
      `SELECT rolname, rolpassword, rolcanlogin, rolbypassrls, (SELECT json_agg(setconfig ORDER BY setdatabase)
         FROM pg_db_role_setting s WHERE s.setrole = a.oid)::text AS settings,
         (SELECT json_agg(m.roleid::regrole ORDER BY 1) FROM pg_auth_members m WHERE m.member = a.oid)::text AS member
       FROM pg_authid a ORDER BY 1`,
    );
    return rows;
  });
}

const users = { schema: 'public', name: 'users' };

const reads: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['becoming a user', () => app.impersonate('evil', { user: '1', recipe: 'password', set: {} }, {})],
  ['previewing it', () => app.previewImpersonation('evil', { user: '2', recipe: 'password', set: {} }, {})],
  ['searching users', () => app.searchUsers('evil', 'a@')],
  ['placing users', () => app.usersPlace('evil')],
  ['listing tables', () => app.browseTables('evil')],
  ['reading rows', () => app.browseRows('evil', RowsWish.parse({ table: users, limit: 5 }))],
  ['counting rows', () => app.countRows('evil', { table: users, filters: [] })],
  ['estimating rows', () => app.estimateRows('evil', { table: users, filters: [] })],
  [
    'reading a view',
    () => app.browseRows('evil', RowsWish.parse({ table: { schema: 'public', name: 'seen' } })),
  ],
  [
    'the console',
    () => app.runConsole('evil', { sql: 'SELECT public.take(), public.lure(1) FROM users', limit: 5 }),
  ],
  ['a reset', () => app.resetInstall('evil', {}, {})],
];

describe('a dump whose code runs as the reader (C13)', () => {
  it.each(reads)('changes nothing of any role by %s, however often', async (_what, read) => {
    const before = await readRoles();
    // What is lifted in one session is used in the next transaction of it.
    for (let round = 0; round < 3; round++) await read().catch(() => {});
    await app.work(AbortSignal.timeout(60_000));
    const after = JSON.stringify(await readRoles());
    // Salts are new with each laying.
    const plain = (text: string): string => text.replaceAll(/SCRAM-SHA-256\$[^"]+/g, 'SCRAM');
    expect(plain(after)).toBe(plain(JSON.stringify(before)));
    expect((await app.browseRows('acme', RowsWish.parse({ table: users, limit: 1 }))).rows).toHaveLength(1);
  });

  it('opens no other install by a password that it chose', async () => {
    const { rows } = await withSession(admin, {}, (session) =>
      session.query<{ rolname: string }>("SELECT rolname FROM pg_roles WHERE rolname LIKE 'rp\\_read%'"),
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { rolname } of rows) {
      const address = { ...admin, user: rolname, password: 'word-of-the-dump', database: 'acme' };
      await expect(withSession(address, {}, async () => 'let in')).rejects.toMatchObject({ code: '28P01' });
    }
  });

  it('would be in its own install alone, had it the role', async () => {
    const { rows } = await withSession(admin, {}, (session) =>
      session.query<{ rolname: string; open: string }>(
        `SELECT r.rolname, (SELECT string_agg(d.datname, ' ' ORDER BY d.datname) FROM pg_database d
           WHERE d.datallowconn AND has_database_privilege(r.oid, d.oid, 'CONNECT')) AS open
         FROM pg_roles r WHERE r.rolname LIKE 'rp\\_read%' ORDER BY 1`,
      ),
    );
    expect(rows).toEqual([
      { rolname: 'rp_read_acme', open: 'acme' },
      { rolname: 'rp_read_evil', open: 'evil' },
    ]);
  });
});

describe('readers at the start of a server', () => {
  const rolesLike = async (pattern: string): Promise<unknown[]> => {
    const { rows } = await withSession(admin, {}, (session) =>
      session.query<{ rolname: string }>('SELECT rolname FROM pg_roles WHERE rolname ~ $1 ORDER BY 1', [
        pattern,
      ]),
    );
    return rows.map(({ rolname }) => rolname);
  };
  const expectReadable = async (): Promise<void> => {
    await app.closeBrowse();
    for (const name of ['acme', 'evil'])
      expect((await app.browseRows(name, RowsWish.parse({ table: users, limit: 1 }))).rows).toHaveLength(1);
  };

  it('come in the place of the one that earlier versions had for all installs', async () => {
    await app.closeBrowse();
    await withSession(admin, {}, (session) =>
      session.script(`DROP OWNED BY rp_read_acme, rp_read_evil; DROP ROLE rp_read_acme, rp_read_evil;
        CREATE ROLE rp_reader LOGIN BYPASSRLS PASSWORD 'word-of-the-dump'; GRANT pg_read_all_data TO rp_reader;
        GRANT CONNECT ON DATABASE acme, evil TO rp_reader; ALTER ROLE rp_reader IN DATABASE acme SET work_mem = '1MB';
        COMMENT ON ROLE rp_admin IS 'rockpool 1'`),
    );
    await home.core.secrets.set('embedded/rp_reader', 'password-of-the-shared-reader');
    // Until then an install that is read gets its own.
    await expectReadable();
    await openServers(home.core).start('embedded');
    expect(await rolesLike('^rp_read')).toEqual(['rp_read_acme', 'rp_read_evil']);
    expect(home.core.secrets.get('embedded/rp_reader')).toBeNull();
    await expectReadable();
  });

  it('are what they were, whatever was made of them', async () => {
    const before = JSON.stringify(await readRoles()).replaceAll(/SCRAM-SHA-256\$[^"]+/g, 'SCRAM');
    await withSession(admin, {}, (session) =>
      session.script(`ALTER ROLE rp_read_acme PASSWORD 'word-of-the-dump' NOBYPASSRLS; ALTER ROLE rp_read_acme RESET ALL;
        ALTER ROLE rp_read_acme IN DATABASE acme SET default_transaction_read_only = off;
        ALTER ROLE rp_read_evil SET search_path = public; GRANT rp_read_acme TO evil`),
    );
    await app.closeBrowse();
    await app.stopServers('embedded', AbortSignal.timeout(60_000));
    await openServers(home.core).start('embedded');
    expect(JSON.stringify(await readRoles()).replaceAll(/SCRAM-SHA-256\$[^"]+/g, 'SCRAM')).toBe(before);
    await expectReadable();
  });
});
