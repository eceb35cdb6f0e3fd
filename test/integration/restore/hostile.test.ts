import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRockpoolError } from '../../../electron/contract/errors.ts';
import { contentsOf } from '../../support/contents.ts';
import { type Bench, openBench } from '../../support/restoring.ts';

let bench: Bench;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rockpool-hostile-'));
  writeFileSync(join(folder, 'readable'), 'file of the server', { mode: 0o644 });
  bench = await openBench();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

// Everything that tells one cluster from another: roles and what they may, databases, settings, tablespaces, files.
function stateOfServer(): Promise<string> {
  return bench.asAdmin(async (admin) => {
    const { rows } = await admin.query(
      `SELECT (SELECT json_agg(r ORDER BY rolname) FROM pg_roles r WHERE rolname !~ '^rp_job_') AS roles,
         (SELECT json_agg(rolpassword ORDER BY rolname) FROM pg_authid WHERE rolname !~ '^rp_job_') AS passwords,
         (SELECT json_agg(s) FROM pg_db_role_setting s WHERE setrole IN (SELECT oid FROM pg_roles WHERE rolname !~ '^rp_job_')) AS settings,
         (SELECT json_agg(m ORDER BY roleid, member) FROM pg_auth_members m WHERE member IN (SELECT oid FROM pg_roles WHERE rolname !~ '^rp_job_')) AS members,
         (SELECT json_agg(datname ORDER BY datname) FROM pg_database WHERE datname !~ '^build') AS databases,
         (SELECT count(*) FROM pg_tablespace) AS tablespaces, (SELECT count(*) FROM pg_subscription) AS subscriptions,
         (SELECT json_agg(name || setting ORDER BY name) FROM pg_settings WHERE source = 'configuration file') AS configuration`,
    );
    return JSON.stringify(rows);
  });
}

const prologue = 'CREATE TABLE public.t (id int, x text);';
const evilFunction = `CREATE FUNCTION public.evil() RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS $$
  BEGIN EXECUTE 'ALTER ROLE someone SUPERUSER'; RETURN 'x'; EXCEPTION WHEN insufficient_privilege THEN RETURN 'denied'; END $$;`;

