import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCell } from '../../../electron/browse/cell.ts';
import { countRows, estimateRows } from '../../../electron/browse/count.ts';
import { describeTable } from '../../../electron/browse/details.ts';
import { exportRows } from '../../../electron/browse/export.ts';
import { listNames, readGraph } from '../../../electron/browse/names.ts';
import { readRelated } from '../../../electron/browse/related.ts';
import { readRows } from '../../../electron/browse/rows.ts';
import { listTables } from '../../../electron/browse/tables.ts';
import { RowsWish, type TableName } from '../../../electron/contract/browse.ts';
import { type BrowsedLive, makeBrowsedLive } from '../../support/browsing.ts';

let live: BrowsedLive;

beforeAll(async () => {
  live = await makeBrowsedLive();
  await live.run(`
    CREATE TYPE mood AS ENUM ('sad', 'it''s "ok"');
    CREATE DOMAIN price AS numeric(10, 2) CHECK (VALUE >= 0);
    CREATE TABLE shops (country text, number integer, name varchar(40) NOT NULL DEFAULT 'new', PRIMARY KEY (country, number));
    COMMENT ON TABLE shops IS 'where it''s sold';
    COMMENT ON COLUMN shops.name IS 'over the door';
    CREATE TABLE staff (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, country text, shop integer, boss integer REFERENCES staff,
      mood mood, pay price, twice numeric GENERATED ALWAYS AS (pay * 2) STORED, photo bytea, doc json, at timestamptz,
      FOREIGN KEY (country, shop) REFERENCES shops);
    CREATE INDEX staff_mood ON staff (mood) WHERE pay > 10;
    INSERT INTO shops VALUES ('se', 1, 'Ö'), ('se', 2, '=1+1'), ('de', 1, '');
    INSERT INTO staff (country, shop, boss, mood, pay, photo, doc, at)
      SELECT 'se', 1 + i % 2, CASE WHEN i > 1 THEN 1 END, 'sad', i, decode('00ff', 'hex'), '{"a": "b\\\\"}', '2024-05-05 10:00Z'
      FROM generate_series(1, 40) AS i;
    CREATE TABLE visits (id bigint, at date, staff integer REFERENCES staff, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
    CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
    CREATE TABLE visits_2 PARTITION OF visits FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
    INSERT INTO visits SELECT i, '2020-01-01'::date + i % 700, 1 + i % 4 FROM generate_series(1, 3000) AS i;
    CREATE VIEW bosses AS SELECT * FROM staff WHERE id = 1;
    CREATE MATERIALIZED VIEW moods AS SELECT mood, count(*) AS n FROM staff GROUP BY mood;
    CREATE FUNCTION pay_of(integer) RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';
    CREATE TABLE texts (id integer PRIMARY KEY, body text, raw bytea);
    INSERT INTO texts VALUES (1, repeat('ü', 5000), decode(repeat('ab', 5000), 'hex')), (2, NULL, '');
    ANALYZE`);
});

afterAll(() => live?.[Symbol.asyncDispose]());

const named = (name: string): TableName => ({ schema: 'public', name });

async function handleOf(name: string, filters: RowsWish['filters']): Promise<string> {
  const { rows } = await readRows(live.reader, RowsWish.parse({ table: named(name), filters }));
  return rows[0]?.handle ?? '';
}

