import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runConsole } from '../../../electron/browse/console.ts';
import { readRows } from '../../../electron/browse/rows.ts';
import { openLiveReader } from '../../../electron/browse/sessions.ts';
import { type ConsoleResult, RowsWish } from '../../../electron/contract/browse.ts';
import { type BrowsedLive, makeBrowsedLive } from '../../support/browsing.ts';

let live: BrowsedLive;

beforeAll(async () => {
  live = await makeBrowsedLive();
  await live.run(`
    CREATE TABLE people (id integer PRIMARY KEY, name text);
    INSERT INTO people VALUES (1, 'Ann'), (2, 'Bob');
    GRANT ALL ON people TO PUBLIC;
    CREATE SEQUENCE counter; GRANT ALL ON counter TO PUBLIC;
    CREATE FUNCTION write_as_owner() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER AS
      $$ BEGIN UPDATE people SET name = 'written'; RETURN 1; END $$;
    CREATE FUNCTION open_and_write() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
      PERFORM set_config('transaction_read_only', 'off', false); UPDATE people SET name = 'written'; RETURN 1; END $$;
    CREATE FUNCTION whose() RETURNS text LANGUAGE sql AS 'SELECT current_user || '' '' || session_user';
    CREATE VIEW hostile AS SELECT write_as_owner() AS x;
    CREATE VIEW opening AS SELECT open_and_write() AS x;
    CREATE VIEW who AS SELECT whose() AS x;
    CREATE FUNCTION stubborn() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN
      LOOP BEGIN PERFORM pg_sleep(60); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$;
    CREATE VIEW endless AS SELECT stubborn() AS x;`);
});

afterAll(() => live?.[Symbol.asyncDispose]());

function run(
  sql: string,
  { limit = 1000, deadlineMs = 30_000, signal = undefined as AbortSignal | undefined } = {},
): Promise<ConsoleResult> {
  return runConsole(live.reader, { sql, limit }, deadlineMs, signal);
}

/** The same with the rights of the install's own user, which a view's reading has. */
function runAsUser(sql: string): Promise<ConsoleResult> {
  const reader = openLiveReader(async () => live.user);
  return runConsole(reader, { sql, limit: 10 }, 30_000).finally(() => reader.close());
}

describe('what reads', () => {
  it('returns columns with their types, rows and the time', async () => {
    const found = await run(
      'SELECT id, name, 1.5::numeric(4, 2) AS price, ARRAY[1] AS list, NULL AS none FROM people ORDER BY id;',
    );
    expect(found).toMatchObject({
      columns: [
        { name: 'id', type: 'integer' },
        { name: 'name', type: 'text' },
        { name: 'price', type: 'numeric(4,2)' },
        { name: 'list', type: 'integer[]' },
        { name: 'none', type: 'text' },
      ],
      rows: [
        ['1', 'Ann', '1.50', '{1}', null],
        ['2', 'Bob', '1.50', '{1}', null],
      ],
      more: false,
      role: 'reader',
    });
  });

  it.each([
    'SHOW search_path',
    'EXPLAIN SELECT * FROM people',
    'VALUES (1), (2)',
    'TABLE people',
    'WITH a AS (SELECT 1) TABLE a',
  ])('may be %s', async (sql) => {
    expect((await run(sql)).rows.length).toBeGreaterThan(0);
  });

  it('ends at the limit and says that there is more, without making all rows (C13)', async () => {
    const found = await run('SELECT generate_series(1, 1000000000000)', { limit: 120 });
    expect(found.rows).toHaveLength(120);
    expect(found.more).toBe(true);
    expect(await run('SELECT i FROM generate_series(1, 120) AS i', { limit: 120 })).toMatchObject({
      more: false,
    });
  });

  it('ends where the rows are too much to show', async () => {
    const found = await run("SELECT repeat('x', 1000000) FROM generate_series(1, 100000)", { limit: 10_000 });
    expect(found.more).toBe(true);
    expect(found.rows[0]?.[0]).toEqual({ text: 'x'.repeat(10_000), bytes: 1_000_000 });
  });

  it('shows notices', async () => {
    await live.run(
      "CREATE FUNCTION say() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'hello'; RETURN 1; END $$",
    );
    expect((await run('SELECT say()')).notices).toEqual([{ level: 'notice', message: 'hello' }]);
  });

  it('reads a view as the user of the install, never as the reader of all (C10)', async () => {
    expect(await run('SELECT * FROM who')).toMatchObject({ rows: [['rp_own_1 acme']], role: 'user' });
    const page = await readRows(live.reader, RowsWish.parse({ table: { schema: 'public', name: 'who' } }));
    expect(page.rows[0]?.cells).toEqual(['rp_own_1 acme']);
  });
});

