import { describe, expect, it } from 'vitest';
import { readPlan } from '../../../electron/restore/plan.ts';
import { contentsOf } from '../../support/contents.ts';

const read = (scripts: string | Record<string, string>) =>
  readPlan(contentsOf(scripts), new AbortController().signal);

describe('readPlan', () => {
  it('takes what several files repeat once, and a constraint by its name', async () => {
    const shared =
      "SELECT set_config('search_path', '', false); CREATE SEQUENCE public.s; CREATE INDEX i ON public.t (a);";
    const { statements } = await read({
      'a.sql': `${shared} ALTER TABLE ONLY public.t ADD CONSTRAINT k PRIMARY KEY (a);`,
      'b.sql': shared,
      'constraints.sql':
        'ALTER TABLE IF EXISTS "public"."t" ADD CONSTRAINT "k" PRIMARY KEY (a); ALTER TABLE u ADD CONSTRAINT k UNIQUE (a);',
    });
    expect(statements.define).toHaveLength(1);
    expect(statements.index).toHaveLength(1);
    expect(statements.constraint.map(({ statement }) => statement.file)).toEqual([
      'a.sql',
      'constraints.sql',
    ]);
  });

  it('begins each script anew: names without a schema are those of public', async () => {
    const { statements } = await read({
      'a.sql':
        'SET search_path = a; CREATE TABLE t (x int); SET search_path TO DEFAULT; CREATE TABLE u (x int);',
      'b.sql': 'CREATE TABLE t (x int);',
    });
    expect(statements.define.map(({ settings }) => settings.path)).toEqual([['a'], ['public'], ['public']]);
  });

  it('lists schemas that are made, used or set, but none of the system', async () => {
    const { schemas } = await read(
      'CREATE SCHEMA a; CREATE TABLE b.t (x int); SET search_path = c, pg_catalog; CREATE VIEW v AS SELECT 1; CREATE TABLE pg_catalog.x (a int);',
    );
    expect([...schemas].sort()).toEqual(['a', 'b', 'c']);
  });

  it('does not take limits and encodings from a dump', async () => {
    const { statements, settings } = await read(
      "SET statement_timeout = 5; SET client_encoding = 'LATIN1'; SET check_function_bodies = false; CREATE TABLE t (x int);",
    );
    expect(statements.define[0]?.settings.sql.map(({ name }) => name)).toEqual([
      'search_path',
      'check_function_bodies',
    ]);
    expect(settings).toEqual(['statement_timeout', 'client_encoding', 'check_function_bodies']);
  });

  it('counts owners and grants in the report, and names all else', async () => {
    const { skipped } = await read(
      'ALTER TABLE a OWNER TO x; ALTER TABLE b OWNER TO x; GRANT SELECT ON a TO x; CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f(); CREATE ROLE r;',
    );
    expect(skipped.map(({ what, name }) => `${what}: ${name}`)).toEqual([
      'owner: 2 statements',
      'grant: a',
      'event trigger: e',
      'role: r',
    ]);
  });

  it.each([
    ["\n\nCOPY t FROM PROGRAM 'id';", 3],
    ['CREATE TABLE t (a int);\nCOMMIT;', 2],
    ["\nLOAD 'x';", 2],
    ['\n\\! id', 2],
  ])('refuses %j with file and line (C1, C4, C5, C14)', async (sql, line) => {
    await expect(read({ 'ok.sql': 'SELECT 1;', 'bad.sql': sql })).rejects.toMatchObject({
      code: 'sql_refused',
      detail: { file: 'bad.sql', line },
    });
  });
});
