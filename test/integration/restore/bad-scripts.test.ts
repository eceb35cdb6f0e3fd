import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCached } from '../../support/dumps.ts';
import { type Bench, type BenchOptions, openBench } from '../../support/restoring.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

async function restore(script: string, options: BenchOptions = {}) {
  const contents = await openCached(bench.core, { 'script.sql': Buffer.from(script) });
  try {
    return await bench.restore(contents, options);
  } finally {
    await contents.close?.();
  }
}

const table = 'CREATE TABLE t (a int PRIMARY KEY, b text);\nINSERT INTO t VALUES (1, $$raw$$);\n';

describe('a script that is run as it stands ends the restore where it', () => {
  it.each([
    ['calls what is not there', 'SELECT mask();', 'sql_failed', 3],
    [
      'fails in the middle of its redaction',
      "UPDATE t SET b = 'x';\nUPDATE t SET a = NULL;",
      'sql_failed',
      4,
    ],
    [
      'raises an error itself',
      "DO $$ BEGIN RAISE EXCEPTION 'secret %', (SELECT b FROM t); END $$;",
      'sql_failed',
      3,
    ],
    ['breaks a key', 'INSERT INTO t VALUES (1, NULL);', 'sql_failed', 3],
    ['gives rows that do not fit', 'COPY t FROM stdin;\n2\tb\nx\tsecret\n\\.', 'sql_failed', 5],
    ['gives rows with too few fields', 'COPY t FROM stdin;\n2\n\\.', 'sql_failed', 4],
    ['reads a file', "COPY t FROM '/etc/passwd';", 'sql_refused', 3],
    ['runs a program', "COPY t FROM PROGRAM 'id';", 'sql_refused', 3],
    ['loads code', "LOAD 'x';", 'sql_refused', 3],
    ['changes the server', 'ALTER SYSTEM SET work_mem = 1;', 'sql_refused', 3],
    ['prepares a transaction', "BEGIN;\nPREPARE TRANSACTION 'x';", 'sql_refused', 4],
    ['reads files by a function', "SELECT pg_read_file('/etc/passwd');", 'sql_refused', 3],
    ['runs a command of psql', '\\! id', 'sql_refused', 3],
    ['pastes more than words', "\\set x '1; DROP TABLE t'\nUPDATE t SET a = :x;", 'sql_refused', 4],
    [
      'changes the encoding by code',
      "DO $$ BEGIN SET client_encoding = 'LATIN1'; END $$;\nSELECT 1;",
      'sql_refused',
      3,
    ],
    [
      'changes rows without its trigger',
      'CREATE TRIGGER x BEFORE UPDATE ON t EXECUTE FUNCTION gone();\nUPDATE t SET a = 2;',
      'sql_failed',
      4,
    ],
    [
      'changes rows without its trigger, whose function was left out',
      `CREATE FUNCTION mask() RETURNS trigger LANGUAGE plpython3u AS 'return';
CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION mask();
INSERT INTO t VALUES (2, NULL);`,
      'sql_failed',
      5,
    ],
    [
      'redacts with an extension that was left out',
      'CREATE EXTENSION anon;\nALTER TABLE t ALTER COLUMN b TYPE text USING anon.mask(b);',
      'sql_failed',
      4,
    ],
    ['updates with one', 'CREATE EXTENSION anon;\nUPDATE t SET b = anon.mask(b);', 'sql_failed', 4],
    [
      'drops a table together with one that was left out',
      'CREATE EXTENSION anon;\nCREATE TABLE odd (a anon.kind);\nDROP TABLE t, odd;',
      'sql_failed',
      5,
    ],
    ['is no SQL', 'UPDAET t SET a = 1;', 'sql_invalid', 3],
    ['has no end', "UPDATE t SET b = 'x", 'sql_invalid', 3],
  ])('%s', async (_what, rest, code, line) => {
    const failure = await restore(`${table}${rest}\n`).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code, detail: { line } });
    expect(JSON.stringify(failure)).not.toMatch(/secret|raw/);
    expect(await bench.strays()).toEqual([]);
  });

  it('takes longer than a statement may, also where it catches being cancelled (C13)', async () => {
    const loop = 'LOOP BEGIN PERFORM pg_sleep(60); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP;';
    const script = `${table}DO $$ BEGIN ${loop} END $$;\n`;
    await expect(restore(script, { deadlineMs: 1500 })).rejects.toMatchObject({
      code: 'timeout',
      detail: { line: 3 },
    });
    expect(await bench.strays()).toEqual([]);
  });

  it('is cancelled', async () => {
    const stop = new AbortController();
    const running = restore(`${table}SELECT pg_sleep(600);\n`, {
      signal: stop.signal,
      onChange: ({ steps }) => {
        if (/Running script/.test(JSON.stringify(steps))) stop.abort(new Error('enough'));
      },
    });
    await expect(running).rejects.toThrow();
    expect(await bench.strays()).toEqual([]);
  });
});