describe('the list of tables', () => {
  it('has kinds, rows, sizes and keys; a partitioned table those of its partitions', async () => {
    const tables = await listTables(live.reader);
    const byName = new Map(tables.map((table) => [table.name, table]));
    expect(tables.map(({ name, kind, rows, key }) => [name, kind, rows, key.join()])).toEqual([
      ['bosses', 'view', null, ''],
      ['moods', 'materialized', 1, ''],
      ['shops', 'table', 3, 'country,number'],
      ['staff', 'table', 40, 'id'],
      ['texts', 'table', 2, 'id'],
      ['visits', 'partitioned', 3000, 'id,at'],
      ['visits_1', 'partition', expect.any(Number), 'id,at'],
      ['visits_2', 'partition', expect.any(Number), 'id,at'],
    ]);
    expect(byName.get('shops')).toMatchObject({
      comment: "where it's sold",
      exact: true,
      columns: 3,
      partOf: null,
    });
    expect(byName.get('visits_1')?.partOf).toEqual(named('visits'));
    const parts = ['visits_1', 'visits_2'].map((name) => byName.get(name)?.bytes.total ?? 0);
    expect(byName.get('visits')?.bytes.total).toBe((parts[0] ?? 0) + (parts[1] ?? 0));
  });

  it('tells about how many rows were written', async () => {
    await live.run(
      'CREATE TABLE busy (id integer PRIMARY KEY); INSERT INTO busy SELECT generate_series(1, 70)',
    );
    await expect
      .poll(async () => (await listTables(live.reader)).find((table) => table.name === 'busy')?.changed)
      .toBe(70);
    await live.run('DROP TABLE busy');
  });
});

describe('a table', () => {
  it('is described with columns, keys, indexes and foreign keys both ways', async () => {
    const details = await describeTable(live.reader, named('staff'));
    const column = (name: string) => details.columns.find((each) => each.name === name);
    expect(column('id')).toMatchObject({
      type: 'integer',
      nullable: false,
      identity: 'always',
      inKey: true,
      shape: 'number',
    });
    expect(column('mood')).toMatchObject({ values: ['sad', 'it\'s "ok"'], shape: 'text', sortable: true });
    expect(column('pay')).toMatchObject({ type: 'public.price', shape: 'number', sortable: true });
    expect(column('twice')).toMatchObject({ generated: '((pay)::numeric * (2)::numeric)', default: null });
    expect(column('doc')).toMatchObject({ shape: 'json', sortable: false });
    expect(column('photo')).toMatchObject({ shape: 'binary' });
    expect(details.foreignKeys).toMatchObject([
      {
        name: 'staff_boss_fkey',
        target: named('staff'),
        columns: ['boss'],
        targetColumns: ['id'],
        valid: true,
      },
      { target: named('shops'), columns: ['country', 'shop'], targetColumns: ['country', 'number'] },
    ]);
    expect(details.namedBy.map((key) => [key.table.name, key.columns.join()])).toEqual([
      ['staff', 'boss'],
      ['visits', 'staff'],
    ]);
    expect(details.indexes.map((index) => index.name)).toEqual(['staff_pkey', 'staff_mood']);
    const shops = await describeTable(live.reader, named('shops'));
    expect(shops.columns[2]).toMatchObject({
      type: 'character varying(40)',
      default: "'new'::character varying",
      comment: 'over the door',
    });
    expect((await describeTable(live.reader, named('bosses'))).definition).toContain('FROM public.staff');
  });

  it('is counted, exactly and by estimate', async () => {
    const filters: RowsWish['filters'] = [{ column: 'pay', operator: '<=', values: ['30'] }];
    expect(await countRows(live.reader, { table: named('staff'), filters })).toEqual({
      rows: 30,
      exact: true,
    });
    const estimate = await estimateRows(live.reader, { table: named('visits'), filters: [] });
    expect(estimate).toEqual({ rows: 3000, exact: false });
    expect(await countRows(live.reader, { table: named('bosses'), filters: [] })).toMatchObject({ rows: 1 });
  });
});

