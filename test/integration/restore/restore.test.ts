import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentsOf } from '../../support/contents.ts';
import { type Bench, openBench, type Restored } from '../../support/restoring.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

// As pg_dump writes it, but for the order: nothing stands where it would have to.
const everything = {
  'schema-a.sql': `
    SET statement_timeout = 0;
    SET no_such_setting = 1;
    SELECT pg_catalog.set_config('search_path', '', false);
    CREATE SCHEMA public;
    CREATE SCHEMA "Odd.Schema";
    CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;
    COMMENT ON EXTENSION citext IS 'x';
    CREATE EXTENSION IF NOT EXISTS dblink WITH SCHEMA public;
    CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;
    CREATE VIEW public.view_on_view AS SELECT name FROM public.view_on_table;
    CREATE VIEW public.view_on_table AS SELECT "Id", name FROM public."Users" WHERE active;
    CREATE VIEW public.grouped AS SELECT "Id", name FROM public."Users" GROUP BY "Id";
    CREATE MATERIALIZED VIEW public.mat2 AS SELECT count(*) AS n FROM public.mat1 WITH NO DATA;
    CREATE MATERIALIZED VIEW public.mat1 AS SELECT name FROM public.view_on_view WITH NO DATA;
    CREATE UNIQUE INDEX mat1_name ON public.mat1 (name);
    CREATE TABLE public."Users" (
      "Id" integer GENERATED ALWAYS AS IDENTITY,
      name public.citext NOT NULL,
      mood public.mood DEFAULT 'ok',
      age public.adult,
      active boolean DEFAULT true,
      initial text GENERATED ALWAYS AS (upper("left"((name)::text, 1))) STORED,
      note text DEFAULT 'none'
    );
    CREATE TYPE public.mood AS ENUM ('sad', 'ok', 'a, "b"');
    CREATE DOMAIN public.adult AS integer CONSTRAINT adult_check CHECK (VALUE >= 18);
    CREATE TABLE "Odd.Schema"."odd.table" ("odd ""col" integer, b integer DEFAULT nextval('"Odd.Schema"."odd seq"'));
    CREATE SEQUENCE "Odd.Schema"."odd seq" START 5;
    CREATE TABLE public.parent (id integer NOT NULL, what text);
    CREATE TABLE public.child (extra text) INHERITS (public.parent);
    CREATE TABLE public.events (id bigint NOT NULL, at date NOT NULL, user_id integer) PARTITION BY RANGE (at);
    CREATE TABLE public.events_1 (id bigint NOT NULL, at date NOT NULL, user_id integer);
    CREATE TABLE public.events_2 (id bigint NOT NULL, at date NOT NULL, user_id integer);
    ALTER TABLE ONLY public.events ATTACH PARTITION public.events_1 FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
    ALTER TABLE ONLY public.events ATTACH PARTITION public.events_2 FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
    CREATE SEQUENCE public.events_id_seq;
    ALTER TABLE ONLY public.events ALTER COLUMN id SET DEFAULT nextval('public.events_id_seq'::regclass);
    ALTER SEQUENCE public.events_id_seq OWNED BY public.events.id;
    CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS $_$ BEGIN NEW.note := 'touched'; RETURN NEW; END; $_$;
    CREATE FUNCTION public.sum_of(a integer, b integer) RETURNS integer BEGIN ATOMIC SELECT (a + b); END;
    CREATE AGGREGATE public.total(integer) (SFUNC = public.sum_of, STYPE = integer, INITCOND = '0');
    CREATE OPERATOR public.### (FUNCTION = public.sum_of, LEFTARG = integer, RIGHTARG = integer);
    CREATE TABLE public.a (id integer PRIMARY KEY, b_id integer);
    CREATE TABLE public.b (id integer PRIMARY KEY, a_id integer REFERENCES public.a (id) DEFERRABLE);
    CREATE TABLE public.empty (id integer);
    ALTER TABLE public."Users" OWNER TO boss;
    GRANT SELECT ON public."Users" TO boss;
    ALTER TABLE ONLY public.a ADD CONSTRAINT a_b_fkey FOREIGN KEY (b_id) REFERENCES public.b(id);
    ALTER TABLE ONLY public.a ADD CONSTRAINT a_gone_fkey FOREIGN KEY (b_id) REFERENCES public.gone(id);
    CREATE TRIGGER touch BEFORE UPDATE OR INSERT ON public."Users" FOR EACH ROW EXECUTE FUNCTION public.touch();
    CREATE RULE no_delete AS ON DELETE TO public.empty DO INSTEAD (SELECT 1; SELECT 2);
    CREATE POLICY own ON public.empty USING (id = 1);
    CREATE POLICY bosses ON public.empty TO boss USING (true);
    ALTER TABLE public.empty ENABLE ROW LEVEL SECURITY;
    CREATE STATISTICS public.users_stats ON name, mood FROM public."Users";
    COMMENT ON TABLE public."Users" IS 'people; all of them';
    COMMENT ON COLUMN public."Users".name IS 'how they are called';
    COMMENT ON CONSTRAINT users_pkey ON public."Users" IS 'the key';
    COMMENT ON TRIGGER touch ON public."Users" IS 'a trigger';
    ALTER TABLE ONLY public.events ADD CONSTRAINT events_pkey PRIMARY KEY (id, at);
    ALTER TABLE ONLY public.events_1 ADD CONSTRAINT events_1_pkey PRIMARY KEY (id, at);
    ALTER TABLE ONLY public.events_2 ADD CONSTRAINT events_2_pkey PRIMARY KEY (id, at);
    ALTER INDEX public.events_pkey ATTACH PARTITION public.events_1_pkey;
    ALTER INDEX public.events_pkey ATTACH PARTITION public.events_2_pkey;
    ALTER TABLE public.events ADD CONSTRAINT events_user_fkey FOREIGN KEY (user_id) REFERENCES public."Users"("Id");
  `,
  'schema-b.sql': `
    SET search_path = public, pg_catalog;
    ALTER TABLE ONLY "Users" ADD CONSTRAINT users_pkey PRIMARY KEY ("Id"), ADD CONSTRAINT users_name UNIQUE USING INDEX users_name_idx;
    CREATE UNIQUE INDEX users_name_idx ON "Users" USING btree (name);
    ALTER TABLE "Users" CLUSTER ON users_name;
    CREATE SEQUENCE public.events_id_seq;
  `,
  'schema-restore-constraints.sql': `
    ALTER TABLE IF EXISTS "public"."Users" ADD CONSTRAINT "users_pkey" PRIMARY KEY ("Id");
    ALTER TABLE IF EXISTS "public"."a" ADD CONSTRAINT "a_b_fkey" FOREIGN KEY (b_id) REFERENCES b(id);
    ALTER TABLE IF EXISTS "public"."b" ADD CONSTRAINT "b_a_id_fkey" FOREIGN KEY (a_id) REFERENCES a(id);
    ALTER TABLE IF EXISTS "public"."nowhere" ADD CONSTRAINT "nowhere_pkey" PRIMARY KEY (id);
  `,
  'schema-set-sequences.sql': `SELECT SETVAL('public.events_id_seq', COALESCE(MAX(id), 1)) FROM public.events_1;`,
};
const rows = {
  'public.Users': 'Id,name,initial,mood,age,active\n7,Zoe,Z,"a, ""b""",,t\n3,"Ann\nLee",A,sad,44,f\n',
  'Odd.Schema.odd.table': '"odd ""col"\n1\n2\n',
  'public.parent': 'id,what\n1,p\n',
  'public.child': 'id,what,extra\n2,c,x\n3,c,y\n',
  'public.events_1': 'id,at,user_id\n1,2020-05-05,3\n9,2020-06-06,99\n',
  'public.events_2': 'id,at,user_id\n40,2021-05-05,7\n',
  a: 'id,b_id\n1,1\n2,\n',
  b: 'id,a_id\n1,2\n',
  'public.view_on_table': 'Id,name\n1,x\n',
};

