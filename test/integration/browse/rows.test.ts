import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRows } from '../../../electron/browse/rows.ts';
import { openLiveReader } from '../../../electron/browse/sessions.ts';
import { type Cell, type RowsPage, RowsWish } from '../../../electron/contract/browse.ts';
import { withSession } from '../../../electron/sql/connect.ts';
import { type BrowsedLive, makeBrowsedLive } from '../../support/browsing.ts';
import { everything } from '../../support/everything.ts';

let live: BrowsedLive;

const longName = `${'ä'.repeat(31)}x`;

beforeAll(async () => {
  live = await makeBrowsedLive({ extensions: ['citext'] });
  await live.run(`
    CREATE TABLE big (id integer PRIMARY KEY, a integer, b text, c citext, at timestamptz NOT NULL);
    INSERT INTO big SELECT i * 3, CASE WHEN i % 7 = 0 THEN NULL ELSE i % 1000 END, md5(i::text),
      CASE WHEN i % 2 = 0 THEN 'X' ELSE 'x' END || i % 500, '2024-01-01Z'::timestamptz + i % 977 * interval '1 hour'
      FROM generate_series(1, 200000) AS i;
    CREATE INDEX ON big (a, id);
    CREATE TABLE pair (region text, number integer, note text, PRIMARY KEY (region, number));
    INSERT INTO pair SELECT (ARRAY['é', 'B', 'a', 'Ω''"'])[1 + i % 4], i, NULL FROM generate_series(1, 3000) AS i;
    CREATE TABLE keyless (what text, size integer);
    INSERT INTO keyless SELECT repeat('w', i % 400), i % 10 FROM generate_series(1, 9000) AS i;
    DELETE FROM keyless WHERE size = 3;
    CREATE TABLE parts (at date, what text) PARTITION BY RANGE (at);
    CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
    CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
    INSERT INTO parts SELECT '2020-01-01'::date + i % 700, 'p' || i FROM generate_series(1, 5000) AS i;
    CREATE TABLE parent (id integer PRIMARY KEY, what text);
    CREATE TABLE child (more text) INHERITS (parent);
    INSERT INTO parent SELECT i, 'p' FROM generate_series(1, 500) AS i;
    INSERT INTO child SELECT i, 'c', 'm' FROM generate_series(1, 500) AS i;
    CREATE TABLE long (id integer PRIMARY KEY, body text);
    INSERT INTO long SELECT i, repeat('z', 5000) || i % 3 FROM generate_series(1, 50) AS i;
    CREATE SCHEMA "Odd ""Schema";
    CREATE TABLE "Odd ""Schema"."${longName}" ("a""; DROP TABLE big; --" integer PRIMARY KEY, "rockpool ctid" text, "🐚" text);
    INSERT INTO "Odd ""Schema"."${longName}" VALUES (1, 'x', '<script>'), (2, NULL, ''), (3, '\\', '''; --');
    CREATE VIEW numbers AS SELECT id, a FROM big WHERE id < 3000;
    ANALYZE;`);
});

afterAll(() => live?.[Symbol.asyncDispose]());

type Wish = Partial<RowsWish> & { readonly name: string; readonly schema?: string };

function page({ name, schema = 'public', ...wish }: Wish): Promise<RowsPage> {
  return readRows(live.reader, RowsWish.parse({ table: { schema, name }, ...wish }));
}

async function walk(wish: Wish, isBackward = false): Promise<RowsPage['rows']> {
  const pages: RowsPage['rows'][] = [];
  let start: RowsWish['start'] = isBackward ? { position: 1 } : null;
  for (;;) {
    const found = await page({ ...wish, start });
    if (isBackward) pages.unshift(found.rows);
    else pages.push(found.rows);
    const cursor = isBackward ? found.previous : found.next;
    if (cursor === null) return pages.flat();
    start = { cursor };
  }
}

const cells = (rows: RowsPage['rows']): Cell[][] => rows.map((row) => row.cells);

