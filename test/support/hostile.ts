/** Where attempts of a hostile dump would show. */
export interface Target {
  /** A folder that anybody may write into. Nothing may come to be in it. */
  readonly folder: string;
  /** A file that anybody may read. Its content may come to be nowhere else. */
  readonly secret: string;
  /** The superuser of the server. */
  readonly superuser: string;
}

/** A hostile dump: SQL to be put where definitions and rows of a dump are. */
export interface Attempt {
  readonly name: string;
  readonly sql: string;
}

type Payload = readonly [name: string, sql: (target: Target) => string];

// What a dump's author would want to have run. Each is run as the limited role, by one way or another.
const payloads: readonly Payload[] = [
  ['a command writing', ({ folder }) => `COPY public.t TO PROGRAM 'touch ${folder}/ran'`],
  ['a command read', ({ secret }) => `COPY public.loot FROM PROGRAM 'cat ${secret}'`],
  ['a file written', ({ folder }) => `COPY public.t TO '${folder}/written'`],
  ['a file read by COPY', ({ secret }) => `COPY public.loot FROM '${secret}'`],
  ['a file read', ({ secret }) => `INSERT INTO public.loot SELECT pg_read_file('${secret}')`],
  [
    'a file read in binary',
    ({ secret }) => `INSERT INTO public.loot SELECT encode(pg_read_binary_file('${secret}'), 'escape')`,
  ],
  ['a folder listed', ({ folder }) => `INSERT INTO public.loot SELECT pg_ls_dir('${folder}')`],
  [
    'a large object imported',
    ({ secret }) => `INSERT INTO public.loot SELECT convert_from(lo_get(lo_import('${secret}')), 'UTF8')`,
  ],
  [
    'a large object exported',
    ({ folder }) => `SELECT lo_export(lo_from_bytea(0, 'x'), '${folder}/exported')`,
  ],
  ['becoming superuser', () => 'ALTER ROLE CURRENT_USER SUPERUSER'],
  ['making the session superuser', () => 'ALTER ROLE SESSION_USER SUPERUSER CREATEROLE BYPASSRLS'],
  ['a role', () => "CREATE ROLE boss SUPERUSER LOGIN PASSWORD 'x'"],
  ['rights to run programs', () => 'GRANT pg_execute_server_program TO CURRENT_USER'],
  ['rights to read everything', () => 'GRANT pg_read_all_data, pg_read_server_files TO SESSION_USER'],
  ['the superuser as a role', ({ superuser }) => `SET ROLE ${superuser}`],
  ['leaving the role', () => 'RESET ROLE'],
  ['the superuser as a session', ({ superuser }) => `SET SESSION AUTHORIZATION ${superuser}`],
  ['a setting of the server', () => "ALTER SYSTEM SET shared_preload_libraries = 'x'"],
  [
    'a setting of the database',
    () =>
      "DO $x$ BEGIN EXECUTE format('ALTER DATABASE %I SET local_preload_libraries = ''x''', current_database()); END $x$",
  ],
  ['a setting of postgres', () => "ALTER DATABASE postgres SET session_preload_libraries = 'x'"],
  ['the rows of passwords', () => 'INSERT INTO public.loot SELECT rolpassword FROM pg_catalog.pg_authid'],
  ['the catalogue of roles', () => 'UPDATE pg_catalog.pg_authid SET rolsuper = true'],
  ['a library', () => "LOAD 'auto_explain'"],
  ['an extension for other servers', () => 'CREATE EXTENSION dblink'],
  ['an extension for files', () => 'CREATE EXTENSION file_fdw'],
  [
    'a function in C',
    () => "CREATE FUNCTION public.c(cstring) RETURNS integer LANGUAGE c AS 'libc', 'system'",
  ],
  [
    'an internal function',
    () => "CREATE FUNCTION public.i(text) RETURNS text LANGUAGE internal AS 'pg_read_file_all'",
  ],
  [
    'an event trigger',
    () => 'CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION public.on_event()',
  ],
  [
    'a function in pg_catalog',
    () => "CREATE FUNCTION pg_catalog.lower(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
  ],
  ['a function for the superuser', ({ superuser }) => `ALTER FUNCTION public.evil() OWNER TO ${superuser}`],
  ['a tablespace', ({ folder }) => `CREATE TABLESPACE there LOCATION '${folder}'`],
  ['a database', () => 'CREATE DATABASE boss'],
  ['another database gone', () => 'DROP DATABASE template1'],
  ['a publication of all', () => 'CREATE PUBLICATION all_of_it FOR ALL TABLES'],
  [
    'a subscription',
    () => "CREATE SUBSCRIPTION sub CONNECTION 'host=127.0.0.1' PUBLICATION p WITH (connect = false)",
  ],
  [
    'a cast for everybody',
    () => 'CREATE CAST (text AS integer) WITH FUNCTION public.evil_cast(text) AS IMPLICIT',
  ],
  [
    'statistics of its own',
    () => "SELECT pg_restore_attribute_stats('relation', 'public.t', 'attname', 'x', 'inherited', false)",
  ],
  ['the settings read anew', () => 'SELECT pg_reload_conf()'],
  [
    'other sessions ended',
    () => 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename <> session_user',
  ],
  ['the log turned', () => 'SELECT pg_rotate_logfile()'],
  ['what is logged', () => "SELECT set_config('log_statement', 'all', false)"],
  ['where libraries are', ({ folder }) => `SET dynamic_library_path = '${folder}'`],
];

