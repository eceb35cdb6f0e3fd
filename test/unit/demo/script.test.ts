import { describe, expect, it } from 'vitest';
import { isRockpoolError } from '../../../electron/contract/errors.ts';
import { readScript } from '../../../electron/demo/script.ts';

async function problemOf(
  sql: string,
): Promise<{ code: string; message: string; hint: string; line: unknown }> {
  const error = await readScript(sql, 'demo.sql').then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!isRockpoolError(error)) throw new Error(`no error of ours: ${String(error)}`);
  return { code: error.code, message: error.message, hint: error.hint ?? '', line: error.detail?.line };
}

describe('a demo script', () => {
  it('is split where the server would split it, not at a semicolon in a literal, a body or a comment (C16)', async () => {
    const script = await readScript(
      [
        "UPDATE company SET name = %(name)s, note = 'a;b' -- one; two",
        'WHERE id = %(id)s;',
        'DO $$ BEGIN NULL; END $$; /* ; */',
        "UPDATE company SET note = E'\\';' || %(name)s",
      ].join('\n'),
      'demo.sql',
    );
    expect(script.map(({ statement, bindable }) => [statement.line, bindable.names])).toEqual([
      [1, ['name', 'id']],
      [3, []],
      [4, ['name']],
    ]);
  });

  it.each([
    ['BEGIN', 'UPDATE a SET b = 1;\nBEGIN;', 2],
    ['COMMIT', '-- first\n\nCOMMIT', 3],
    ['ROLLBACK', 'ROLLBACK', 1],
    ['SAVEPOINT', 'SAVEPOINT s', 1],
    ['SET', "SET search_path = 'x'", 1],
    ['SET LOCAL', 'SET LOCAL statement_timeout = 0', 1],
    ['RESET ROLE', 'RESET ROLE', 1],
    ['SET SESSION AUTHORIZATION', 'SET SESSION AUTHORIZATION DEFAULT', 1],
    ['set_config', "SELECT set_config('role', 'postgres', true)", 1],
    [
      'set_config inside of another',
      "UPDATE a SET b = (SELECT set_config('statement_timeout', '0', true))",
      1,
    ],
    ['a setting whose reach is worked out', "SELECT set_config('demo.x', '1', NOT true)", 1],
    ['a setting behind another', "SELECT set_config('demo.x', '1', true), set_config('role', 'x', true)", 1],
    ['a setting of its own for the session', "SELECT set_config('demo.x', '1', false)", 1],
    ['COPY to a program', "SELECT 1;\nCOPY a TO PROGRAM 'id'", 2],
    ['COPY from a file', "COPY a FROM '/etc/passwd'", 1],
    ['LOAD', "LOAD 'x'", 1],
    ['PREPARE', 'PREPARE p AS SELECT 1', 1],
    ['LISTEN', 'LISTEN x', 1],
    ['VACUUM', 'VACUUM a', 1],
    ['ALTER SYSTEM', 'ALTER SYSTEM SET a = 1', 1],
    ['CREATE ROLE', 'CREATE ROLE x', 1],
    ['ALTER ROLE', "ALTER ROLE CURRENT_USER PASSWORD 'x'", 1],
    ['CREATE DATABASE', 'CREATE DATABASE x', 1],
    ['CREATE EXTENSION', 'CREATE EXTENSION dblink', 1],
    ['an index made concurrently', 'CREATE INDEX CONCURRENTLY i ON a (b)', 1],
    ['an event trigger', 'CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION f()', 1],
  ])('refuses %s with its line (C8, C9, C14)', async (_what, sql, line) => {
    const { code, message, line: told } = await problemOf(sql);
    expect(code).toBe('sql_refused');
    expect(told).toBe(line);
    expect(message).toContain(`line ${line}`);
  });

  it('reads a statement that nests as deep as the parser can follow', async () => {
    const [first] = await readScript(`SELECT ${'1+'.repeat(6000)}1`, 'demo.sql');
    expect(first?.node).toHaveProperty('SelectStmt');
  });

  it.each([
    ['\\! id', 'SELECT 1;\n\\! id', 2],
    ['\\i', '\\i other.sql', 1],
    ['\\restrict, which only dumps have', '\\restrict abc', 1],
    ['rows of a COPY', 'COPY a FROM stdin;\n1\n\\.\n', 1],
  ])('refuses %s, a command of psql (C1)', async (_what, sql, line) => {
    const { code, line: told } = await problemOf(sql);
    expect([code, told]).toEqual(['sql_refused', line]);
  });

  it.each([
    ["in a literal, as '%(x)s'", "SELECT 1;\nUPDATE a\nSET b = 'for %(x)s'", 3, '|| %(x)s'],
    ['in an escape string', "SELECT E'\\'%(x)s'", 1, '|| %(x)s'],
    ['in a quoted name', 'UPDATE "%(x)s" SET b = 1', 1, 'statement for each'],
    ['in a $$ body', 'DO $$\nBEGIN\n  PERFORM %(x)s;\nEND $$', 3, 'set_config'],
  ])('refuses a placeholder %s, and says what to write (C15)', async (_what, sql, line, hint) => {
    const problem = await problemOf(sql);
    expect([problem.code, problem.line]).toEqual(['sql_refused', line]);
    expect(problem.hint).toContain(hint);
  });

  it('asks for no value of a placeholder that only stands in a comment', async () => {
    const [one] = await readScript('SELECT 1 -- %(x)s\n/* %(y)s /* %(z)s */ */', 'demo.sql');
    expect(one?.bindable.names).toEqual([]);
  });

  it.each([
    ['a table', 'UPDATE %(x)s SET b = 1'],
    ['a value of DDL', 'ALTER TABLE a ALTER b SET DEFAULT %(x)s'],
    ['a truncated table', 'TRUNCATE %(x)s'],
  ])('says where no value can be bound: %s (C15)', async (_what, sql) => {
    const { code, line } = await problemOf(`SELECT 1;\n${sql}`);
    expect(['sql_invalid', 'sql_refused']).toContain(code);
    expect(line).toBe(2);
  });

  it.each([
    ['without its s', 'SELECT 1,\n%(x)d', 2],
    ['without a name', 'SELECT %s', 1],
    ['by number', 'SELECT $1', 1],
  ])('names a placeholder that is written %s', async (_what, sql, line) => {
    expect((await problemOf(sql)).line).toBe(line);
  });

  it('refuses what is too long to be checked', async () => {
    const { code, message } = await problemOf(`SELECT '${'x'.repeat(1_000_001)}'`);
    expect(code).toBe('sql_refused');
    expect(message).toContain('too long');
  });

  it('says where a text has no end, and that it is the text’s fault', async () => {
    const { code, hint } = await problemOf("SELECT 'abc");
    expect(code).toBe('sql_invalid');
    expect(hint).not.toContain('Pull');
  });
});
