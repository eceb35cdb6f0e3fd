import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cell, RowsPage, RowsWish } from '../../../electron/contract/browse.ts';
import { type BrowsedTables, cells, makeBrowsedTables, type Wish } from '../../support/browsed-tables.ts';

let live: BrowsedTables;

beforeAll(async () => {
  live = await makeBrowsedTables();
});

afterAll(() => live?.[Symbol.asyncDispose]());

const page = (wish: Wish): Promise<RowsPage> => live.page(wish);

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

async function columnsOf(name: string): Promise<string[]> {
  const { columns } = await page({ name, limit: 1 });
  return columns.map((column) => column.name);
}

function textOf(cell: Cell | undefined): string | null {
  if (cell == null) return null;
  return typeof cell === 'string' ? cell : cell.text;
}
