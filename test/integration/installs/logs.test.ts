import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, openApp } from '../../../electron/app.ts';
import { RowsWish } from '../../../electron/contract/browse.ts';
import { prepareServer } from '../../../electron/servers/prepare.ts';
import { withSession } from '../../../electron/sql/connect.ts';
import { type Home, makeHome } from '../../support/home.ts';
import { installRequest } from '../../support/installing.ts';
import { startPostgres } from '../../support/postgres.ts';
import { queryAt } from '../../support/query.ts';

// The row says who it is wherever code of the dataset runs: as the job's role, the reader, the install's user.
const talkative = `
CREATE FUNCTION public.tell() RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN RAISE LOG 'Marjorie Planted was here, as %', session_user; RETURN true; END $$;
CREATE FUNCTION public.audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE LOG 'audit: %', row_to_json(NEW); RETURN NEW; END $$;
CREATE TABLE public.users (id int PRIMARY KEY, email text, password text, name text);
INSERT INTO public.users VALUES (1, 'm@example.com', 'x', 'Marjorie Planted');
CREATE INDEX tells ON public.users (email) WHERE public.tell();
CREATE TRIGGER audit BEFORE UPDATE ON public.users FOR EACH ROW EXECUTE FUNCTION public.audit();
`;

let home: Home;
let app: App;
let url: string;
let files: string;
let log: string;

beforeAll(async () => {
  home = await makeHome();
  app = await openApp(home.environment);
  files = mkdtempSync(join(tmpdir(), 'rockpool-logs-'));
  const path = join(files, 'acme.sql');
  writeFileSync(path, talkative);
  ({ url } = (await app.install(installRequest(path, 'acme'), {})).install);
  log = join(home.core.paths.logs, 'server-embedded.log');
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
  rmSync(files, { recursive: true, force: true });
});

const table = { schema: 'public', name: 'users' };

const ways: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['a trigger', () => queryAt(url, 'UPDATE users SET email = email')],
  ['what the planner runs', () => queryAt(url, 'SELECT id FROM users WHERE email IS NOT NULL')],
  [
    'a plan that is shown',
    () => queryAt(url, "SET debug_print_plan = on; SELECT 'Marjorie Planted' FROM users"),
  ],
  ['a statement that is parsed', () => queryAt(url, "SET debug_print_parse = on; SELECT 'Marjorie Planted'")],
  ['a level that the session chooses', () => queryAt(url, 'SET log_min_messages = log')],
  [
    'a level that its role keeps',
    () => queryAt(url, 'SET ROLE NONE; ALTER ROLE acme RESET log_min_messages'),
  ],
  [
    'all of its settings taken back',
    () => queryAt(url, 'SET ROLE NONE; ALTER ROLE acme RESET ALL').then(() => queryAt(url, 'SELECT tell()')),
  ],
  ['browsing', () => app.browseRows('acme', RowsWish.parse({ table, limit: 5 }))],
  ['the console', () => app.runConsole('acme', { sql: 'SELECT tell()', limit: 1 })],
  ['becoming a user', () => app.impersonate('acme', { user: '1', recipe: 'password', set: {} }, {})],
  ['searching users', () => app.searchUsers('acme', 'marjorie')],
  [
    'a library whose name is a row',
    () =>
      queryAt(url, "SET ROLE NONE; ALTER ROLE acme SET local_preload_libraries = 'Marjorie Planted'").then(
        () => queryAt(url, 'SELECT 1'),
      ),
  ],
  ['a reset', () => app.resetInstall('acme', {}, {})],
];

describe('the log of a server, and the diagnostics (F5, F6)', () => {
  it.each(ways)('hold no row after %s', async (_what, way) => {
    await way().catch(() => {});
    expect(readFileSync(log, 'utf8')).not.toContain('Planted');
  });

  it('hold little after much was said', async () => {
    await queryAt(
      url,
      "DO $$ BEGIN FOR i IN 1..30 LOOP RAISE LOG '%', repeat('x', 1000000); END LOOP; END $$",
    );
    expect(statSync(log).size).toBeLessThan(1_000_000);
  });

  it('are short and without rows where an earlier version let sessions write', async () => {
    const line = `2026-11-22 10:00:00.000 UTC [4711] acme@acme LOG:  audit: {"name": "Marjorie Planted"}\n\t${'x'.repeat(900)}\n`;
    appendFileSync(log, line.repeat(12_000));
    const zip = join(files, 'diagnostics.zip');
    await app.writeDiagnostics(zip);
    const entries = unzipSync(readFileSync(zip));
    const inside = Object.entries(entries).map(
      ([name, bytes]) => [name, Buffer.from(bytes).toString()] as const,
    );
    expect(inside.map(([name]) => name)).toContain('logs/server-embedded.log');
    for (const [name, text] of inside) {
      expect(text, name).not.toContain('Planted');
      expect(text.length, name).toBeLessThan(1_000_000);
    }
    await app.browseTables('acme');
    expect(statSync(log).size).toBeLessThan(1_000_000);
    const before = statSync(log).size;
    await app.stopServers('embedded', AbortSignal.timeout(60_000));
    // The server goes on in the file that was cut short under it.
    expect(readFileSync(log, 'utf8').slice(before)).toMatch(/database system is shut down/);
  });
});

describe('autovacuum', () => {
  it('says nothing in the name of an index that it looks at', async () => {
    await using postgres = await startPostgres({
      settings: ['autovacuum_naptime=1s', 'log_min_messages=log'],
    });
    const { admin } = postgres.server;
    await withSession(admin, {}, (session) => session.query('CREATE ROLE rp_admin NOLOGIN'));
    const write = async (who: string): Promise<void> => {
      await withSession(admin, {}, (session) =>
        session.script(`DROP TABLE IF EXISTS t; CREATE OR REPLACE FUNCTION tell(x text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
          BEGIN IF current_setting('application_name') <> 'rockpool' THEN RAISE LOG 'told by ${who}'; END IF; RETURN x; END $$;
          CREATE TABLE t (x text) WITH (autovacuum_analyze_threshold = 1, autovacuum_analyze_scale_factor = 0);
          INSERT INTO t SELECT i::text FROM generate_series(1, 500) i; CREATE INDEX ON t (tell(x))`),
      );
      await expect
        .poll(
          () =>
            withSession(admin, {}, async (session) => {
              await session.query("INSERT INTO t VALUES ('more'), ('and more')");
              return (
                await session.query(
                  "SELECT autoanalyze_count > 0 AS done FROM pg_stat_user_tables WHERE relname = 't'",
                )
              ).rows[0]?.done;
            }),
          { timeout: 60_000, interval: 500 },
        )
        .toBe('t');
    };
    await write('anybody');
    expect(postgres.log()).toContain('told by anybody');
    await prepareServer(admin);
    await write('nobody');
    expect(postgres.log()).not.toContain('told by nobody');
  });
});