/** How the code of a payload comes to be run: by the restore itself, or by whoever uses what was restored. */
type Way = readonly [name: string, sql: (payload: string) => string];

const quoted = (payload: string): string => `$payload$${payload}$payload$`;

// It says what became of the payload and lets the rest go on.
const evil = (payload: string): string => `
CREATE TABLE public.t (id integer, x text);
CREATE TABLE public.loot (x text);
CREATE FUNCTION public.on_event() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'ALTER ROLE SESSION_USER SUPERUSER'; END $$;
CREATE FUNCTION public.evil_cast(text) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION public.evil() RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS $evil$
BEGIN EXECUTE ${quoted(payload)}; RETURN 'done'; EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE; END $evil$;
CREATE FUNCTION public.evil_of(x text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN coalesce(x, '') || public.evil(); END $$;
CREATE FUNCTION public.evil_trigger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM public.evil(); RETURN NEW; END $$;
CREATE FUNCTION public.evil_step(s text, x text) RETURNS text LANGUAGE sql AS 'SELECT public.evil()';
`;

const rows = "INSERT INTO public.t (id, x) VALUES (1, 'a'), (2, 'b');\n";

const ways: readonly Way[] = [
  [
    'as a statement',
    (payload) =>
      `CREATE TABLE public.t (id integer, x text); CREATE TABLE public.loot (x text);\n${payload};`,
  ],
  [
    'in a block',
    (payload) =>
      `CREATE TABLE public.t (id integer, x text); CREATE TABLE public.loot (x text);\nDO $do$ BEGIN EXECUTE ${quoted(payload)}; EXCEPTION WHEN OTHERS THEN NULL; END $do$;`,
  ],
  [
    'in a block after leaving the role',
    (payload) =>
      `CREATE TABLE public.t (id integer, x text); CREATE TABLE public.loot (x text);\nRESET ROLE; DO $do$ BEGIN RESET ROLE; EXECUTE ${quoted(payload)}; EXCEPTION WHEN OTHERS THEN NULL; END $do$;`,
  ],
  ['by a query', (payload) => `${evil(payload)}SELECT public.evil();`],
  [
    'by a default',
    (payload) => `${evil(payload)}ALTER TABLE public.t ADD COLUMN d text DEFAULT public.evil();\n${rows}`,
  ],
  [
    'by a generated column',
    (payload) =>
      `${evil(payload)}CREATE TABLE public.g (x text, y text GENERATED ALWAYS AS (public.evil_of(x)) STORED);\nINSERT INTO public.g (x) VALUES ('a');`,
  ],
  [
    'by a check',
    (payload) =>
      `${evil(payload)}ALTER TABLE public.t ADD CONSTRAINT c CHECK (public.evil_of(x) IS NOT NULL);\n${rows}`,
  ],
  [
    'by a domain',
    (payload) =>
      `${evil(payload)}CREATE DOMAIN public.d AS text CHECK (public.evil_of(VALUE) IS NOT NULL);\nCREATE TABLE public.u (x public.d);\nINSERT INTO public.u VALUES ('a');`,
  ],
  ['by an index', (payload) => `${evil(payload)}${rows}CREATE INDEX i ON public.t (public.evil_of(x));`],
  [
    'by a trigger',
    (payload) =>
      `${evil(payload)}${rows}CREATE TRIGGER g BEFORE INSERT OR UPDATE ON public.t FOR EACH ROW EXECUTE FUNCTION public.evil_trigger();`,
  ],
  [
    'by a view',
    (payload) => `${evil(payload)}${rows}CREATE VIEW public.v AS SELECT public.evil() AS x FROM public.t;`,
  ],
  [
    'by a materialized view',
    (payload) =>
      `${evil(payload)}${rows}CREATE MATERIALIZED VIEW public.m AS SELECT public.evil() AS x;\nREFRESH MATERIALIZED VIEW public.m;`,
  ],
  [
    'by a rule',
    (payload) =>
      `${evil(payload)}${rows}CREATE RULE r AS ON UPDATE TO public.t DO ALSO SELECT public.evil();`,
  ],
  [
    'by a policy',
    (payload) =>
      `${evil(payload)}${rows}ALTER TABLE public.t ENABLE ROW LEVEL SECURITY; ALTER TABLE public.t FORCE ROW LEVEL SECURITY; CREATE POLICY p ON public.t USING (public.evil() IS NOT NULL);`,
  ],
  [
    'by an operator',
    (payload) =>
      `${evil(payload)}CREATE OPERATOR public.### (FUNCTION = public.evil_step, LEFTARG = text, RIGHTARG = text);\nCREATE VIEW public.v AS SELECT 'a' OPERATOR(public.###) 'b' AS x;\nSELECT 'a' OPERATOR(public.###) 'b';`,
  ],
  [
    'by an aggregate',
    (payload) =>
      `${evil(payload)}${rows}CREATE AGGREGATE public.agg(text) (SFUNC = public.evil_step, STYPE = text);\nCREATE VIEW public.v AS SELECT public.agg(x) AS x FROM public.t;\nSELECT public.agg('a');`,
  ],
  [
    'by statistics',
    (payload) =>
      `${evil(payload)}${rows}CREATE STATISTICS public.s ON (public.evil_of(x)), id FROM public.t;`,
  ],
  [
    'by names that shadow the system’s',
    (payload) =>
      `${evil(payload)}${rows}CREATE FUNCTION public.lower(x text) RETURNS text LANGUAGE sql AS 'SELECT public.evil()';
CREATE FUNCTION public.count(x text) RETURNS bigint LANGUAGE sql AS 'SELECT length(public.evil())::bigint';
CREATE FUNCTION public.format(x text, y text) RETURNS text LANGUAGE sql AS 'SELECT public.evil()';
CREATE VIEW public.pg_class AS SELECT public.evil() AS relname; CREATE VIEW public.pg_database AS SELECT public.evil() AS datname;
ALTER ROLE CURRENT_USER SET search_path = public, pg_catalog;`,
  ],
];

