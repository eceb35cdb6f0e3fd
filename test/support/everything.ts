/** SQL that makes a database with one of everything that a dump can carry, to be run by a superuser. */
export const everything = `
CREATE SCHEMA "Odd.Schema";
CREATE EXTENSION citext;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'a, "b"');
CREATE TYPE pair AS (a integer, b text);
CREATE TYPE span AS RANGE (subtype = float8);
CREATE DOMAIN adult AS integer CHECK (VALUE >= 18);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $_$ BEGIN NEW.note := 'touched; '''; RETURN NEW; END; $_$;
CREATE FUNCTION sum_of(a integer, b integer) RETURNS integer LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT a + b; END;
CREATE AGGREGATE total(integer) (SFUNC = sum_of, STYPE = integer, INITCOND = '0');
CREATE OPERATOR ### (FUNCTION = sum_of, LEFTARG = integer, RIGHTARG = integer);
CREATE TABLE person (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name citext NOT NULL UNIQUE, mood mood DEFAULT 'ok', age adult, "both" pair, range span,
  tags text[], extra jsonb, photo bytea, at timestamptz, amount numeric(12, 3),
  initial text GENERATED ALWAYS AS (upper(left(name::text, 1))) STORED, note text DEFAULT 'none'
);
INSERT INTO person (name, mood, age, "both", range, tags, extra, photo, at, amount, note)
  SELECT 'Name ' || i, (ARRAY['sad', 'ok', 'a, "b"'])[1 + i % 3]::mood, 18 + i % 60, (i, 'x,"' || i)::pair,
    span(i, i + 1.5), ARRAY['a' || i, NULL, 'c "d"'], jsonb_build_object('k', i, 'q', E'a\\\\b"'),
    decode(md5(i::text), 'hex'), '2024-01-01Z'::timestamptz + i * interval '1 hour', i / 7.0,
    CASE i % 7 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN E'line\\nbreak\\ttab\\\\back' WHEN 3 THEN '\\.'
      WHEN 4 THEN '\\N' WHEN 5 THEN E'\\r\\n' ELSE 'größe 🐚' END
  FROM generate_series(1, 2000) AS i;
CREATE TRIGGER touch BEFORE UPDATE ON person FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TABLE "Odd.Schema"."odd ""table" ("odd col;" integer, "select" text);
INSERT INTO "Odd.Schema"."odd ""table" VALUES (1, '\\! touch /tmp/rockpool-was-here'), (2, $$'; DROP TABLE person; --$$);
CREATE TABLE nothing ();
CREATE TABLE empty (id integer);
CREATE TABLE parent (id integer NOT NULL, what text);
CREATE TABLE child (extra text) INHERITS (parent);
INSERT INTO parent VALUES (1, 'p'); INSERT INTO child VALUES (2, 'c', 'x'), (3, 'c', NULL);
CREATE TABLE events (id bigint NOT NULL, at date NOT NULL, person integer REFERENCES person, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
INSERT INTO events SELECT i, '2020-06-01'::date + i % 500, 1 + i % 2000 FROM generate_series(1, 1000) AS i;
CREATE TABLE a (id integer PRIMARY KEY, b integer);
CREATE TABLE b (id integer PRIMARY KEY, a integer REFERENCES a DEFERRABLE);
INSERT INTO a VALUES (1, 1), (2, NULL); INSERT INTO b VALUES (1, 2);
ALTER TABLE a ADD CONSTRAINT a_b FOREIGN KEY (b) REFERENCES b (id);
CREATE SEQUENCE counter START 7 INCREMENT 3; SELECT nextval('counter'), nextval('counter');
CREATE UNLOGGED TABLE quick (id serial, at timestamp DEFAULT now());
INSERT INTO quick (at) VALUES ('2020-01-01'), ('infinity');
CREATE VIEW moods AS SELECT mood, count(*) AS n FROM person GROUP BY mood;
CREATE MATERIALIZED VIEW initials AS SELECT initial, count(*) AS n FROM person GROUP BY initial;
CREATE MATERIALIZED VIEW letters AS SELECT initial FROM initials;
CREATE UNIQUE INDEX initials_initial ON initials (initial);
CREATE INDEX person_tags ON person USING gin (tags);
CREATE INDEX person_low ON person (lower(name::text)) WHERE age > 20;
CREATE RULE keep AS ON DELETE TO empty DO INSTEAD NOTHING;
ALTER TABLE empty ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON empty USING (id = 1);
CREATE STATISTICS person_stats ON mood, age FROM person;
COMMENT ON TABLE person IS 'people; all of them';
COMMENT ON COLUMN person.name IS 'how they are ''called''';
COMMENT ON INDEX person_low IS 'an index';
COMMENT ON FUNCTION touch() IS 'a function';
SELECT lo_from_bytea(40001, decode(repeat('00ff5c', 100000), 'hex')), lo_from_bytea(40002, ''), lo_from_bytea(40003, 'hello');
GRANT SELECT ON person TO PUBLIC;
CREATE PUBLICATION pub FOR TABLE person;
CREATE FOREIGN DATA WRAPPER nowhere;
CREATE SERVER far FOREIGN DATA WRAPPER nowhere;
`;

/** One line a table and large object, with a sum over all of its rows in any order. */
export const sums = `
SELECT format('%s %s', c.oid::regclass, (xpath('/row/s/text()', query_to_xml(
  format('SELECT count(*) || '' '' || coalesce(sum(hashtextextended(t::text, 0)), 0) AS s FROM ONLY %s t', c.oid::regclass),
  false, true, '')))[1]) AS line
FROM pg_class c WHERE c.relkind IN ('r', 'm') AND c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
UNION ALL
SELECT format('%s %s', oid, md5(lo_get(oid))) FROM pg_largeobject_metadata
ORDER BY 1
`;