describe('what is wrong', () => {
  it('is said with line and column, counted in characters', async () => {
    await expect(run("SELECT '🐚',\n  nmae\nFROM people")).rejects.toMatchObject({
      code: 'sql_invalid',
      detail: { sqlstate: '42703', line: 2, column: 3 },
    });
    await expect(run('SELEC 1')).rejects.toMatchObject({
      code: 'sql_invalid',
      detail: { line: 1, column: 1 },
    });
  });

  it('ends with the statement: the next one runs', async () => {
    await expect(run('SELECT 1 / 0')).rejects.toMatchObject({ code: 'sql_failed' });
    expect((await run('SELECT 1')).rows).toEqual([['1']]);
  });
});

const writes = [
  "INSERT INTO people VALUES (3, 'x')",
  'UPDATE people SET name = NULL',
  'DELETE FROM people',
  'TRUNCATE people',
  'MERGE INTO people p USING people q ON p.id = q.id WHEN MATCHED THEN DELETE',
  'WITH gone AS (DELETE FROM people RETURNING *) SELECT * FROM gone',
  'WITH a AS (WITH b AS (UPDATE people SET id = id + 10 RETURNING 1) SELECT 1) SELECT * FROM a',
  'SELECT * INTO copied FROM people',
  'CREATE TABLE copied AS TABLE people',
  'CREATE TEMP TABLE t (id int)',
  'DROP TABLE people',
  'ALTER TABLE people ADD COLUMN x int',
  'SELECT * FROM people FOR UPDATE',
  'LOCK TABLE people',
  "SELECT nextval('counter')",
  "SELECT setval('counter', 99)",
  'SELECT write_as_owner()',
  'SELECT open_and_write()',
  'SELECT * FROM hostile',
  'SELECT * FROM opening',
  "SELECT query_to_xml('DELETE FROM people RETURNING 1', true, false, '')",
  'DO $$ BEGIN DELETE FROM people; END $$',
  'CALL nothing()',
  'COPY people TO STDOUT',
  "COPY people TO PROGRAM 'touch /tmp/rockpool-console'",
  "COPY people FROM PROGRAM 'echo 9,x'",
  'COPY people FROM STDIN',
  "COPY (SELECT 1) TO '/tmp/rockpool-console'",
  'SELECT lo_create(777)',
  "SELECT lo_import('/etc/passwd')",
  "SELECT lo_from_bytea(778, 'x')",
  "SELECT pg_read_file('/etc/passwd')",
  "SELECT pg_ls_dir('.')",
  'SET ROLE rp_own_1',
  'RESET ROLE',
  'SET SESSION AUTHORIZATION acme',
  'SET default_transaction_read_only = off',
  'SET TRANSACTION READ WRITE',
  "SELECT set_config('transaction_read_only', 'off', false)",
  "SELECT set_config('transaction_read_only', 'off', true), write_as_owner()",
  'BEGIN READ WRITE',
  'COMMIT',
  'ROLLBACK',
  'COMMIT; DELETE FROM people',
  'SELECT 1; DELETE FROM people',
  'SELECT 1 \\; DELETE FROM people',
  'PREPARE p AS DELETE FROM people',
  'EXECUTE p',
  'DECLARE c CURSOR FOR SELECT 1',
  'EXPLAIN ANALYZE DELETE FROM people',
  'EXPLAIN (ANALYZE) CREATE TABLE copied AS SELECT 1',
  'EXPLAIN ANALYZE SELECT write_as_owner()',
  'VACUUM people',
  'ANALYZE people',
  'REFRESH MATERIALIZED VIEW x',
  'NOTIFY a',
  'LISTEN a',
  'CREATE ROLE x SUPERUSER',
  'ALTER ROLE rp_read_acme SET default_transaction_read_only = off',
  "ALTER ROLE acme PASSWORD 'x'",
  'ALTER SYSTEM SET work_mem = 1',
  'ALTER DATABASE acme SET work_mem = 1',
  'GRANT ALL ON people TO PUBLIC',
  "COMMENT ON TABLE people IS 'x'",
  "LOAD 'x'",
  'CREATE EXTENSION dblink',
  'DISCARD ALL',
  'CHECKPOINT',
  '',
  ';',
  '-- nothing',
];