describe('SQL of a dataset gains nothing (C4–C12)', () => {
  const block = (body: string): string => `DO $$ BEGIN ${body} END $$;`;
  const at = (name: string): string => join(folder ?? '', name);
  const attempts: [string, (file: string) => string][] = [
    ['COPY to a program', (file) => `COPY t TO PROGRAM 'touch ${file}';`],
    ['COPY from a program in a block', (file) => block(`COPY public.t FROM PROGRAM 'touch ${file}';`)],
    ['COPY to a file', (file) => `COPY t TO '${file}';`],
    ['COPY to a file in a block', (file) => block(`COPY public.t TO '${file}';`)],
    ['COPY to a file in dynamic SQL', (file) => block(`EXECUTE 'COPY public.t TO ''${file}''';`)],
    ['reading a file', () => `SELECT pg_read_file('${at('readable')}');`],
    ['listing a folder', () => "SELECT pg_ls_dir('.');"],
    ['lo_export', (file) => block(`PERFORM lo_export(lo_from_bytea(0, 'x'), '${file}');`)],
    ['lo_import', () => block(`PERFORM lo_import('${at('readable')}');`)],
    ['an extension in a block', () => block('CREATE EXTENSION dblink;')],
    ['a trusted extension in a block', () => block('CREATE EXTENSION hstore;')],
    ['a function in C', () => "CREATE FUNCTION f(text) RETURNS int LANGUAGE c AS 'libc', 'system';"],
    [
      'a function in C in a block',
      () =>
        block("EXECUTE 'CREATE FUNCTION public.f(cstring) RETURNS int LANGUAGE c AS ''libc'', ''system''';"),
    ],
    ['LOAD', () => "LOAD 'auto_explain';"],
    ['LOAD in a block', () => block("LOAD '/tmp/x';")],
    [
      'an event trigger in a block',
      () =>
        `${evilFunction} ${block("EXECUTE 'CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION public.evil()';")}`,
    ],
    ['a publication for all tables in a block', () => block('CREATE PUBLICATION p FOR ALL TABLES;')],
    [
      'a subscription in a block',
      () => block("CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (connect = false);"),
    ],
    ['ALTER SYSTEM', () => "ALTER SYSTEM SET shared_preload_libraries = 'x';"],
    ['a superuser', () => "CREATE ROLE boss SUPERUSER LOGIN PASSWORD 'x';"],
    [
      'a table behind settings that change where a string ends',
      () =>
        String.raw`SELECT set_config('x.y', '1', false), set_config('standard_conforming_strings', 'off', false);
          SET x.z = '\'';COMMIT;CREATE ROLE boss SUPERUSER;--';`,
    ],
    ['a superuser in a block', () => block('CREATE ROLE boss SUPERUSER;')],
    ['becoming superuser', () => block('ALTER ROLE CURRENT_USER SUPERUSER;')],
    ['the password of the user', () => block("ALTER ROLE someone PASSWORD 'known';")],
    ['a role of the server', () => block('GRANT pg_execute_server_program TO rp_own_test;')],
    [
      'a setting of the database',
      () =>
        block("EXECUTE format('ALTER DATABASE %I SET local_preload_libraries = ''x''', current_database());"),
    ],
    ['dropping a database', () => 'DROP DATABASE postgres;'],
    ['a database', () => 'CREATE DATABASE evil;'],
    ['RESET ROLE', () => `RESET ROLE; ${block('CREATE ROLE boss;')}`],
    [
      'SET SESSION AUTHORIZATION',
      () => `SET SESSION AUTHORIZATION rockpool; ${block('RESET ROLE; CREATE ROLE boss;')}`,
    ],
    [
      'another session authorization in a block',
      () => block("SET SESSION AUTHORIZATION 'rockpool'; CREATE ROLE boss;"),
    ],
    ['a tablespace in a block', () => block(`EXECUTE 'CREATE TABLESPACE x LOCATION ''${folder}''';`)],
    ['a second statement behind the first', () => block('NULL;').replace(';', '; COMMIT;')],
    ['COMMIT', () => 'CREATE TABLE kept (a int); COMMIT;'],
    ['writing to the catalog', () => block('UPDATE pg_catalog.pg_authid SET rolsuper = true;')],
    ['a policy on the catalog', () => 'ALTER TABLE pg_catalog.pg_class ENABLE ROW LEVEL SECURITY;'],
    [
      'a function in pg_catalog',
      () => 'CREATE FUNCTION pg_catalog.lower(int) RETURNS int LANGUAGE sql AS $$SELECT 1$$;',
    ],
  ];

  it.each(attempts)('by %s', async (_what, sql) => {
    const before = await stateOfServer();
    const file = join(folder, `made-${Math.random().toString(36).slice(2)}`);
    try {
      await bench.restore(contentsOf(`${prologue}\n${sql(file)}`, { t: 'id,x\n1,a\n' }));
    } catch (error) {
      expect(isRockpoolError(error, 'sql_refused', 'sql_failed', 'sql_invalid', 'schema_missing')).toBe(true);
    }
    expect(existsSync(file)).toBe(false);
    expect(await stateOfServer()).toBe(before);
    expect((await bench.strays()).filter((name) => name.startsWith('rp_job_'))).toEqual([]);
  });

  it('by code that waits in views, triggers, policies, defaults, indexes, generated columns and domains (C10, C11)', async () => {
    const sql = `${evilFunction}
      CREATE FUNCTION public.evil_i(x text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN x || public.evil(); END $$;
      CREATE FUNCTION public.evil_t() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM public.evil(); RETURN NEW; END $$;
      CREATE DOMAIN public.d AS text CHECK (public.evil_i(VALUE) IS NOT NULL);
      CREATE TABLE public.t (id int DEFAULT length(public.evil()), x public.d, g text GENERATED ALWAYS AS (public.evil_i(x)) STORED);
      CREATE VIEW public.v AS SELECT public.evil() AS x;
      CREATE MATERIALIZED VIEW public.m AS SELECT public.evil() AS x;
      CREATE INDEX i ON public.t (public.evil_i(x));
      CREATE STATISTICS public.s ON (public.evil_i(x)), id FROM public.t;
      CREATE TRIGGER g BEFORE INSERT OR UPDATE ON public.t FOR EACH ROW EXECUTE FUNCTION public.evil_t();
      CREATE POLICY p ON public.t USING (public.evil() IS NOT NULL);
      ALTER TABLE public.t ENABLE ROW LEVEL SECURITY; ALTER TABLE public.t FORCE ROW LEVEL SECURITY;`;
    const before = await stateOfServer();
    const { rows } = await bench.restore(contentsOf(sql, { t: 'x\na\nb\n' }));
    expect(await rows('SELECT x FROM m')).toEqual([['denied']]);
    expect(await rows('SELECT g FROM t ORDER BY 1')).toEqual([['adenied'], ['bdenied']]);
    expect(await stateOfServer()).toBe(before);
  });

  it('by shadowing what queries of ours call (C12)', async () => {
    const sql = `${evilFunction}
      CREATE FUNCTION public.count(int) RETURNS bigint LANGUAGE sql AS $$ SELECT 7::bigint $$;
      CREATE FUNCTION public.max(int) RETURNS int LANGUAGE sql AS $$ SELECT 999 $$;
      CREATE TABLE public.pg_class (id serial, x int); CREATE TABLE public.pg_namespace (oid int);
      ALTER ROLE CURRENT_USER SET search_path = public, pg_catalog;`;
    const { result, rows } = await bench.restore(contentsOf(sql, { pg_class: 'id,x\n5,1\n' }));
    expect(result.tables).toMatchObject([
      { name: 'pg_class', rows: 1 },
      { name: 'pg_namespace', rows: 0 },
    ]);
    expect(await rows("SELECT nextval('pg_class_id_seq')")).toEqual([['6']]);
  });

  it('by objects that it makes in the name of the job (C8, C9)', async () => {
    const sql = `DO $$ BEGIN RESET ROLE; EXECUTE 'CREATE TABLE public.mine (a int)'; END $$;`;
    const before = await bench.strays();
    const restored = await bench.restore(contentsOf(sql)).catch((error: unknown) => error);
    expect((await bench.strays()).filter((name) => name.startsWith('rp_job_'))).toEqual([]);
    if (isRockpoolError(restored)) expect(await bench.strays()).toEqual(before);
  });

  it('and makes no file', () => {
    expect(readdirSync(folder)).toEqual(['readable']);
  });
});

