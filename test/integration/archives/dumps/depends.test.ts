import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type WrittenEntry, writeArchive } from '../../../support/archive-writer.ts';
import { openCached } from '../../../support/dumps.ts';
import { type Bench, openBench, type Restored } from '../../../support/restoring.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const plain = (body: string): Buffer => Buffer.from(`SET client_encoding = 'UTF8';\n${body}\n`);

async function restore(bytes: Buffer): Promise<Restored> {
  return await bench.restore(await openCached(bench.core, { a: bytes }));
}

const shop = `CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public;
CREATE TABLE public.place (id integer NOT NULL, at public.geometry);
CREATE TABLE public.item (id integer NOT NULL, name text, place integer);
CREATE SEQUENCE public.place_id_seq OWNED BY public.place.id;
ALTER TABLE ONLY public.place ALTER COLUMN id SET DEFAULT nextval('public.place_id_seq');
CREATE VIEW public.places AS SELECT id FROM public.place;
CREATE VIEW public.items AS SELECT name FROM public.item;
CREATE MATERIALIZED VIEW public.seen AS SELECT id FROM public.places;
`;
const after = `SELECT pg_catalog.setval('public.place_id_seq', 1, true);
ALTER TABLE ONLY public.place ADD CONSTRAINT place_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.item ADD CONSTRAINT item_pkey PRIMARY KEY (id);
CREATE INDEX place_at ON public.place USING gist (at);
CREATE INDEX item_name ON public.item USING btree (name public.gist_geometry_ops_2d);
CREATE TRIGGER t BEFORE INSERT ON public.place FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
ALTER TABLE ONLY public.item ADD CONSTRAINT item_place FOREIGN KEY (place) REFERENCES public.place(id);
COMMENT ON TABLE public.place IS 'where';
`;

describe('what depends on an extension that is not to be had', () => {
  it.each([
    [
      'rows in COPY',
      'COPY public.place (id, at) FROM stdin;\n1\t\\N\n\\.\nCOPY public.item (id, name, place) FROM stdin;\n1\ta\t1\n2\tb\t\\N\n\\.\n',
    ],
    [
      'rows in INSERTs',
      "INSERT INTO public.place VALUES (1, NULL);\nINSERT INTO public.item VALUES (1, 'a', 1);\nINSERT INTO public.item VALUES (2, 'b', NULL);\n",
    ],
  ])('is left out and listed, and all else is there: %s', async (_what, rows) => {
    const restored = await restore(plain(shop + rows + after));
    expect(await restored.rows('SELECT * FROM items')).toEqual([['a'], ['b']]);
    expect(restored.result.tables).toMatchObject([{ name: 'item', rows: 2 }]);
    const listed = restored.result.skipped.map(({ what, name }) => `${what} ${name}`);
    expect(listed).toEqual(
      expect.arrayContaining([
        'extension postgis',
        'table public.place',
        'view public.places',
        'index item_name',
      ]),
    );
    expect(restored.result.skipped.find(({ name }) => name === 'public.place')?.reason).toBe(
      'it depends on type public.geometry; left out: the extension postgis',
    );
    expect(restored.result.skipped.find(({ name }) => name === 'public.places')?.reason).toMatch(
      /^it depends on relation public.place/,
    );
    expect(
      await restored.rows(
        "SELECT conname FROM pg_constraint WHERE contype = 'p' AND connamespace = 'public'::regnamespace",
      ),
    ).toEqual([['item_pkey']]);
  });

  it('leaves no table out without that: a schema that lacks a type is an error', async () => {
    await expect(restore(plain('CREATE TABLE public.place (at public.geometry);'))).rejects.toMatchObject({
      code: 'schema_missing',
    });
  });
});