describe('a dataset that holds one of everything', () => {
  let restored: Restored;
  const one = async (sql: string): Promise<unknown> => (await restored.rows(sql))[0]?.[0];
  beforeAll(async () => {
    restored = await bench.restore(contentsOf(everything, rows));
  });

  it('has all rows, with generated and identity columns, domains, enums and line breaks', async () => {
    expect(
      await restored.rows('SELECT "Id", name, initial, mood, age, active, note FROM "Users" ORDER BY 1'),
    ).toEqual([
      ['3', 'Ann\nLee', 'A', 'sad', '44', 'f', 'none'],
      ['7', 'Zoe', 'Z', 'a, "b"', null, 't', 'none'],
    ]);
    expect(await one('SELECT count(*) FROM ONLY parent')).toBe('1');
    expect(await one('SELECT count(*) FROM parent')).toBe('3');
    expect(await one('SELECT count(*) FROM events')).toBe('3');
    expect(await restored.rows('SELECT * FROM "Odd.Schema"."odd.table"')).toEqual([
      ['1', '5'],
      ['2', '6'],
    ]);
  });

  it('reports every table, partition roots without rows', () => {
    const counts = restored.result.tables.map(({ schema, name, rows: count }) => [
      `${schema}.${name}`,
      count,
    ]);
    expect(Object.fromEntries(counts)).toEqual({
      'Odd.Schema.odd.table': 2,
      'public.Users': 2,
      'public.a': 2,
      'public.b': 1,
      'public.child': 2,
      'public.empty': 0,
      'public.events': null,
      'public.events_1': 2,
      'public.events_2': 1,
      'public.parent': 1,
    });
    expect(restored.result.tables.find(({ name }) => name === 'Users')?.bytes).toBeGreaterThan(0);
  });

  it('has views on views, and materialized views that are filled in the order in which they read each other', async () => {
    expect(await restored.rows('SELECT name FROM view_on_view')).toEqual([['Zoe']]);
    expect(await one('SELECT n FROM mat2')).toBe('1');
    expect(await one('SELECT count(*) FROM grouped')).toBe('2');
    expect(await one("SELECT count(*) FROM pg_indexes WHERE tablename = 'mat1'")).toBe('1');
  });

  it('has functions, aggregates and operators', async () => {
    expect(await one('SELECT 2 OPERATOR(public.###) 3')).toBe('5');
    expect(await one('SELECT public.total(x) FROM generate_series(1, 4) x')).toBe('10');
  });

  it('has keys once, partitions joined, and the constraint that stands on an index', async () => {
    const keys = await restored.rows(
      `SELECT conrelid::regclass || ' ' || conname || ' ' || contype::text FROM pg_constraint
       WHERE contype IN ('p', 'u', 'f') AND connamespace = 'public'::regnamespace AND conparentid = 0 ORDER BY 1`,
    );
    expect(keys.flat()).toEqual([
      '"Users" users_name u',
      '"Users" users_pkey p',
      'a a_b_fkey f',
      'a a_pkey p',
      'b b_a_id_fkey f',
      'b b_pkey p',
      'events events_pkey p',
      'events events_user_fkey f',
    ]);
    const whole = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'events_pkey'::regclass";
    expect(await one(whole)).toBe('t');
    expect(await one("SELECT indisclustered FROM pg_index WHERE indexrelid = 'users_name'::regclass")).toBe(
      't',
    );
  });

  it('keeps a foreign key with orphans unchecked and counts them; keys in a circle are checked', async () => {
    expect(restored.result.orphans).toEqual([{ constraint: 'public.events.events_user_fkey', rows: 1 }]);
    const unchecked =
      "SELECT DISTINCT conname FROM pg_constraint WHERE contype = 'f' AND NOT convalidated AND conparentid = 0";
    expect(await restored.rows(unchecked)).toEqual([['events_user_fkey']]);
    await expect(restored.rows("INSERT INTO events VALUES (50, '2020-01-01', 98)")).rejects.toThrow(
      'foreign key',
    );
  });

  it('has triggers, rules, row security and policies that were not at work during the load', async () => {
    expect(await one('SELECT count(*) FROM "Users" WHERE note = \'touched\'')).toBe('0');
    await restored.rows('UPDATE "Users" SET active = true WHERE "Id" = 3');
    expect(await one('SELECT note FROM "Users" WHERE "Id" = 3')).toBe('touched');
    expect(await one("SELECT relrowsecurity FROM pg_class WHERE oid = 'empty'::regclass")).toBe('t');
    expect(await restored.rows('SELECT policyname FROM pg_policies')).toEqual([['own']]);
    expect(await one("SELECT count(*) FROM pg_rules WHERE schemaname = 'public'")).toBe('1');
  });

  it('goes on counting where the rows ended', async () => {
    expect(await one("INSERT INTO events (at, user_id) VALUES ('2020-01-02', 3) RETURNING id")).toBe('41');
    expect(await one('INSERT INTO "Users" (name) VALUES (\'New\') RETURNING "Id"')).toBe('8');
    expect(await one('INSERT INTO "Odd.Schema"."odd.table" DEFAULT VALUES RETURNING b')).toBe('7');
  });

  it('has its comments and statistics', async () => {
    expect(await one('SELECT obj_description(\'"Users"\'::regclass)')).toBe('people; all of them');
    expect(await one('SELECT col_description(\'"Users"\'::regclass, 2)')).toBe('how they are called');
    expect(
      await one("SELECT count(*) FROM pg_description WHERE description IN ('the key', 'a trigger')"),
    ).toBe('2');
    expect(await one('SELECT reltuples FROM pg_class WHERE oid = \'"Users"\'::regclass')).toBe('2');
    expect(await one('SELECT count(*) FROM pg_stats_ext')).toBe('1');
  });

  it('names everything that was left out', () => {
    const skipped = restored.result.skipped.map(({ what, name }) => `${what}: ${name}`).sort();
    expect(skipped).toEqual([
      'comment: citext',
      'extension: dblink',
      'extension: vector',
      'foreign key: public.a.a_gone_fkey',
      'grant: public.Users',
      'owner: public.Users',
      'policy: bosses',
      'primary key: nowhere_pkey',
      'rows: public.view_on_table',
      'sequence: public.events_id_seq',
      'setting: no_such_setting',
    ]);
    const codes = restored.result.warnings.map(({ code }) => code).sort();
    expect(codes).toEqual([
      'columns_missing',
      'columns_missing',
      'extension_missing',
      'extension_refused',
      'no_rows',
    ]);
  });

  it('leaves all objects to the owner, and no role of the job', async () => {
    const owners = await restored.rows(
      `SELECT DISTINCT relowner::regrole FROM pg_class WHERE relnamespace IN ('public'::regnamespace, '"Odd.Schema"'::regnamespace)
       UNION SELECT proowner::regrole FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
         AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
       UNION SELECT nspowner::regrole FROM pg_namespace WHERE nspname IN ('public', 'Odd.Schema')`,
    );
    expect(owners).toEqual([['rp_own_test']]);
    expect(await bench.strays()).toEqual([restored.database]);
  });

  it('lets nobody of the database restore statistics (C20)', async () => {
    const call =
      "SELECT pg_catalog.pg_restore_relation_stats('schemaname', 'public', 'relname', 'a', 'relpages', 9::integer)";
    await expect(restored.rows(call)).rejects.toMatchObject({ code: '42501' });
  });

  it('tells how far it is, up to the whole, in bytes and rows', () => {
    const bytes = Object.entries(rows)
      .filter(([name]) => name !== 'public.view_on_table')
      .reduce((sum, [, csv]) => sum + csv.length, 0);
    const [step] = restored.job.steps;
    expect(step?.done).toBe(step?.total);
    expect(step).toMatchObject({ rows: 13, bytes });
  });
});
