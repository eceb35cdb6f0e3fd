import { readRows } from '../../electron/browse/rows.ts';
import { type Cell, type RowsPage, RowsWish } from '../../electron/contract/browse.ts';
import { type BrowsedLive, makeBrowsedLive } from './browsing.ts';

/** A name of 63 bytes, the longest that PostgreSQL keeps. */
export const longName = `${'ä'.repeat(31)}x`;

const tables = `
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
  ANALYZE;`;

/** What of a wish a test says; the rest is the page's own default. */
export type Wish = Partial<RowsWish> & { readonly name: string; readonly schema?: string };

/** A live with tables of each kind that rows are read from. */
export interface BrowsedTables extends BrowsedLive {
  /** Reads one page of a table of `public`, or of the schema that is named. */
  page(wish: Wish): Promise<RowsPage>;
}

/** Starts a server with these tables in its live, analyzed. */
export async function makeBrowsedTables(): Promise<BrowsedTables> {
  const live = await makeBrowsedLive({ extensions: ['citext'] });
  await live.run(tables);
  return {
    ...live,
    page: async ({ name, schema = 'public', ...wish }) =>
      readRows(live.reader, RowsWish.parse({ table: { schema, name }, ...wish })),
  };
}

/** The cells of each row, without what names the row. */
export const cells = (rows: RowsPage['rows']): Cell[][] => rows.map((row) => row.cells);