describe('what would write', () => {
  it.each(writes)('is refused and changes nothing, as reader and as user: %s', async (sql) => {
    const before = await stateOf();
    await expect(run(sql || ' ')).rejects.toMatchObject({ code: expect.stringMatching(/^sql_/) });
    await expect(runAsUser(sql || ' ')).rejects.toMatchObject({ code: expect.stringMatching(/^sql_/) });
    expect(await stateOf()).toEqual(before);
  });

  it('leaves no setting to the next statement', async () => {
    await run("SELECT set_config('search_path', 'nowhere', false)");
    expect((await run('SELECT count(*) FROM people')).rows).toEqual([['2']]);
  });
});

describe('what never ends (C13)', () => {
  it('ends at the deadline', async () => {
    await expect(run('SELECT pg_sleep(1e9)', { deadlineMs: 300 })).rejects.toMatchObject({ code: 'timeout' });
    await expect(
      run(
        "SELECT set_config('statement_timeout', '0', false), count(*) FROM generate_series(1, 100000000000)",
        { deadlineMs: 300 },
      ),
    ).rejects.toMatchObject({ code: 'timeout' });
    await untilIdle();
  });

  it('ends when it is cancelled, with the reason of the signal', async () => {
    const abort = new AbortController();
    const running = run('SELECT pg_sleep(1e9)', { signal: abort.signal });
    setTimeout(() => abort.abort(new Error('enough')), 200);
    await expect(running).rejects.toThrow('enough');
    await untilIdle();
  });

  it('ends on the server too where code catches being cancelled', async () => {
    await expect(run('SELECT * FROM endless', { deadlineMs: 300 })).rejects.toMatchObject({
      code: 'timeout',
    });
    await untilIdle();
  });
});

async function stateOf(): Promise<unknown> {
  const rows = await live.run(`SELECT (SELECT json_agg(p ORDER BY id) FROM people p)::text AS people,
    (SELECT last_value FROM counter)::text AS counter, (SELECT count(*) FROM pg_largeobject_metadata)::text AS objects,
    (SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace) AS tables,
    (SELECT count(*) FROM pg_roles)::text AS roles, obj_description('people'::regclass) AS comment,
    (SELECT string_agg(setconfig::text, ';' ORDER BY setrole) FROM pg_db_role_setting) AS settings`);
  return rows[0];
}

/** Waits until no session of the reader or the user does anything. */
async function untilIdle(): Promise<void> {
  for (;;) {
    const busy = await live.admin((admin) =>
      admin.query(
        "SELECT FROM pg_stat_activity WHERE usename IN ('rp_read_acme', 'acme') AND state <> 'idle'",
      ),
    );
    if (busy.rows.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