// Commands of psql, by which a dump would run programs on the machine of whoever restores it (faults C1).
const commands: readonly Payload[] = [
  ['!', ({ folder }) => `\\! touch ${folder}/ran`],
  ['copy to a program', ({ folder }) => `\\copy public.t to program 'touch ${folder}/ran'`],
  ['copy to a file', ({ folder }) => `\\copy public.t to '${folder}/written'`],
  ['copy from a file', ({ secret }) => `\\copy public.loot from '${secret}'`],
  ['i', ({ secret }) => `\\i ${secret}`],
  ['o into a program', ({ folder }) => `\\o |touch ${folder}/ran`],
  ['w', ({ folder }) => `\\w ${folder}/written`],
  ['set by a program', ({ folder }) => `\\set x \`touch ${folder}/ran\``],
  ['if by a program', ({ folder }) => `\\if \`touch ${folder}/ran\``],
  ['restrict with more behind it', ({ folder }) => `\\restrict abc \\! touch ${folder}/ran`],
  ['restrict by a program', ({ folder }) => `\\restrict \`touch ${folder}/ran\``],
  ['connect by a string', () => "\\connect 'host=127.0.0.1 dbname=postgres user=postgres'"],
  ['lo_import', ({ secret }) => `\\lo_import ${secret}`],
  ['gexec', () => "SELECT 'CREATE ROLE boss' \\gexec"],
  ['g into a program', ({ folder }) => `SELECT 1 \\g |touch ${folder}/ran`],
];

const places: readonly Way[] = [
  [
    'alone',
    (command) =>
      `CREATE TABLE public.t (id integer, x text);\n${command}\nCREATE TABLE public.loot (x text);`,
  ],
  [
    'after rows',
    (command) =>
      `CREATE TABLE public.t (x text); CREATE TABLE public.loot (x text);\nCOPY public.t (x) FROM stdin;\na\n\\.\n${command}\n`,
  ],
  [
    'behind a carriage return',
    (command) => `CREATE TABLE public.t (x text); CREATE TABLE public.loot (x text); -- x\r${command}\n`,
  ],
  [
    'within a statement',
    (command) => `CREATE TABLE public.loot (x text); CREATE TABLE public.t (x text\n${command}\n);`,
  ],
  [
    'as a row',
    (command) =>
      `CREATE TABLE public.t (x text); CREATE TABLE public.loot (x text);\nCOPY public.t (x) FROM stdin;\n\\${command}\n\\.\n`,
  ],
  [
    'in a name',
    (command) =>
      `CREATE TABLE public.loot (x text); CREATE TABLE public.t (x text);\nCREATE TABLE public."a\n${command.replaceAll('"', '')}\n" (x text);`,
  ],
];

/** All hostile dumps: each thing that its author could want, by each way to have it run. */
export function listAttempts(target: Target): Attempt[] {
  const combine = (things: readonly Payload[], by: readonly Way[]): Attempt[] =>
    things.flatMap(([what, payload]) =>
      by.map(([way, sql]) => ({ name: `${what}, ${way}`, sql: sql(payload(target)) })),
    );
  return [...combine(payloads, ways), ...combine(commands, places)];
}