describe('a script that is run as it stands', () => {
  it('may try to become somebody else: everything belongs to the owner of the dataset', async () => {
    const script = `SET ROLE postgres;\nSET SESSION AUTHORIZATION boss;\n${table}RESET ROLE;\nSELECT set_config('role', 'none', false);
CREATE TABLE mine (a int);\nALTER TABLE t OWNER TO boss;\nGRANT SELECT ON t TO boss;\n\\connect - boss\nCREATE TABLE later (a int);\n`;
    const { rows, result } = await restore(script);
    expect(
      await rows(
        "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relname IN ('t', 'mine', 'later')",
      ),
    ).toEqual([['rp_own_test']]);
    expect(result.skipped.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['setting', 'owner', 'grant']),
    );
  });

  it('has each of its statements run or in the report, twenty thousand small ones too', async () => {
    const many = Array.from(
      { length: 20_000 },
      (_none, index) => `INSERT INTO t SELECT ${index + 2}, NULL;`,
    ).join('\n');
    const { rows } = await restore(`${table}${many}\n`);
    expect(await rows('SELECT count(*), max(a) FROM t')).toEqual([['20001', '20001']]);
  });

  it('says where it began, and why', async () => {
    const { result } = await restore(`CREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\nDELETE FROM t;\n`);
    expect(result.warnings).toContainEqual({
      code: 'script_replayed',
      message: 'From line 3 on (DELETE t) script.sql was run as it stands, statement by statement: 1 in all.',
    });
    expect(result.tables).toMatchObject([{ name: 't', rows: 0 }]);
  });

  it('keeps the rows of the chosen tables alone, after it has done what it does', async () => {
    const script = `CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p int REFERENCES p); CREATE TABLE other (a int);
INSERT INTO p VALUES (1); INSERT INTO other VALUES (1); INSERT INTO c SELECT a FROM other;\n`;
    const { rows, result } = await restore(script, { tables: ['c'] });
    expect(
      await rows(
        'SELECT (SELECT count(*) FROM p) AS p, (SELECT count(*) FROM c) AS c, (SELECT count(*) FROM other) AS o',
      ),
    ).toEqual([['1', '1', '0']]);
    expect(result.skipped).toContainEqual({
      what: 'rows',
      name: 'public.other',
      reason: 'it was not asked for',
    });
  });

  it('in an encoding that changes reads each part in its own', async () => {
    const script = Buffer.concat([
      Buffer.from(
        "SET client_encoding = 'UTF8';\nCREATE TABLE t (a text);\nINSERT INTO t VALUES ('größe');\nSET client_encoding = 'LATIN1';\n",
      ),
      Buffer.from("INSERT INTO t VALUES ('café');\nCOPY t FROM stdin;\nnaïve\n\\.\n", 'latin1'),
      Buffer.from("\\encoding UTF8\nINSERT INTO t VALUES ('ñ');\n"),
    ]);
    const contents = await openCached(bench.core, { 'script.sql': script });
    const { rows } = await bench.restore(contents);
    await contents.close?.();
    expect(await rows('SELECT a FROM t ORDER BY ctid')).toEqual([['größe'], ['café'], ['naïve'], ['ñ']]);
  });
});