describe('a statement that does not end (C13)', () => {
  it.each([
    ['sleeps', 'SELECT pg_sleep(1e9);'],
    ['counts', 'SELECT count(*) FROM generate_series(1, 1e15);'],
    [
      'catches being cancelled',
      `DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(1000); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$;`,
    ],
    ['sets the limits itself', 'SET statement_timeout = 0; SELECT pg_sleep(1e9);'],
    [
      'hides in a materialized view',
      'CREATE MATERIALIZED VIEW m AS SELECT 1 AS x FROM pg_sleep(1e9) WITH NO DATA;',
    ],
    [
      'hides in an index',
      `CREATE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1 FROM pg_sleep(1e9)'; CREATE TABLE t (a int); INSERT INTO t VALUES (1); CREATE INDEX i ON t (f(a));`,
    ],
  ])('is ended at the deadline when it %s', async (_what, sql) => {
    const before = await bench.strays();
    await expect(bench.restore(contentsOf(sql), { deadlineMs: 1000 })).rejects.toMatchObject({
      code: 'timeout',
    });
    expect(await bench.strays()).toEqual(before);
  });

  it.each([
    ['a definition', 'SELECT pg_sleep(1e9);', {}],
    [
      'a definition that catches it',
      `DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(1000); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$;`,
      {},
    ],
    [
      'a load',
      `CREATE FUNCTION f(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''x'' FROM pg_sleep(1e9)'; CREATE TABLE t (a text, b text GENERATED ALWAYS AS (f(a)) STORED);`,
      { t: 'a\nx\n' },
    ],
  ])('ends at once when the job is cancelled in %s, and leaves nothing', async (_what, sql, tables) => {
    const before = await bench.strays();
    const abort = new AbortController();
    const restoring = bench.restore(contentsOf(sql, tables), { signal: abort.signal });
    const sleeping = async (): Promise<boolean> =>
      (
        await bench.asAdmin((admin) =>
          admin.query("SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'"),
        )
      ).rows.length > 0;
    while (!(await sleeping())) await new Promise((resolve) => setTimeout(resolve, 50));
    abort.abort();
    await expect(restoring).rejects.toMatchObject({ code: 'cancelled' });
    expect(await bench.strays()).toEqual(before);
  });

  it('cannot fill the disk with temporary files', async () => {
    const { rows } = await bench.restore(
      contentsOf("CREATE TABLE l AS SELECT current_setting('temp_file_limit') AS x;"),
    );
    expect(await rows('SELECT x FROM l')).toEqual([[expect.stringMatching(/^\d+[kMGT]B$/)]]);
    const lifting = 'DO $$ BEGIN SET temp_file_limit = -1; END $$;';
    await expect(bench.restore(contentsOf(lifting))).rejects.toMatchObject({ code: 'sql_refused' });
  });
});
