import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RockpoolError } from '../../../electron/contract/errors.ts';
import { after } from '../../support/after.ts';
import { contentsOf } from '../../support/contents.ts';
import { type Bench, openBench, type Restored } from '../../support/restoring.ts';

let bench: Bench;
let restored: Restored;
beforeAll(async () => {
  bench = await openBench({ settings: ['log_min_error_statement=error', 'log_error_verbosity=default'] });
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const schema = `CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE, age int CHECK (age > 17), boss int);
  CREATE TABLE big (id int, v text);
  ALTER TABLE users ADD CONSTRAINT boss_fk FOREIGN KEY (boss) REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED;
  CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'not %', OLD.email USING ERRCODE = '42P01'; END $$;
  CREATE TRIGGER tells BEFORE DELETE ON users FOR EACH ROW EXECUTE FUNCTION tell();`;
const secret = 'jane.doe@example.org';
const big = Array.from({ length: 5000 }, (_, id) => `${id},${'x'.repeat(80)}\n`).join('');

beforeEach(async () => {
  restored = await bench.restore(
    contentsOf(schema, { users: `id,email,age\n1,${secret},20\n2,b,30\n`, big: `id,v\n${big}` }),
  );
});

const run = (sql: string, options = {}) => after(bench, restored.database, sql, options);
const failureOf = (sql: string, options = {}): Promise<RockpoolError> =>
  run(sql, options).then(
    () => expect.unreachable('the script succeeded'),
    (error) => error,
  );

describe('SQL after a restore', () => {
  it('is run as the owner, statement by statement, with what it sets, and leaves no role', async () => {
    const sql = `-- cleanup; of ours
      CREATE SCHEMA extra; SET search_path = extra, public;
      CREATE TABLE notes (t text); INSERT INTO notes VALUES ('a;b'), ($$c;d$$);
      DO $$ BEGIN UPDATE users SET email = NULL; END $$;
      RESET ROLE; CREATE TABLE public.mine (id int)`;
    expect(await run(sql)).toEqual({ statements: 7 });
    expect(await restored.rows('SELECT t FROM extra.notes')).toEqual([['a;b'], ['c;d']]);
    expect(await restored.rows('SELECT email FROM users')).toEqual([[null], [null]]);
    const owners = `SELECT DISTINCT relowner::regrole::text FROM pg_class WHERE relname IN ('users', 'notes', 'mine')
      UNION SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'extra'`;
    expect(await restored.rows(owners)).toEqual([['rp_own_test']]);
    expect((await bench.strays()).filter((name) => name.startsWith('rp_job_'))).toEqual([]);
    await expect(restored.rows('CREATE SCHEMA more')).rejects.toMatchObject({ code: '42501' });
  });

  it('does nothing for a script without statements', async () => {
    expect(await run(' -- nothing\n;;')).toEqual({ statements: 0 });
  });

  it('keeps nothing of a script that fails, and names file, line and SQLSTATE', async () => {
    const error = await failureOf(
      "UPDATE users SET age = 50;\n\nUPDATE users SET nmae = 1 WHERE email = 'x';",
    );
    expect(error).toMatchObject({
      code: 'sql_failed',
      message: expect.stringContaining('UPDATE users SET nmae = 1 WHERE email = … in line 3 of cleanup.sql'),
      detail: { file: 'cleanup.sql', line: 3, sqlstate: '42703' },
    });
    expect(error.message).toContain('column "nmae" of relation "users" does not exist');
    expect((await restored.rows('SELECT age FROM users ORDER BY 1')).flat()).toEqual(['20', '30']);
    expect((await bench.strays()).filter((name) => name.startsWith('rp_job_'))).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['a value that comes twice', `UPDATE users SET email = (SELECT min(email) FROM users)`, '23505'],
    ['a value of another type', 'UPDATE users SET age = email::int', '22P02'],
    ['a check', 'UPDATE users SET age = 1', '23514'],
    ['a foreign key that waits for the end', 'UPDATE users SET boss = 77', '23503'],
    ['what code of the dataset says', 'DELETE FROM users', '42P01'],
    [
      'what code of the script says',
      `DO $$ BEGIN RAISE '%', (SELECT max(email) FROM users); END $$`,
      'P0001',
    ],
  ])('says nothing of rows: %s (F5)', async (_what, sql, sqlstate) => {
    const before = bench.postgres.log().length;
    const error = await failureOf(sql);
    expect(error).toMatchObject({ code: 'sql_failed', detail: { line: 1, sqlstate } });
    const told = JSON.stringify([
      error.report(),
      error.cause,
      bench.core.state.rows('SELECT * FROM job_log'),
    ]);
    expect(told).not.toContain('jane.doe');
    expect(bench.postgres.log().slice(before)).not.toContain('jane.doe');
  });

  it.each<[string, string, number]>([
    ['COMMIT', 'SELECT 1;\nCOMMIT;', 2],
    ['BEGIN', 'begin;', 1],
    ['ROLLBACK TO', 'SELECT 1;\n\nROLLBACK TO x', 3],
    ['PREPARE TRANSACTION', "PREPARE  TRANSACTION 'x'", 1],
    ['a command of psql', 'SELECT 1;\n\\! touch /tmp/x', 2],
    ['rows of a COPY', 'SELECT 1;\nCOPY users FROM stdin;\n1\n\\.\n', 2],
  ])('refuses %s with its line before anything is run (C1, C14)', async (_what, sql, line) => {
    const error = await failureOf(`CREATE TABLE traces (id int); ${sql}`);
    expect(error).toMatchObject({ code: 'sql_refused', detail: { file: 'cleanup.sql', line } });
    expect(error.hint).not.toContain('publish');
    expect(await restored.rows("SELECT to_regclass('traces')")).toEqual([[null]]);
  });

  it('says where a script ends inside a string', async () => {
    expect(await failureOf("SELECT 1;\nSELECT 'x")).toMatchObject({
      code: 'sql_invalid',
      detail: { line: 2 },
    });
  });

  it('may do what the owner may and no more (C4, C7)', async () => {
    const file = join(tmpdir(), `rockpool-after-${process.pid}`);
    for (const sql of [
      `COPY users TO '${file}'`,
      `COPY users FROM PROGRAM 'touch ${file}'`,
      "ALTER SYSTEM SET work_mem = '1GB'",
      'CREATE ROLE more',
      `ALTER DATABASE ${'postgres'} SET work_mem = '1GB'`,
      "SELECT pg_read_file('/etc/passwd')",
      'SET SESSION AUTHORIZATION rockpool',
    ]) {
      expect(await failureOf(sql), sql).toMatchObject({
        code: expect.stringMatching(/^sql_(refused|failed)$/),
      });
    }
    expect(existsSync(file)).toBe(false);
    rmSync(file, { force: true });
    expect(await failureOf('DO $$ BEGIN PERFORM 1; COMMIT; END $$')).toMatchObject({
      detail: { sqlstate: '2D000' },
    });
  });

  it('stops a statement that takes too long (C13)', async () => {
    expect(await failureOf('SELECT 1;\nSELECT pg_sleep(600)', { deadlineMs: 300 })).toMatchObject({
      code: 'timeout',
      detail: { file: 'cleanup.sql', line: 2 },
    });
  });

  it('leaves nothing of the rows that it changed in the files of the database (F9)', async () => {
    const size = "SELECT pg_relation_size('big')";
    const before = Number((await restored.rows(size)).flat()[0]);
    await run("UPDATE big SET v = repeat('y', 80); DELETE FROM big WHERE id > 2500; ANALYZE big");
    const [[bytes = '0'] = []] = await restored.rows(size);
    expect(Number(bytes)).toBeLessThan(before * 0.6);
    const common = "SELECT most_common_vals::text FROM pg_stats WHERE tablename = 'big' AND attname = 'v'";
    expect((await restored.rows(common)).flat().join()).not.toContain('xx');
  });
});