describe('a cell', () => {
  it('comes whole, or as much of it as is wanted', async () => {
    const handle = await handleOf('texts', [{ column: 'id', operator: '=', values: ['1'] }]);
    const cell = (column: string, maxBytes: number) =>
      readCell(live.reader, { table: named('texts'), handle, column, maxBytes });
    expect(await cell('body', 100_000)).toEqual({
      value: 'ü'.repeat(5000),
      encoding: 'text',
      bytes: 10_000,
      complete: true,
    });
    expect(await cell('body', 400)).toMatchObject({ value: 'ü'.repeat(100), bytes: 10_000, complete: false });
    const raw = await cell('raw', 100_000);
    expect(Buffer.from(raw.value ?? '', 'base64').toString('hex')).toBe('ab'.repeat(5000));
    expect(await cell('raw', 3)).toEqual({ value: 'q6ur', encoding: 'base64', bytes: 5000, complete: false });
  });

  it('of a row that is gone is an error that says so', async () => {
    await live.run('INSERT INTO texts VALUES (9)');
    const handle = await handleOf('texts', [{ column: 'id', operator: '=', values: ['9'] }]);
    const wish = { table: named('texts'), handle, column: 'body', maxBytes: 10 };
    expect(await readCell(live.reader, wish)).toMatchObject({ value: null, complete: true });
    await live.run('DELETE FROM texts WHERE id = 9');
    await expect(readCell(live.reader, wish)).rejects.toMatchObject({ code: 'row_not_found' });
    await expect(readCell(live.reader, { ...wish, handle: 'x' })).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('foreign keys', () => {
  it('lead from a row to what it points at and to what points at it, with the filters that list them', async () => {
    const handle = await handleOf('staff', [{ column: 'id', operator: '=', values: ['1'] }]);
    const { points, named: into } = await readRelated(live.reader, { table: named('staff'), handle });
    // Its boss is NULL, which points nowhere.
    expect(points.map((each) => [each.table.name, each.rows])).toEqual([['shops', 1]]);
    expect(into.map((each) => [each.table.name, each.rows])).toEqual([
      ['staff', 39],
      ['visits', 750],
    ]);
    for (const each of [...points, ...into]) {
      const wish = RowsWish.parse({ table: each.table, filters: each.filters, limit: 1000 });
      expect((await readRows(live.reader, wish)).rows).toHaveLength(each.rows ?? -1);
    }
  });

  it('whose rows cannot be counted in time are told without a number', async () => {
    const handle = await handleOf('staff', [{ column: 'id', operator: '=', values: ['1'] }]);
    const { named: into } = await readRelated(live.reader, { table: named('staff'), handle, deadlineMs: 0 });
    expect(into.map((each) => each.rows)).toEqual([null, null]);
  });

  it('make the graph, in which partitions stand within their root', async () => {
    const graph = await readGraph(live.reader);
    expect(graph.tables.map((table) => table.name)).toEqual([
      'bosses',
      'moods',
      'shops',
      'staff',
      'texts',
      'visits',
    ]);
    expect(graph.foreignKeys.map((key) => [key.table.name, key.target.name])).toEqual([
      ['staff', 'staff'],
      ['staff', 'shops'],
      ['visits', 'staff'],
    ]);
  });

  it('and names are there for completion', async () => {
    const names = await listNames(live.reader);
    expect(names.tables.find((table) => table.name === 'shops')?.columns).toEqual([
      'country',
      'number',
      'name',
    ]);
    expect(names.functions).toEqual(['pay_of']);
  });
});

describe('exports', () => {
  it('as CSV guard what a spreadsheet would run, and no numbers (C25)', async () => {
    await live.run(`CREATE TABLE sheet (id integer PRIMARY KEY, note text, "=head" text);
      INSERT INTO sheet VALUES (-1, '=1+1', '+x'), (0, '@x', '-x'), (1, 'a "b", c', NULL), (2, '', E'line\\nbreak')`);
    const wish = RowsWish.parse({ table: named('sheet') });
    expect(await exportRows(live.reader, wish, 'csv')).toBe(
      `id,note,'=head\r\n-1,'=1+1,'+x\r\n0,'@x,'-x\r\n1,"a ""b"", c",\r\n2,"","line\nbreak"\r\n`,
    );
  });

  it('as INSERT statements make the same rows again', async () => {
    const wish = RowsWish.parse({ table: named('staff'), limit: 1000 });
    const inserts = await exportRows(live.reader, wish, 'insert');
    const before = await live.run('SELECT * FROM staff ORDER BY id');
    await live.run('BEGIN; ALTER TABLE visits DROP CONSTRAINT visits_staff_fkey; DELETE FROM staff; COMMIT');
    await live.run(inserts);
    expect(await live.run('SELECT * FROM staff ORDER BY id')).toEqual(before);
  });
});
