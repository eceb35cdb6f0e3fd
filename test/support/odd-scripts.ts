/** Plain SQL as people write and export it, by what it shows. Each ends here as `psql -f` leaves it. */
export const oddScripts: Readonly<Record<string, string>> = {
  'redaction behind the rows': `
--
-- PostgreSQL database dump
--
SET statement_timeout = 0;
CREATE TABLE public.person (id integer NOT NULL, mail text, note text);
CREATE TABLE public.login (id integer, secret text);
COPY public.person (id, mail, note) FROM stdin;
1	ada@customer.example	likes tea
2	ben@customer.example	\\N
\\.
COPY public.login (id, secret) FROM stdin;
7	top-secret
\\.
ALTER TABLE ONLY public.person ADD CONSTRAINT person_pkey PRIMARY KEY (id);
--
-- PostgreSQL database dump complete
--
UPDATE public.person SET mail = 'p' || id || '@example.com', note = NULL;
TRUNCATE public.login;
DELETE FROM person WHERE id = 2;`,
  'redaction between the rows of two tables': `
CREATE TABLE a (id int, name text);
CREATE TABLE b (id int, name text);
COPY a FROM stdin;
1	raw
\\.
UPDATE a SET name = 'masked';
COPY b FROM stdin;
1	other
\\.
INSERT INTO a VALUES (2, 'later');`,
  'a block that redacts': `
CREATE TABLE t (a int, b text);
INSERT INTO t VALUES (1, 'raw');
DO $$ BEGIN UPDATE t SET b = 'masked'; END $$;`,
  'a procedure that redacts': `
CREATE TABLE t (a int, b text);
CREATE PROCEDURE mask() LANGUAGE sql AS 'UPDATE t SET b = ''masked''';
INSERT INTO t VALUES (1, 'raw');
CALL mask();`,
  'a function that redacts': `
CREATE TABLE t (a int, b text);
CREATE FUNCTION mask() RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE t SET b = md5(b); END $$;
COPY t FROM stdin WITH (FORMAT csv);
1,raw
\\.
SELECT mask();`,
  'rows out of rows': `
CREATE TABLE t (a int); CREATE TABLE u (a int);
INSERT INTO t VALUES (1), (2);
INSERT INTO u SELECT a * 10 FROM t;
CREATE TABLE copied AS SELECT a + 100 AS a FROM t;
SELECT a INTO picked FROM u WHERE a > 10;
TRUNCATE t;
INSERT INTO t VALUES (7);
MERGE INTO t USING u ON t.a = u.a WHEN NOT MATCHED THEN INSERT VALUES (u.a);
WITH gone AS (DELETE FROM u WHERE a = 10 RETURNING a) INSERT INTO t SELECT a + 1000 FROM gone;
INSERT INTO t VALUES (1) RETURNING a;`,
  'rows that meet a key': `
CREATE TABLE t (a int PRIMARY KEY, b text, n int DEFAULT 0);
INSERT INTO t VALUES (1, 'x'), (2, 'y');
INSERT INTO t VALUES (1, 'again') ON CONFLICT (a) DO UPDATE SET b = excluded.b, n = t.n + 1;
INSERT INTO t VALUES (2, 'never') ON CONFLICT DO NOTHING;`,
  'columns that come, go and change': `
CREATE TABLE t (a text, b int, ssn text);
INSERT INTO t VALUES ('1', 10, '123-45-6789'), ('2', 20, '987-65-4321');
ALTER TABLE t ADD COLUMN c int DEFAULT 7, ADD COLUMN d text;
ALTER TABLE t ALTER COLUMN a TYPE int USING a::int;
ALTER TABLE t RENAME COLUMN b TO bb;
INSERT INTO t (a, bb) VALUES (4, 40);
ALTER TABLE t DROP COLUMN ssn;
ALTER TABLE t ALTER COLUMN c SET NOT NULL, ALTER COLUMN d SET DEFAULT 'd';
INSERT INTO t (a) VALUES (5);
ALTER TABLE t RENAME TO renamed;`,
  'objects that are made and dropped': `
CREATE TABLE keep (id int, x int);
CREATE TABLE scratch (id int); INSERT INTO scratch VALUES (1), (2); DROP TABLE scratch;
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; DROP FUNCTION f();
CREATE INDEX i ON keep (x); DROP INDEX i;
CREATE VIEW v AS SELECT 1 AS a; DROP VIEW v;
CREATE TYPE mood AS ENUM ('a'); DROP TYPE mood;
CREATE SEQUENCE s; DROP SEQUENCE s;
DROP TABLE IF EXISTS nothing;
DROP TABLE nothing;`,
  'a table that is made anew for each export': `
DROP TABLE IF EXISTS a; CREATE TABLE a (id int); INSERT INTO a VALUES (1);
DROP TABLE IF EXISTS b; CREATE TABLE b (id int); INSERT INTO b VALUES (2);
DROP TABLE IF EXISTS a; CREATE TABLE a (id int, again text); INSERT INTO a VALUES (3, 'x');`,
  'a schema that is dropped and made': `
CREATE TABLE old (a int);
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
CREATE SCHEMA app;
CREATE TABLE public.t (a int); CREATE TABLE app.t (b int);
INSERT INTO app.t VALUES (1);`,
  'public that is taken away': `
DROP SCHEMA public;
CREATE SCHEMA app;
CREATE TABLE app.t (a int);
COPY app.t FROM stdin;
1
\\.`,
  'constraints that come and go': `
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (p int);
ALTER TABLE c ADD CONSTRAINT c_p_fkey FOREIGN KEY (p) REFERENCES p (id);
INSERT INTO p VALUES (1); INSERT INTO c VALUES (1);
ALTER TABLE c DROP CONSTRAINT c_p_fkey;
ALTER TABLE c ADD CONSTRAINT c_p_fkey FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE;
ALTER TABLE c ADD CONSTRAINT positive CHECK (p > 0) NOT VALID;
DELETE FROM p;`,
  'triggers that act on the rows behind them': `
CREATE TABLE person (id int PRIMARY KEY, name text, slug text);
CREATE TABLE profile (person_id int REFERENCES person (id), made_by text);
CREATE FUNCTION on_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO profile VALUES (NEW.id, 'trigger'); RETURN NEW; END $$;
CREATE FUNCTION fill_slug() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.slug := lower(NEW.name); RETURN NEW; END $$;
CREATE TRIGGER a AFTER INSERT ON person FOR EACH ROW EXECUTE FUNCTION on_person();
CREATE TRIGGER b BEFORE INSERT ON person FOR EACH ROW EXECUTE FUNCTION fill_slug();
INSERT INTO person (id, name) VALUES (1, 'Ann'), (2, 'Bob');
COPY person (id, name) FROM stdin;
3	Cy
\\.`,
  'a trigger that masks and one that drops rows': `
CREATE TABLE public.t (a integer, mail text);
CREATE FUNCTION public.mask() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN IF NEW.a = 2 THEN RETURN NULL; END IF; NEW.mail := 'x'; RETURN NEW; END $$;
CREATE TRIGGER mask BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.mask();
COPY public.t (a, mail) FROM stdin;
1	ada@customer.example
2	ben@customer.example
\\.`,
  'a rule that sends rows elsewhere': `
CREATE TABLE t (a int); CREATE TABLE log (a int);
CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO log VALUES (NEW.a);
INSERT INTO t VALUES (1), (2);`,
  'sequences and defaults in the order of the script': `
CREATE SEQUENCE s START 5 INCREMENT 5;
CREATE TABLE t (id int DEFAULT nextval('s'), serial serial, always int GENERATED ALWAYS AS IDENTITY, a text);
INSERT INTO t (a) VALUES ('first');
SELECT setval('s', 100);
INSERT INTO t (a) VALUES ('second');
ALTER SEQUENCE s RESTART WITH 7;
INSERT INTO t (a) VALUES ('third');
SELECT nextval('s');`,
  'a sequence that stands behind its rows': `
CREATE TABLE t (id serial, a text);
INSERT INTO t VALUES (10, 'a'), (20, 'b');`,
  'transactions and savepoints': `
CREATE TABLE t (a int);
BEGIN; INSERT INTO t VALUES (1); ROLLBACK;
BEGIN; INSERT INTO t VALUES (2); COMMIT;
START TRANSACTION;
INSERT INTO t VALUES (3);
SAVEPOINT one; INSERT INTO t VALUES (4); ROLLBACK TO SAVEPOINT one;
SAVEPOINT two; INSERT INTO t VALUES (5); RELEASE two;
CREATE TABLE inside (a int); CREATE SCHEMA app; CREATE TABLE app.inside (a int);
END;
BEGIN; DROP TABLE t; CREATE SCHEMA gone; ABORT;`,
  'a transaction that nobody ends': `
CREATE TABLE t (a int);
INSERT INTO t VALUES (1);
BEGIN;
INSERT INTO t VALUES (2);
CREATE TABLE u (a int);`,
  'a dump that is wrapped in a transaction': `
BEGIN;
CREATE TABLE public.t (a integer);
COPY public.t (a) FROM stdin;
1
\\.
CREATE INDEX i ON public.t (a);
COMMIT;`,
  'views that replace each other': `
CREATE TABLE t (a int, b text); INSERT INTO t VALUES (1, 'x');
CREATE VIEW v AS SELECT a FROM t;
CREATE OR REPLACE VIEW v AS SELECT a, b FROM t;
CREATE VIEW w AS SELECT a + 1 AS a FROM v;
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE uses (a int DEFAULT f());
INSERT INTO uses DEFAULT VALUES;
CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2';
INSERT INTO uses DEFAULT VALUES;`,
  'materialized views, filled and not': `
CREATE TABLE t (a int); INSERT INTO t VALUES (1);
CREATE MATERIALIZED VIEW empty AS SELECT a FROM t WITH NO DATA;
CREATE MATERIALIZED VIEW early AS SELECT a FROM t;
INSERT INTO t VALUES (2);
CREATE MATERIALIZED VIEW late AS SELECT a FROM t;
CREATE MATERIALIZED VIEW filled AS SELECT a FROM t WITH NO DATA;
REFRESH MATERIALIZED VIEW filled;`,
  'a view that needs a key, as pg_dump writes it': `
CREATE TABLE public.author (id integer NOT NULL, name text);
CREATE TABLE public.book (id integer NOT NULL, author integer);
CREATE VIEW public.books AS
SELECT
    NULL::integer AS id,
    NULL::text COLLATE "C" AS name,
    NULL::bigint AS n;
CREATE MATERIALIZED VIEW public.top AS SELECT id, n FROM public.books WITH NO DATA;
CREATE MATERIALIZED VIEW public.kept_empty AS SELECT id FROM public.books WITH NO DATA;
COPY public.author (id, name) FROM stdin;
1	Ann
2	Bo
\\.
COPY public.book (id, author) FROM stdin;
1	1
2	1
3	2
\\.
ALTER TABLE ONLY public.author ADD CONSTRAINT author_pkey PRIMARY KEY (id);
CREATE OR REPLACE VIEW public.books AS
 SELECT a.id, (a.name COLLATE "C") AS name, count(b.id) AS n FROM public.author a LEFT JOIN public.book b ON b.author = a.id GROUP BY a.id;
CREATE UNIQUE INDEX top_id ON public.top USING btree (id);
REFRESH MATERIALIZED VIEW public.top;`,
  'extensions, with a schema and without': `
CREATE SCHEMA ext;
CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION hstore WITH SCHEMA ext;
SET search_path = ext, public;
CREATE EXTENSION pg_trgm;
CREATE TABLE public.t (a public.citext, b ext.hstore);
INSERT INTO public.t VALUES ('X', 'a=>1');
CREATE INDEX ON public.t USING gin ((a::text) gin_trgm_ops);`,
  'an extension that is needed for a while': `
CREATE EXTENSION pgcrypto;
CREATE TABLE t (a text); INSERT INTO t VALUES ('raw');
UPDATE t SET a = encode(digest(a, 'sha256'), 'hex');
DROP EXTENSION pgcrypto;`,
  'a search path that changes': `
CREATE SCHEMA app; CREATE SCHEMA other;
CREATE TABLE t (a int); CREATE TABLE app.t (a int); CREATE TABLE other.t (a int);
SET search_path = app, public;
COPY t FROM stdin;
1
\\.
INSERT INTO t VALUES (2);
SET search_path TO other;
COPY t FROM stdin;
3
\\.
RESET search_path;
INSERT INTO t VALUES (4);
SET search_path = "$user", public;
CREATE TABLE u (a int);`,
  'settings that say how values are read': `
CREATE TABLE t (a date, b timestamptz, c interval, d bytea);
SET DateStyle = 'German';
SET TimeZone = 'Asia/Tokyo';
INSERT INTO t VALUES ('2.1.2020', '2020-01-01 00:00', '1 day', E'\\\\\\\\x01');
COPY t (a) FROM stdin;
3.4.2020
\\.
SET standard_conforming_strings = off;
INSERT INTO t (d) VALUES ('\\\\001');
CREATE TABLE s (a text); INSERT INTO s VALUES ('a\\'b'), ('c\\\\d');
SET standard_conforming_strings = on;
INSERT INTO s VALUES ('e\\f');`,
  'rows in formats of their own': `
CREATE TABLE t (a int, b text, c text);
COPY t FROM stdin WITH DELIMITER ';' NULL '-' CSV HEADER QUOTE '''';
a;b;c
1;'x;y';-
\\.
COPY t (a, b) FROM stdin (FORMAT csv, FORCE_NULL (b));
2,""
\\.
COPY t FROM stdin WITH (FORMAT text, DELIMITER '|');
3|p|q
\\.
COPY t FROM stdin WHERE a > 4;
4	no	no
5	yes	yes
\\.`,
  'foreign keys that are put to rest': `
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (id int PRIMARY KEY, p int REFERENCES p (id) ON DELETE CASCADE);
ALTER TABLE c DISABLE TRIGGER ALL;
INSERT INTO c VALUES (1, 1);
ALTER TABLE c ENABLE TRIGGER ALL;
INSERT INTO p VALUES (1);`,
  'everything put to rest': `
SET session_replication_role = replica;
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (id int PRIMARY KEY, p int REFERENCES p (id));
CREATE TABLE log (a int);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES (1); RETURN NEW; END $$;
CREATE TRIGGER note AFTER INSERT ON c FOR EACH ROW EXECUTE FUNCTION note();
INSERT INTO c VALUES (1, 1);
INSERT INTO p VALUES (1);
SET session_replication_role = DEFAULT;
INSERT INTO c VALUES (2, 1);`,
  'row security that its owner has to obey': `
CREATE TABLE t (a int, b text);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
ALTER TABLE t FORCE ROW LEVEL SECURITY;
CREATE POLICY few ON t USING (a = 1);
INSERT INTO t VALUES (1, 'raw'), (2, 'raw');
UPDATE t SET b = 'masked';`,
  'words of psql': `
\\set ON_ERROR_STOP on
\\set table_name items
\\set label 'it''s'
\\echo 'Loading' items
\\pset pager off
\\timing on
CREATE TABLE :table_name (a text, b int[]);
INSERT INTO :"table_name" VALUES (:'label', ARRAY[1, 2, 3]);
SELECT b[1:2], a::text FROM :table_name;
\\unset label
INSERT INTO items VALUES (':label', '{}');`,
  'prepared statements and cursors': `
CREATE TABLE t (a int);
PREPARE ins (int) AS INSERT INTO t VALUES ($1);
EXECUTE ins (1); EXECUTE ins (2);
DEALLOCATE ins;
BEGIN; DECLARE c CURSOR FOR SELECT a FROM t; FETCH 1 FROM c; CLOSE c; LOCK TABLE t; COMMIT;
CREATE TEMP TABLE scratch AS SELECT a FROM t;
INSERT INTO t SELECT a + 10 FROM scratch;`,
  'functions whose bodies hold what ends others': `
CREATE TABLE t (a int);
CREATE FUNCTION f(x int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN x > 1 THEN 1 ELSE 2 END; END;
CREATE FUNCTION g() RETURNS text LANGUAGE plpgsql AS $body$ BEGIN RETURN $q$;'$q$; END; $body$;
INSERT INTO t VALUES (f(2)), (f(0));`,
};