describe('what depends on a function in C', () => {
  const entries: WrittenEntry[] = [
    {
      kind: 'FUNCTION',
      name: 'near(integer)',
      sql: "CREATE FUNCTION public.near(integer) RETURNS integer LANGUAGE c IMMUTABLE AS '$libdir/near', 'near';\n",
    },
    {
      kind: 'TABLE',
      name: 'a',
      sql: 'CREATE TABLE public.a (x integer, y integer DEFAULT public.near(1));\n',
    },
    { kind: 'TABLE', name: 'b', sql: 'CREATE TABLE public.b (x integer);\n' },
    { kind: 'TABLE DATA', name: 'a', copy: 'COPY public.a (x, y) FROM stdin;\n', rows: '1\t1\n' },
    { kind: 'TABLE DATA', name: 'b', copy: 'COPY public.b (x) FROM stdin;\n', rows: '1\n2\n' },
    { kind: 'INDEX', name: 'b_near', sql: 'CREATE INDEX b_near ON public.b USING btree (public.near(x));\n' },
    {
      kind: 'CONSTRAINT',
      name: 'b b_check',
      sql: 'ALTER TABLE ONLY public.b ADD CONSTRAINT b_check CHECK (public.near(x) > 0);\n',
    },
  ];

  it('is left out and listed with what it depends on', async () => {
    const { result } = await restore(writeArchive(entries));
    expect(result.tables).toMatchObject([{ name: 'b', rows: 2 }]);
    const reasonOf = (name: string): string | undefined =>
      result.skipped.find((one) => one.name === name)?.reason;
    expect(reasonOf('public.a')).toBe('it depends on function public.near(integer)');
    expect(reasonOf('b_near')).toBe('it depends on function public.near(integer)');
    expect(reasonOf('b_check')).toBe('it depends on function public.near(integer)');
    expect(result.skipped.filter(({ what }) => what === 'rows')).toHaveLength(1);
  });
});

describe('--tables on a dump with INSERTs', () => {
  const sql = `CREATE TABLE public.customer (id integer PRIMARY KEY);
CREATE TABLE public."Order" (id integer, customer integer);
CREATE TABLE public.other (id integer);
INSERT INTO public.customer VALUES (1);
INSERT INTO public."Order" VALUES (1, 1);
INSERT INTO public.other VALUES (1);
ALTER TABLE ONLY public."Order" ADD CONSTRAINT fk FOREIGN KEY (customer) REFERENCES public.customer(id);`;

  it('runs those of the chosen tables and of what they lead to', async () => {
    const contents = await openCached(bench.core, { 'a.sql': plain(sql) });
    const { result, rows } = await bench.restore(contents, { tables: ['Order'] });
    expect(
      await rows(
        'SELECT (SELECT count(*) FROM customer) AS a, (SELECT count(*) FROM "Order") AS b, (SELECT count(*) FROM other) AS c',
      ),
    ).toEqual([['1', '1', '0']]);
    expect(result.skipped).toContainEqual({
      what: 'rows',
      name: 'public.other',
      reason: 'it was not asked for',
    });
    expect(result.warnings).toMatchObject([{ code: 'script_replayed' }, { code: 'tables_added' }]);
  });

  it('does so for an archive with a table of contents', async () => {
    const entry = (name: string): WrittenEntry[] => [
      { kind: 'TABLE', name, sql: `CREATE TABLE public.${name} (id integer);\n` },
      { kind: 'TABLE DATA', name, rows: `INSERT INTO public.${name} VALUES (1);\n` },
    ];
    const contents = await openCached(bench.core, { a: writeArchive([...entry('a'), ...entry('b')]) });
    const { result } = await bench.restore(contents, { tables: ['b'] });
    expect(result.tables).toMatchObject([
      { name: 'a', rows: 0 },
      { name: 'b', rows: 1 },
    ]);
  });

  it('refuses a name that no table with rows has, with those that are like it', async () => {
    const contents = await openCached(bench.core, { 'a.sql': plain(sql) });
    await expect(bench.restore(contents, { tables: ['Orders'] })).rejects.toMatchObject({
      code: 'usage',
      hint: 'Is it public.Order?',
    });
  });
});
