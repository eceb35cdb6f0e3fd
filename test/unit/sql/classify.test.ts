import { describe, expect, it } from 'vitest';
import type { Classified } from '../../../electron/sql/classified.ts';
import { classify } from '../../../electron/sql/classify.ts';
import { loadParser } from '../../../electron/sql/parser.ts';

const parser = await loadParser();
const read = (text: string): Classified => classify(parser, { text, line: 1, file: 's.sql' });

describe('classify', () => {
  it.each<[string, string, string, string]>([
    ['create table public."A.b" (id int)', 'define', 'table', 'public.A.b'],
    ['create sequence public.s', 'define', 'sequence', 'public.s'],
    ["create type public.mood as enum ('a')", 'define', 'type', 'public.mood'],
    ['create domain d as int', 'define', 'domain', 'd'],
    ['create function public.f() returns int language sql as $$select 1$$', 'define', 'function', 'public.f'],
    ['create view v as select 1', 'define', 'view', 'v'],
    ["alter table only t alter column id set default nextval('s')", 'define', 'table', 't'],
    ['alter table t attach partition p for values in (1)', 'define', 'table', 't'],
    ['alter table t alter column id add generated always as identity', 'define', 'table', 't'],
    ['alter sequence s owned by t.id', 'define', 'sequence', 's'],
    ["comment on column public.t.a is 'x'", 'define', 'comment', 'public.t.a'],
    ['do $$ begin end $$', 'define', 'block', ''],
    ['insert into t values (1)', 'data', 'rows', 't'],
    ["select pg_catalog.setval('public.s', 3, true)", 'sequence', 'value of a sequence', 'public.s'],
    [
      "SELECT SETVAL('public.s', COALESCE(MAX(id), 1)) FROM public.t",
      'sequence',
      'value of a sequence',
      'public.s',
    ],
    ['create unique index i on public.t (a)', 'index', 'index', 'i'],
    ['alter index a attach partition b', 'index', 'index setting', 'a'],
    ['alter table t add constraint k primary key (id)', 'constraint', 'primary key', 'k'],
    ['alter table t add constraint k unique (id)', 'constraint', 'unique constraint', 'k'],
    ['alter table t add constraint k check (a > 1)', 'constraint', 'constraint', 'k'],
    ['alter table t add constraint k exclude using gist (a with =)', 'constraint', 'constraint', 'k'],
    ['alter table t add constraint k foreign key (a) references u (b)', 'foreign-key', 'foreign key', 'k'],
    ['create trigger g before insert on t for each row execute function f()', 'late', 'trigger', 'g'],
    ['create rule r as on insert to t do nothing', 'late', 'rule', 'r'],
    ['create policy p on t using (true)', 'late', 'policy', 'p'],
    ['alter table t enable row level security', 'late', 'table setting', 't'],
    ['alter table t replica identity full', 'late', 'table setting', 't'],
    ['alter table t cluster on i', 'late', 'table setting', 't'],
    ['alter table t disable trigger g', 'late', 'table setting', 't'],
    ['create statistics st on a, b from t', 'late', 'statistics object', 'st'],
    ["comment on index public.i is 'x'", 'late', 'comment', 'public.i'],
    ["comment on constraint k on public.t is 'x'", 'late', 'comment', 'public.t.k'],
    ['create materialized view m as select 1 with no data', 'matview', 'materialized view', 'm'],
    ['refresh materialized view m', 'refresh', 'materialized view', 'm'],
    ['create schema "S"', 'schema', 'schema', 'S'],
    ['create extension if not exists citext with schema public', 'extension', 'extension', 'citext'],
    ['create language plpython3u', 'extension', 'extension', 'plpython3u'],
    ['set work_mem = 1', 'setting', 'setting', 'work_mem'],
    ["select pg_catalog.set_config('search_path', '', false)", 'setting', 'setting', 'search_path'],
    ["select setval('public.s', 3), setval('public.t', 4)", 'sequence', 'value of a sequence', 'public.s'],
    ["select setval('public.s', 3), f()", 'define', 'query', 'setval'],
    ["select setval('public.s', (select max(id) from t))", 'sequence', 'value of a sequence', 'public.s'],
    ['select f(g(1)), h()', 'define', 'query', 'f'],
  ])('gives %j its turn', (sql, phase, what, name) => {
    expect(read(sql)).toMatchObject({ phase, what, name });
  });

  it.each<[string, string]>([
    ['alter table t owner to bob', 'owner'],
    ['alter function f() owner to bob', 'owner'],
    ['grant select on t to bob', 'grant'],
    ['grant pg_read_server_files to bob', 'grant'],
    ['alter default privileges grant select on tables to bob', 'default privileges'],
    ['create role bob superuser', 'role'],
    ["alter role bob password 'x'", 'role'],
    ['alter role bob set role = x', 'role'],
    ["alter database x set local_preload_libraries = 'x'", 'database setting'],
    ["create tablespace x location '/x'", 'tablespace'],
    ['create publication p for all tables', 'publication'],
    ["create subscription s connection 'x' publication p", 'subscription'],
    ['create event trigger e on ddl_command_start execute function f()', 'event trigger'],
    ['create foreign data wrapper w', 'foreign data wrapper'],
    ['create server s foreign data wrapper w', 'foreign server'],
    ['create user mapping for public server s', 'user mapping'],
    ["security label on table t is 'x'", 'security label'],
    ["comment on extension citext is 'x'", 'comment'],
    ["comment on database x is 'x'", 'comment'],
    ["select pg_catalog.pg_restore_attribute_stats('version', '180000')", 'statistics'],
    ["select f(), pg_catalog.pg_restore_attribute_stats('version', '180000')", 'statistics'],
    ["select g(pg_clear_attribute_stats('a', 'b', 'c', false))", 'statistics'],
    ["select pg_catalog.lo_create('1')", 'large object'],
    ["select setval('public.s', 3), lo_create('1')", 'large object'],
    ['set role bob', 'setting'],
    ['set session authorization bob', 'setting'],
    ["select pg_catalog.set_config('role', 'bob', false)", 'setting'],
    ['drop table if exists t', 'drop'],
    ['alter table t drop constraint if exists k cascade', 'drop'],
  ])('leaves out %j and says so (C6, C7, C20)', (sql, what) => {
    const read_ = read(sql);
    expect(read_).toMatchObject({ phase: 'skip', what });
    expect(read_.phase === 'skip' && read_.reason.length).toBeGreaterThan(5);
  });

  it.each([
    "copy t from program 'id'",
    "copy t to program 'id'",
    "copy t from '/etc/passwd'",
    "copy t to '/tmp/x'",
    "load 'x'",
    "select set_config('x.y', '1', false), set_config('standard_conforming_strings', 'off', false)",
    "select f(), set_config('role', 'bob', false)",
    "select set_config('x.y', set_config('role', 'bob', false), false)",
    "select set_config('x.y', '1', false) from f()",
    "select set_config('x.y', '1', false) where f()",
    "with a as (select set_config('role', 'bob', false)) select 1 from a",
    "select set_config(f(), 'bob', false)",
    "select upper(set_config('role', 'bob', false))",
    "select 1 from t order by set_config('role', 'bob', false)",
    "alter system set x = 'y'",
    "create function f() returns int language c as 'x', 'y'",
    "create function f() returns int language internal as 'x'",
    'begin',
    'commit',
    'rollback',
    'savepoint x',
    'create database x',
    'drop database x',
    'create schema s create table t (a int)',
    'listen x',
    'lock table t',
    'prepare x as select 1',
  ])('refuses %j (C4, C5, C14)', (sql) => {
    expect(read(sql)).toMatchObject({ phase: 'refuse' });
  });

  it('tells what a foreign key is on, what it makes and whether it is unchecked', () => {
    expect(
      read('alter table only "S"."T" add constraint "K" foreign key (a) references u (b) not valid'),
    ).toMatchObject({
      table: { schema: 'S', name: 'T' },
      makes: 'K',
      notValid: true,
    });
    expect(read('alter table t add foreign key (a) references u (b)')).toMatchObject({
      table: { schema: null, name: 't' },
      makes: null,
      notValid: false,
    });
  });

  it('reads a search path out of SET and of set_config', () => {
    expect(read('set search_path = a, "B c", pg_catalog')).toMatchObject({
      path: ['a', 'B c', 'pg_catalog'],
    });
    expect(read(`select set_config('search_path', 'A, "B ""c"', false)`)).toMatchObject({
      path: ['a', 'B "c'],
    });
    expect(read("select pg_catalog.set_config('search_path', '', false)")).toMatchObject({ path: [] });
  });

  it('names the roles of a policy, without PUBLIC', () => {
    expect(read('create policy p on t to bob, public, current_user, "Eve"')).toMatchObject({
      roles: ['bob', 'Eve'],
    });
  });

  it('refuses a text that holds two statements, and one that is no SQL, with the line', () => {
    const detail = { file: 's.sql', line: 1 };
    expect(() => read('select 1; drop table t')).toThrow(
      expect.objectContaining({ code: 'sql_invalid', detail }),
    );
    expect(() => read('creat table t')).toThrow(expect.objectContaining({ code: 'sql_invalid', detail }));
  });

  it('does not repeat values of rows in what it says of bad SQL (F5)', () => {
    expect(() => read("insert into t values ('jane@example.org' 'x')")).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('jane') }),
    );
  });

  it('tells a statement of over 1 MB by its first words', () => {
    const long = 'x'.repeat(1_100_000);
    expect(read(`/* a */ insert into t values ('${long}')`)).toMatchObject({ phase: 'data' });
    expect(read(`create or replace function f() returns text as '${long}' language sql`)).toMatchObject({
      phase: 'define',
    });
    expect(read(`copy t from program '${long}'`)).toMatchObject({ phase: 'refuse' });
    expect(read(`alter role x password '${long}'`)).toMatchObject({ phase: 'refuse' });
  });
});