describe('pages', () => {
  it.each<[string, Wish, number, string]>([
    ['by key', { name: 'big', limit: 1000 }, 200_000, 'id'],
    [
      'by a column with NULLs',
      { name: 'big', sort: [{ column: 'a', descending: false }], limit: 1000 },
      200_000,
      'a, id',
    ],
    [
      'downwards by a column with NULLs',
      { name: 'big', sort: [{ column: 'a', descending: true }], limit: 1000 },
      200_000,
      'a DESC, id DESC',
    ],
    [
      'by a text that knows no case and another way round',
      {
        name: 'big',
        sort: [
          { column: 'c', descending: false },
          { column: 'a', descending: true },
        ],
        filters: [{ column: 'id', operator: '<', values: ['15000'] }],
        limit: 300,
      },
      4999,
      'c, a DESC, id DESC',
    ],
    ['by a key of two columns', { name: 'pair', limit: 70 }, 3000, 'region, number'],
    ['by where rows lie, without a key', { name: 'keyless', limit: 130 }, 8100, 'ctid'],
    [
      'by a column, without a key',
      { name: 'keyless', sort: [{ column: 'size', descending: true }], limit: 900 },
      8100,
      'size DESC, ctid DESC',
    ],
    ['of a partitioned table without a key', { name: 'parts', limit: 170 }, 5000, 'tableoid, ctid'],
    [
      'of a partitioned table by a column',
      { name: 'parts', sort: [{ column: 'at', descending: false }], limit: 500 },
      5000,
      'at, tableoid, ctid',
    ],
    ['of a table whose child repeats its keys', { name: 'parent', limit: 60 }, 1000, 'tableoid, ctid'],
    [
      'by texts too long for a cursor',
      { name: 'long', sort: [{ column: 'body', descending: false }], limit: 7 },
      50,
      'body, id',
    ],
  ])('%s hold each row once, forwards as backwards', async (_, wish, rows, order) => {
    const forwards = await walk(wish);
    expect(forwards).toHaveLength(rows);
    expect(new Set(forwards.map((row) => row.handle)).size).toBe(rows);
    const backwards = await walk(wish, true);
    expect(JSON.stringify(backwards)).toBe(JSON.stringify(forwards));
    const filter = wish.filters?.length ? 'WHERE id < 15000' : '';
    const [key] = await columnsOf(wish.name);
    const expected = await live.run(`SELECT ${key}::text AS k FROM ${wish.name} ${filter} ORDER BY ${order}`);
    expect(forwards.map((row) => textOf(row.cells[0]))).toEqual(expected.map((row) => row.k));
  });

  it.each<[string, RowsWish['sort'], string]>([
    ['by key', [], 'id'],
    ['by a column with NULLs', [{ column: 'a', descending: false }], 'a, id'],
    ['downwards by it', [{ column: 'a', descending: true }], 'a DESC, id DESC'],
    ['downwards by a time', [{ column: 'at', descending: true }], 'at DESC, id DESC'],
    ['by a text that knows no case', [{ column: 'c', descending: false }], 'c, id'],
  ])('stand at about the share of all rows that was jumped to, %s', async (_, sort, order) => {
    const all = await live.run(`SELECT id FROM big ORDER BY ${order}`);
    const at = new Map(all.map((row, index) => [row.id, index / all.length]));
    for (const position of [0.01, 0.25, 0.5, 0.9, 0.97]) {
      const found = await page({ name: 'big', sort, start: { position } });
      expect(found.rows).toHaveLength(100);
      expect(Math.abs((at.get(textOf(found.rows[0]?.cells[0])) ?? 9) - position)).toBeLessThan(0.02);
    }
  });

  it('at the very end are full', async () => {
    const last = await page({ name: 'big', start: { position: 1 } });
    expect(last.next).toBeNull();
    expect(last.rows).toHaveLength(100);
    expect(last.rows.at(-1)?.cells[0]).toBe('600000');
    const near = await page({ name: 'keyless', start: { position: 0.999 } });
    expect(near.rows).toHaveLength(100);
    expect(near.next).toBeNull();
  });

  it('of a view are read, sorted and turned, though it has no key', async () => {
    const sort = [{ column: 'id', descending: false }];
    const all = await walk({ name: 'numbers', sort, limit: 300 });
    expect(cells(all).map(([id]) => Number(id))).toEqual(
      Array.from({ length: 999 }, (_, at) => (at + 1) * 3),
    );
    const middle = await page({ name: 'numbers', sort, start: { position: 0.5 }, limit: 10 });
    expect(middle.rows[0]?.cells[0]).toBe('1500');
    expect(middle.previous).not.toBeNull();
  });

  it('stay right while rows come and go', async () => {
    await live.run(
      'CREATE TABLE moving AS SELECT i AS id FROM generate_series(1, 300) AS i; ALTER TABLE moving ADD PRIMARY KEY (id)',
    );
    const first = await page({ name: 'moving', limit: 100 });
    await live.run('DELETE FROM moving WHERE id <= 100; INSERT INTO moving VALUES (-5), (0)');
    const second = await page({ name: 'moving', limit: 100, start: { cursor: first.next ?? '' } });
    expect(second.rows[0]?.cells[0]).toBe('101');
  });

  it('refuse a cursor of another order, or of nobody', async () => {
    const first = await page({ name: 'big' });
    const start = { cursor: first.next ?? '' };
    const other = page({ name: 'big', sort: [{ column: 'a', descending: false }], start });
    await expect(other).rejects.toMatchObject({ code: 'usage' });
    await expect(page({ name: 'big', start: { cursor: 'nonsense' } })).rejects.toMatchObject({
      code: 'usage',
    });
  });

  it('are empty for an empty table, and rows for one without columns', async () => {
    await live.run(
      'CREATE TABLE void (id integer PRIMARY KEY); CREATE TABLE bare (); INSERT INTO bare DEFAULT VALUES',
    );
    const wish = { start: { position: 0.5 } };
    expect(await page({ name: 'void', ...wish })).toMatchObject({ rows: [], next: null });
    expect((await page({ name: 'bare' })).rows).toMatchObject([{ cells: [] }]);
  });
});

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
    await live.admin(async (admin) => {
      await admin.query('CREATE DATABASE every');
      await admin.query('GRANT CONNECT ON DATABASE every TO rp_reader');
    });
    const { server } = live.postgres;
    await withSession({ ...server.admin, database: 'every' }, {}, (admin) => admin.query(everything));
    const reader = openLiveReader(async () => server.address('rp_reader', 'reader-password', 'every'));
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

async function columnsOf(name: string): Promise<string[]> {
  const { columns } = await page({ name, limit: 1 });
  return columns.map((column) => column.name);
}

function textOf(cell: Cell | undefined): string | null {
  if (cell == null) return null;
  return typeof cell === 'string' ? cell : cell.text;
}
