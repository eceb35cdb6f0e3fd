import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withSession } from '../../../electron/sql/connect.ts';
import { become, makeLive, stop, type TestLive } from '../../support/impersonating.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startPostgres();
});

afterAll(() => postgres[Symbol.asyncDispose]());

const touch = `CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.updated_at := clock_timestamp(); RETURN NEW; END';`;
const rename = { sql: "UPDATE users SET name = 'me' WHERE id = %(user_id)s" };

async function becomeAndStop(
  live: TestLive,
  user: string,
  recipe: { sql: string },
  table?: string,
): Promise<number> {
  const before = await live.sums();
  const became = await become(live, { user, recipe, ...(table === undefined ? {} : { table }) });
  expect(await live.sums()).not.toEqual(before);
  expect(await stop(live, became)).toEqual({ restored: became.rows.length, gone: 0 });
  expect(await live.sums()).toEqual(before);
  return became.rows.length;
}

describe('what was changed is put back byte for byte', () => {
  it('with updated_at, which a trigger sets on every change (E22)', async () => {
    const live = await makeLive(
      postgres,
      `CREATE TABLE users (id int PRIMARY KEY, email text, name text, updated_at timestamptz); ${touch}
       CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
       INSERT INTO users VALUES (1, 'a@example.com', 'a', '2020-01-01'), (2, 'b@example.com', 'b', '2020-01-01');`,
    );
    await becomeAndStop(live, '2', rename);
  });

  it('with rows that triggers made, changed and took away in other tables, kept or deferred', async () => {
    const live = await makeLive(
      postgres,
      `CREATE TABLE users (id int PRIMARY KEY, email text, name text);
       CREATE TABLE audit (at timestamptz DEFAULT clock_timestamp(), what text);
       CREATE TABLE stats (id int PRIMARY KEY, changes int); CREATE TABLE tokens (id int PRIMARY KEY, user_id int, note text);
       CREATE FUNCTION react() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         INSERT INTO audit (what) VALUES (OLD.name || ' became ' || NEW.name);
         UPDATE stats SET changes = changes + 1; UPDATE stats SET changes = changes * 2;
         DELETE FROM tokens WHERE user_id = NEW.id; RETURN NULL; END $$;
       CREATE FUNCTION later() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO stats VALUES (9, 9); RETURN NULL; END $$;
       CREATE TRIGGER react AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION react();
       CREATE CONSTRAINT TRIGGER later AFTER DELETE ON tokens DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION later();
       INSERT INTO users VALUES (1, 'a@example.com', 'a'), (2, 'b@example.com', 'b');
       INSERT INTO stats VALUES (1, 5); INSERT INTO tokens VALUES (1, 2, 'x'), (2, 1, 'y');
       INSERT INTO audit VALUES ('2020-01-01', 'same'), ('2020-01-01', 'same');`,
    );
    expect(await becomeAndStop(live, '2', rename)).toBe(5);
  });

  it('with triggers and rules as they were, those that were off too', async () => {
    const live = await makeLive(
      postgres,
      `CREATE TABLE users (id int PRIMARY KEY, email text, name text, updated_at timestamptz); ${touch}
       CREATE TRIGGER a BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
       CREATE TRIGGER b BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
       CREATE TRIGGER c BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
       CREATE TRIGGER d BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
       ALTER TABLE users DISABLE TRIGGER b, ENABLE ALWAYS TRIGGER c, ENABLE REPLICA TRIGGER d;
       CREATE TABLE log (id int); CREATE RULE r AS ON UPDATE TO users DO ALSO INSERT INTO log VALUES (OLD.id);
       ALTER TABLE users ENABLE ALWAYS RULE r;
       INSERT INTO users VALUES (1, 'a@example.com', 'a', '2020-01-01'), (2, 'b@example.com', 'b', '2020-01-01');`,
    );
    const state = `SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = 'users'::regclass
      UNION ALL SELECT rulename, ev_enabled FROM pg_rewrite WHERE ev_class = 'users'::regclass ORDER BY 1`;
    const before = await live.run(state);
    await becomeAndStop(live, '2', rename);
    expect(await live.run(state)).toEqual(before);
  });

  it('with generated columns, identities, arrays, bytes, ranges, floats and texts that look like nothing', async () => {
    const live = await makeLive(
      postgres,
      `CREATE TYPE pair AS (a int, b text); CREATE DOMAIN short AS varchar(9); CREATE TYPE mood AS ENUM ('a, "b"', 'ok');
       CREATE TABLE users (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, email text,
         upper_name text GENERATED ALWAYS AS (upper(name)) STORED, f float8, n numeric, d date, i interval, t time with time zone,
         b bytea, tags text[], p pair, ps pair[], r tstzrange, j json, jb jsonb, c char(5), s short, m mood, u uuid, net inet,
         x xml, bits bit(3), money money, gone int, tsv tsvector, reg regclass, "odd ""col" text);
       ALTER TABLE users DROP COLUMN gone;
       INSERT INTO users (name, email, f, n, d, i, t, b, tags, p, ps, r, j, jb, c, s, m, u, net, x, bits, money, tsv, reg, "odd ""col")
       SELECT E'a,"b"\\\\(c)\\n\\t''', '', 0.1 + i / 3.0, 1e30 + 0.1, 'infinity', '1 mon -2 days 03:04:05.6', '12:00+02', '\\x00ff5c22',
         ARRAY['', NULL, 'NULL', 'a"b\\c,{}'], (NULL, '')::pair, ARRAY[(1, 'x,"y')::pair, NULL], '[2020-01-01, infinity)', '{"a" :  1,
"a":2}', '{"k":"q\\"\\\\"}', 'ab', '', 'a, "b"', gen_random_uuid(), '10.0.0.1', '<a b="1">&amp;</a>', '101', 12.5, 'a:1 b:2', 'pg_class', NULL
       FROM generate_series(1, 3) i;`,
    );
    await becomeAndStop(live, '2', {
      sql: `UPDATE users SET name = 'me', email = NULL, f = 1, n = 0, d = now(), i = '1 s', t = now()::timetz,
      b = NULL, tags = '{}', p = NULL, ps = NULL, r = NULL, j = '{}', jb = '{}', c = '', s = NULL, m = 'ok', u = NULL, net = NULL,
      x = NULL, bits = NULL, money = 0, tsv = NULL, reg = 'users', "odd ""col" = 'x' WHERE id = %(user_id)s`,
    });
  });

  it.each([
    [
      'a UUID',
      'id uuid PRIMARY KEY',
      "'00000000-0000-4000-8000-00000000000' || i",
      '00000000-0000-4000-8000-000000000002',
      'id = %(user_id)s',
    ],
    [
      'two columns',
      'tenant text, id int, PRIMARY KEY (tenant, id)',
      "'a,b%', i",
      'a%2Cb%25,2',
      'tenant = %(user_tenant)s AND id = %(user_id)s',
    ],
    ['a name', 'login text PRIMARY KEY', "'User ' || i", 'User 2', 'login = %(user_id)s'],
  ])('found by a key of %s', async (_what, key, values, user, where) => {
    const cast = key.includes('uuid') ? `(${values})::uuid` : values;
    const live = await makeLive(
      postgres,
      `CREATE TABLE users (${key}, email text, name text);
       INSERT INTO users SELECT ${cast}, 'r' || i || '@example.com', 'n' FROM generate_series(1, 4) i;`,
    );
    await becomeAndStop(live, user, { sql: `UPDATE users SET name = 'me' WHERE ${where}` });
  });

  it('in a partitioned table, where the change moves the row to another partition', async () => {
    const live = await makeLive(
      postgres,
      `CREATE TABLE users (id int, region text, email text, name text, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
       CREATE TABLE users_eu PARTITION OF users FOR VALUES IN ('eu'); CREATE TABLE users_us PARTITION OF users FOR VALUES IN ('us');
       INSERT INTO users SELECT i, 'eu', 'r' || i || '@example.com', 'n' FROM generate_series(1, 4) i;`,
    );
    await becomeAndStop(live, '2,eu', { sql: "UPDATE users SET name = 'me' WHERE id = %(user_id)s" });
    await becomeAndStop(live, '2,eu', { sql: "UPDATE users SET region = 'us' WHERE id = %(user_id)s" });
  });

  it('through a view of users, and through one that a trigger writes for', async () => {
    const live = await makeLive(
      postgres,
      `CREATE TABLE people (id int PRIMARY KEY, mail text, name text); INSERT INTO people VALUES (1, 'a@example.com', 'a'), (2, 'b@example.com', 'b');
       CREATE VIEW users AS SELECT id, mail AS email, name FROM people WHERE id > 0;
       CREATE VIEW members AS SELECT id, mail AS email, name || '' AS name FROM people;
       CREATE FUNCTION write() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN UPDATE people SET name = NEW.name WHERE id = NEW.id; RETURN NEW; END';
       CREATE TRIGGER write INSTEAD OF UPDATE ON members FOR EACH ROW EXECUTE FUNCTION write();`,
    );
    await becomeAndStop(live, '2', rename, 'users');
    await becomeAndStop(
      live,
      '2',
      { sql: "UPDATE members SET name = 'me' WHERE id = %(user_id)s" },
      'members',
    );
    await expect(
      become(live, { user: '2', recipe: { sql: "UPDATE users SET name = 'me'" }, table: 'users' }),
    ).rejects.toThrow('changes 2 rows');
  });

  it('behind row security that binds the owner, which stays on', async () => {
    const live = await makeLive(
      postgres,
      `CREATE TABLE users (id int PRIMARY KEY, email text, name text); INSERT INTO users VALUES (1, 'a@example.com', 'a'), (2, 'b@example.com', 'b');
       CREATE POLICY own ON users USING (id = 1); ALTER TABLE users ENABLE ROW LEVEL SECURITY;`,
    );
    await becomeAndStop(live, '2', rename);
    await live.run('ALTER TABLE users FORCE ROW LEVEL SECURITY');
    const became = await becomeBehind(live);
    expect(await live.run('SELECT count(*) AS n FROM users')).toEqual([{ n: '1' }]);
    expect(await stop(live, became)).toEqual({ restored: 1, gone: 0 });
    expect(
      await live.run("SELECT relforcerowsecurity AS forced FROM pg_class WHERE relname = 'users'"),
    ).toEqual([{ forced: 't' }]);
    const rows = await withSession(live.superuser, {}, (session) =>
      session.query('SELECT name FROM users ORDER BY id'),
    );
    expect(rows.rows).toEqual([{ name: 'a' }, { name: 'b' }]);
  });
});

