import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentsOf } from '../../support/contents.ts';
import { type Bench, openBench } from '../../support/restoring.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

describe('filling a database', () => {
  it('loads only the tables that are asked for, and says what it left', async () => {
    const contents = contentsOf('CREATE TABLE a (id int); CREATE TABLE b (id int);', {
      a: 'id\n1\n',
      'public.b': 'id\n1\n',
    });
    const { result } = await bench.restore(contents, { tables: ['b'] });
    expect(result.tables.map(({ name, rows: count }) => [name, count])).toEqual([
      ['a', 0],
      ['b', 1],
    ]);
    expect(result.skipped).toEqual([{ what: 'rows', name: 'public.a', reason: 'it was not asked for' }]);
    await expect(bench.restore(contents, { tables: ['c'] })).rejects.toMatchObject({ code: 'usage' });
  });

  it('loads a file of a partitioned table through its root, and counts what came into each partition', async () => {
    const sql = `CREATE TABLE r (id int) PARTITION BY LIST (id); CREATE TABLE r1 PARTITION OF r FOR VALUES IN (1);
      CREATE TABLE r2 PARTITION OF r DEFAULT;`;
    const whole = await bench.restore(contentsOf(sql, { r: 'id\n1\n2\n3\n' }));
    expect(whole.result.tables.map(({ rows: count }) => count)).toEqual([null, 1, 2]);
    const both = await bench.restore(contentsOf(sql, { r: 'id\n1\n2\n', r1: 'id\n1\n', r2: 'id\n2\n' }));
    expect(both.result.tables.map(({ rows: count }) => count)).toEqual([null, 1, 1]);
    expect(both.result.skipped).toMatchObject([{ what: 'rows', name: 'public.r' }]);
  });

  it('keeps rows that a script inserts into a table without a file', async () => {
    const sql = "CREATE TABLE versions (v text); INSERT INTO versions VALUES ('1'), ('2');";
    const { result, rows: read } = await bench.restore(contentsOf(sql));
    expect(result.tables).toMatchObject([{ name: 'versions', rows: 2 }]);
    expect(await read('SELECT v FROM versions')).toEqual([['1'], ['2']]);
  });

  it('makes schemas that the files of single tables only use', async () => {
    const { rows: read } = await bench.restore(contentsOf('CREATE TABLE sales.t (a int);', { t: 'a\n1\n' }));
    expect(await read('SELECT a FROM sales.t')).toEqual([['1']]);
  });

  it('warns of a materialized view that cannot be filled, and goes on', async () => {
    const sql =
      'CREATE TABLE t (a int); CREATE MATERIALIZED VIEW m AS SELECT 1 / a AS x FROM t WITH NO DATA;';
    const { result } = await bench.restore(contentsOf(sql, { t: 'a\n0\n' }));
    expect(result.warnings).toMatchObject([
      { code: 'view_not_filled', message: expect.stringContaining('public.m') },
    ]);
  });

  it.each([
    ['schema_missing', 'CREATE TABLE t (a public.mood);', { t: 'a\nx\n' }, { file: 'schema.sql', line: 1 }],
    ['schema_missing', 'CREATE TABLE t (a int);', { u: 'a\n1\n' }, { file: 'table-u.csv' }],
    [
      'schema_missing',
      'CREATE TABLE x.t (a int); CREATE TABLE y.t (a int);',
      { t: 'a\n1\n' },
      { file: 'table-t.csv' },
    ],
    ['sql_failed', '\nCREATE TABLE t (a int, a int);', {}, { file: 'schema.sql', line: 2 }],
    ['sql_invalid', '\n\nCREATE TABLE t (a int;', {}, { file: 'schema.sql' }],
  ])('says %s with its place for %j and leaves nothing', async (code, sql, tables, detail) => {
    const before = await bench.strays();
    await expect(bench.restore(contentsOf(sql, tables))).rejects.toMatchObject({
      code,
      detail: expect.objectContaining(detail),
    });
    expect(await bench.strays()).toEqual(before);
  });
});
