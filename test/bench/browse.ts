import { readRows } from '../../electron/browse/rows.ts';
import { listTables } from '../../electron/browse/tables.ts';
import { RowsWish } from '../../electron/contract/browse.ts';
import { makeBrowsedLive } from '../support/browsing.ts';
import { type Figure, figureOf } from './measure.ts';

/** How long reading takes in milliseconds, by what was read. */
export type BrowseFigures = Readonly<Record<string, Figure>>;

const cases: readonly (readonly [what: string, table: string, sort: string | null, descending: boolean])[] = [
  ['by an integer key with gaps', 'orders', null, false],
  ['by an indexed date, downwards', 'orders', 'at', true],
  ['by an indexed column with NULLs', 'orders', 'customer', false],
  ['by a uuid key', 'visits', null, false],
  ['without a key', 'log', null, false],
];

/**
 * Measures reading tables of `rows` rows each: the first page, jumps to places all over, and the pages around them, of 100
 * rows each. Wanted is 150 ms for each.
 */
export async function measureBrowse(rows: number, jumps = 40): Promise<BrowseFigures> {
  await using live = await makeBrowsedLive();
  await live.run(
    `CREATE TABLE orders (id bigint, customer integer, at timestamptz NOT NULL, state text, amount numeric(12, 2), note text);
     INSERT INTO orders SELECT i + (i / 1000000) * 50000000, CASE WHEN i % 10 > 0 THEN (i * 7919) % 250000 END,
       '2020-01-01Z'::timestamptz + (i * 104729 % 100000000) * interval '1 second', (ARRAY['new', 'paid', 'sent'])[1 + i % 3],
       (i % 99999) / 100.0, md5(i::text) FROM generate_series(1, ${rows}::int8) AS i;
     ALTER TABLE orders ADD PRIMARY KEY (id);
     CREATE INDEX ON orders (at, id);
     CREATE INDEX ON orders (customer, id);
     CREATE TABLE visits (id uuid, page text);
     INSERT INTO visits SELECT md5(i::text)::uuid, 'p' || i % 5000 FROM generate_series(1, ${rows}) AS i;
     ALTER TABLE visits ADD PRIMARY KEY (id);
     CREATE TABLE log (at timestamptz, line text);
     INSERT INTO log SELECT now(), repeat('x', i % 100) FROM generate_series(1, ${rows}) AS i;`,
  );
  await live.run('VACUUM ANALYZE orders, visits, log');
  const figures: Record<string, Figure> = {};
  const measure = async <T>(times: number, work: (at: number) => Promise<T>): Promise<Figure> => {
    const taken: number[] = [];
    for (let at = 0; at < times; at++) {
      const startedAt = performance.now();
      await work(at);
      taken.push(performance.now() - startedAt);
    }
    return figureOf(taken);
  };
  figures['list of tables'] = await measure(10, () => listTables(live.reader));
  for (const [what, name, column, descending] of cases) {
    const sort = column === null ? [] : [{ column, descending }];
    const read = (start: RowsWish['start']) =>
      readRows(live.reader, RowsWish.parse({ table: { schema: 'public', name }, sort, start }));
    const around: string[] = [];
    figures[`${what}: first page`] = await measure(10, () => read(null));
    figures[`${what}: jump`] = await measure(jumps, async (at) => {
      // The golden ratio strews the places over the whole table.
      const page = await read({ position: (at * 0.618033988749895) % 1 });
      around.push(...[page.next, page.previous].filter((cursor) => cursor !== null));
    });
    figures[`${what}: next and previous page`] = await measure(around.length, (at) =>
      read({ cursor: around[at] ?? '' }),
    );
  }
  return figures;
}

if (import.meta.main) {
  const rows = Number(process.argv[2] ?? 5_000_000);
  const figures = await measureBrowse(rows);
  for (const [what, { min, median, max }] of Object.entries(figures)) {
    const text = [min, median, max].map((ms) => ms.toFixed(1).padStart(7)).join(' ');
    process.stdout.write(`${what.padEnd(60)} ${text} ms (least, middle, most)\n`);
  }
}