// The one who reads is another role than the one who writes: row security hides nothing from it.
async function becomeBehind(live: TestLive) {
  await live.run('ALTER TABLE users DISABLE ROW LEVEL SECURITY');
  const { users, facts, user, values } = await become(live, { user: '2', recipe: { sql: null } });
  await live.run('ALTER TABLE users ENABLE ROW LEVEL SECURITY');
  const { becomeUser } = await import('../../../electron/impersonation/become.ts');
  const { readStatements } = await import('../../../electron/impersonation/statements.ts');
  const { Recipe } = await import('../../../electron/contract/impersonation.ts');
  await using session = await live.session();
  await session.query('BEGIN');
  const recipe = Recipe.parse({ name: 'test', ...rename });
  const rows = await becomeUser(session, {
    users,
    user,
    recipe,
    values,
    statements: await readStatements(rename.sql, 'test'),
  });
  await session.query('COMMIT');
  return { users, facts, user, values, rows };
}

describe('what somebody did meanwhile', () => {
  const ddl = `CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE, name text); CREATE TABLE sessions (id text PRIMARY KEY, user_id int);
    CREATE TABLE clicks (id int, session text REFERENCES sessions);
    INSERT INTO users VALUES (1, 'a@example.com', 'a'), (2, 'b@example.com', 'b');`;

  it('to the user is undone too', async () => {
    const live = await makeLive(postgres, ddl);
    const before = await live.sums();
    const became = await become(live, { user: '2', recipe: rename });
    await live.run("UPDATE users SET name = 'again', email = 'x@example.com' WHERE id = 2");
    await stop(live, became);
    expect(await live.sums()).toEqual(before);
  });

  it('by deleting the user stays, and is told', async () => {
    const live = await makeLive(postgres, ddl);
    const became = await become(live, { user: '2', recipe: rename });
    await live.run('DELETE FROM users WHERE id = 2');
    expect(await stop(live, became)).toEqual({ restored: 0, gone: 1 });
  });

  it('to the schema does not stand in the way', async () => {
    const live = await makeLive(postgres, ddl);
    const became = await become(live, { user: '2', recipe: rename });
    await live.run("ALTER TABLE users ADD plan text DEFAULT 'free'; ALTER TABLE users DROP COLUMN email");
    expect(await stop(live, became)).toEqual({ restored: 1, gone: 0 });
    expect(await live.run('SELECT * FROM users ORDER BY id')).toEqual([
      { id: '1', name: 'a', plan: 'free' },
      { id: '2', name: 'b', plan: 'free' },
    ]);
  });

  it.each([
    [
      'by giving the former e-mail to another user',
      "UPDATE users SET email = 'b@example.com' WHERE id = 1",
      '23505',
    ],
    ['by pointing at the session that goes', "INSERT INTO clicks VALUES (1, 's')", '23503'],
  ])('%s is refused as a whole', async (_what, sql, sqlstate) => {
    const live = await makeLive(postgres, ddl);
    const became = await become(live, {
      user: '2',
      recipe: {
        sql: "UPDATE users SET email = 'me@example.org' WHERE id = %(user_id)s; INSERT INTO sessions VALUES ('s', %(user_id)s)",
      },
    });
    await live.run(sql);
    const between = await live.sums();
    await expect(stop(live, became)).rejects.toMatchObject({ code: sqlstate });
    expect(await live.sums()).toEqual(between);
  });

  it('in a transaction that is still open is not waited for', async () => {
    const live = await makeLive(postgres, ddl);
    await using other = await live.session();
    await other.script("BEGIN; UPDATE users SET name = 'x' WHERE id = 1");
    await expect(become(live, { user: '2', recipe: rename })).rejects.toMatchObject({ code: '55P03' });
  });
});
