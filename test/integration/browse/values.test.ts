import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRows } from '../../../electron/browse/rows.ts';
import { openLiveReader } from '../../../electron/browse/sessions.ts';
import { type RowsPage, RowsWish } from '../../../electron/contract/browse.ts';
import { withSession } from '../../../electron/sql/connect.ts';
import {
  type BrowsedTables,
  cells,
  longName,
  makeBrowsedTables,
  type Wish,
} from '../../support/browsed-tables.ts';
import { everything } from '../../support/everything.ts';

let live: BrowsedTables;

beforeAll(async () => {
  live = await makeBrowsedTables();
});

afterAll(() => live?.[Symbol.asyncDispose]());

const page = (wish: Wish): Promise<RowsPage> => live.page(wish);

describe('names', () => {
  it('with quotes, 63 bytes, emoji, and those that reading uses itself', async () => {
    const found = await page({ schema: 'Odd "Schema', name: longName });
    expect(found.columns.map((column) => column.name)).toEqual([
      'a"; DROP TABLE big; --',
      'rockpool ctid',
      '🐚',
    ]);
    expect(cells(found.rows)).toEqual([
      ['1', 'x', '<script>'],
      ['2', null, ''],
      ['3', '\\', "'; --"],
    ]);
  });

  it('that are not there bring up the closest ones', async () => {
    await expect(page({ name: 'keylss' })).rejects.toMatchObject({
      code: 'table_not_found',
      hint: expect.stringContaining('keyless'),
    });
    const sort = [{ column: 'regionn', descending: false }];
    await expect(page({ name: 'pair', sort })).rejects.toMatchObject({
      code: 'column_not_found',
      hint: expect.stringContaining('region'),
    });
  });
});

describe('filters', () => {
  it.each<[string, RowsWish['filters'], string]>([
    ['=', [{ column: 'id', operator: '=', values: ['300'] }], 'id = 300'],
    ['<>', [{ column: 'a', operator: '<>', values: ['5'] }], 'a <> 5'],
    [
      'a range',
      [
        { column: 'at', operator: '>=', values: ['2024-02-01Z'] },
        { column: 'id', operator: '<=', values: ['900'] },
      ],
      "at >= '2024-02-01Z' AND id <= 900",
    ],
    ['in', [{ column: 'id', operator: 'in', values: ['3', '6', '7'] }], 'id IN (3, 6, 7)'],
    ['contains, in any case', [{ column: 'b', operator: 'contains', values: ['ABC'] }], "b LIKE '%abc%'"],
    ['a % as itself', [{ column: 'b', operator: 'contains', values: ['%'] }], 'false'],
    ['starts', [{ column: 'b', operator: 'starts', values: ['ab'] }], "b LIKE 'ab%'"],
    ['NULL', [{ column: 'a', operator: 'null', values: [] }], 'a IS NULL'],
    ['no NULL', [{ column: 'a', operator: 'not null', values: [] }], 'a IS NOT NULL'],
    ['a text that knows no case', [{ column: 'c', operator: '=', values: ['X7'] }], "lower(c::text) = 'x7'"],
    ['a value that would be SQL', [{ column: 'b', operator: '=', values: ["' OR true; --"] }], 'false'],
  ])('let through what they say: %s', async (_, filters, condition) => {
    const expected = await live.run(`SELECT id FROM big WHERE ${condition} ORDER BY id LIMIT 50`);
    const found = await page({ name: 'big', filters, limit: 50 });
    expect(cells(found.rows).map(([id]) => id)).toEqual(expected.map((row) => row.id));
  });

  it('that few rows pass find them in a table without a key', async () => {
    await live.run("INSERT INTO keyless VALUES ('needle', 99)");
    const found = await page({
      name: 'keyless',
      filters: [{ column: 'size', operator: '=', values: ['99'] }],
    });
    expect(cells(found.rows)).toEqual([['needle', '99']]);
  });
});

describe('values', () => {
  it('of every type come as PostgreSQL writes them, long ones cut with their length', async () => {
    await live.admin((admin) => admin.query('CREATE DATABASE every'));
    const { server } = live.postgres;
    await withSession({ ...server.admin, database: 'every' }, {}, (admin) => admin.script(everything));
    const reader = openLiveReader(() => live.readerOf('every'));
    try {
      const read = (name: string) =>
        readRows(reader, RowsWish.parse({ table: { schema: 'public', name }, limit: 3 }));
      const { columns, rows } = await read('person');
      const first = Object.fromEntries(columns.map((column, at) => [column.name, rows[0]?.cells[at]]));
      expect(first).toMatchObject({
        id: '1',
        name: 'Name 1',
        mood: 'ok',
        age: '19',
        both: '(1,"x,""1")',
        range: '[1,2.5)',
        tags: '{a1,NULL,"c \\"d\\""}',
        extra: '{"k": 1, "q": "a\\\\b\\""}',
        photo: '\\xc4ca4238a0b923820dcc509a6f75849b',
        amount: '0.143',
        initial: 'N',
        note: '',
      });
      const shapes = ['events', 'parent', 'quick', 'empty', 'nothing', 'initials', 'a', 'b'].map(
        async (name) => {
          const { columns, rows } = await read(name);
          return [name, columns.length, rows.length];
        },
      );
      expect(await Promise.all(shapes)).toEqual([
        ['events', 3, 3],
        ['parent', 2, 3],
        ['quick', 2, 2],
        ['empty', 1, 0],
        ['nothing', 0, 0],
        ['initials', 2, 1],
        ['a', 2, 2],
        ['b', 2, 1],
      ]);
    } finally {
      await reader.close();
    }
  });

  it('that are long are cut on the server, with the length of all', async () => {
    await live.run(`CREATE TABLE wide (id integer PRIMARY KEY, body text, raw bytea, doc jsonb, nothing text);
      INSERT INTO wide VALUES (1, repeat('ü', 10000), decode(repeat('ab', 500), 'hex'), jsonb_build_object('k', repeat('v', 9000)), NULL)`);
    const { rows } = await page({ name: 'wide' });
    expect(rows[0]?.cells).toEqual([
      '1',
      { text: 'ü'.repeat(4096), bytes: 20_000 },
      { text: `\\x${'ab'.repeat(64)}`, bytes: 500 },
      { text: `{"k": "${'v'.repeat(4096 - 7)}`, bytes: 9009 },
      null,
    ]);
  });

  it('hidden by row security are shown, to its full extent', async () => {
    await live.run(`CREATE TABLE tenants (id integer PRIMARY KEY, tenant text); INSERT INTO tenants VALUES (1, 'a'), (2, 'b');
      ALTER TABLE tenants ENABLE ROW LEVEL SECURITY; ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
      CREATE POLICY none ON tenants USING (false)`);
    expect(await live.run('SELECT * FROM tenants')).toEqual([]);
    expect((await page({ name: 'tenants' })).rows).toHaveLength(2);
  });
});
