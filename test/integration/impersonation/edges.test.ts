import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { become, makeLive, stop } from '../../support/impersonating.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startPostgres();
});

afterAll(() => postgres[Symbol.asyncDispose]());

const myEmail = { sql: 'UPDATE users SET email = %(my_email)s WHERE id = %(user_id)s' };
const me = { my_email: 'me@example.org' };

const plain = `CREATE TABLE users (id int PRIMARY KEY, email text, name text, updated_at timestamptz DEFAULT '2020-01-01Z');
  INSERT INTO users SELECT i, 'redacted' || i || '@example.com', 'n' FROM generate_series(1, 9) i;`;

describe('the chosen user alone is touched, or nothing is (E22)', () => {
  it.each([
    ['no row', 'UPDATE users SET email = %(my_email)s WHERE id = -1', 'changes no row of public.users'],
    ['all rows', 'UPDATE users SET email = %(my_email)s', 'changes 9 rows of public.users'],
    [
      'another user',
      'UPDATE users SET email = %(my_email)s WHERE id = %(user_id)s::int + 1',
      'changes another user',
    ],
    ['a user of its own', 'INSERT INTO users VALUES (77, %(my_email)s)', 'makes or takes away a row'],
    [
      'the user gone',
      'SELECT %(my_email)s::text; DELETE FROM users WHERE id = %(user_id)s',
      'makes or takes away a row',
    ],
  ])('where a recipe would change %s it is undone', async (_what, sql, problem) => {
    const live = await makeLive(postgres, plain);
    const before = await live.sums();
    await expect(become(live, { user: '3', recipe: { sql }, set: me })).rejects.toMatchObject({
      code: 'sql_refused',
      message: expect.stringContaining(problem),
    });
    expect(await live.sums()).toEqual(before);
  });

  it('where a trigger keeps the row as it is', async () => {
    const live = await makeLive(
      postgres,
      `${plain} CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
       CREATE TRIGGER keep BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION keep();`,
    );
    await expect(become(live, { user: '3', recipe: myEmail, set: me })).rejects.toThrow('changes no row');
  });

  it('where a trigger changes a second user', async () => {
    const live = await makeLive(
      postgres,
      `${plain} CREATE FUNCTION spread() RETURNS trigger LANGUAGE plpgsql AS
         'BEGIN UPDATE users SET name = ''x'' WHERE id = 5 AND name <> ''x''; RETURN NULL; END';
       CREATE TRIGGER spread AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION spread();`,
    );
    const before = await live.sums();
    await expect(become(live, { user: '3', recipe: myEmail, set: me })).rejects.toThrow('changes 2 rows');
    expect(await live.sums()).toEqual(before);
  });
});

describe('who is meant', () => {
  it('has to be there', async () => {
    const live = await makeLive(postgres, plain);
    for (const user of ['99', 'abc', '', '99999999999999999999', 'nobody@example.com']) {
      await expect(become(live, { user, recipe: myEmail, set: me })).rejects.toMatchObject({
        code: 'user_not_found',
      });
    }
  });

  it('can be said by e-mail, whatever the case, unless two have it', async () => {
    const live = await makeLive(
      postgres,
      `${plain} UPDATE users SET email = 'Twice@Example.com' WHERE id IN (7, 8);`,
    );
    const { user } = await become(live, { user: 'REDACTED4@example.com', recipe: myEmail, set: me });
    expect(user.id).toBe('4');
    await expect(become(live, { user: 'twice@example.com', recipe: myEmail, set: me })).rejects.toMatchObject(
      {
        code: 'user_not_found',
        hint: 'Choose one by its id: 7, 8',
      },
    );
  });

  it('cannot be found without a table of users', async () => {
    const live = await makeLive(
      postgres,
      'CREATE TABLE film (id int PRIMARY KEY, title text); CREATE TABLE nothing ();',
    );
    await expect(become(live, { user: '1', recipe: myEmail, set: me })).rejects.toMatchObject({
      code: 'users_missing',
    });
    await expect(
      become(live, { user: '1', recipe: myEmail, set: me, table: 'people' }),
    ).rejects.toMatchObject({
      code: 'users_missing',
      message: 'There is no table or view called people.',
    });
  });

  it('may be soft-deleted, which is said', async () => {
    const live = await makeLive(
      postgres,
      `${plain} ALTER TABLE users ADD deleted_at timestamptz; UPDATE users SET deleted_at = '2024-01-01' WHERE id = 2;`,
    );
    expect((await become(live, { user: '2', recipe: myEmail, set: me })).user.gone).toBe(true);
  });
});

describe('one’s own e-mail', () => {
  it.each([
    ['a unique key', 'ALTER TABLE users ADD UNIQUE (email);'],
    ['no key at all', ''],
    ['a key whatever the case', 'CREATE UNIQUE INDEX ON users (lower(email));'],
  ])('is refused where another user has it, with %s', async (_what, more) => {
    const live = await makeLive(
      postgres,
      `${plain} ${more} UPDATE users SET email = 'Me@example.org' WHERE id = 9;`,
    );
    const before = await live.sums();
    await expect(become(live, { user: '3', recipe: myEmail, set: me })).rejects.toMatchObject({
      code: 'value_taken',
    });
    expect(await live.sums()).toEqual(before);
    // Who has it already keeps it.
    await stop(live, await become(live, { user: '9', recipe: myEmail, set: { my_email: 'me@example.org' } }));
  });

  it('that only the server knows to be taken is told without any value (F5)', async () => {
    const live = await makeLive(
      postgres,
      `${plain} ALTER TABLE users ADD handle text UNIQUE; UPDATE users SET handle = 'secret' || id;`,
    );
    const sql = "UPDATE users SET handle = 'secret9' WHERE id = %(user_id)s";
    const error = await become(live, { user: '3', recipe: { sql } }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'value_taken', detail: { constraint: 'users_handle_key' } });
    expect(JSON.stringify(error)).not.toContain('secret9');
  });

  it('is found whatever the case in a citext column', async () => {
    const live = await makeLive(
      postgres,
      `CREATE TABLE users (email citext PRIMARY KEY, name text); INSERT INTO users VALUES ('Jo@Example.com', 'Jo'), ('b@example.com', 'B');`,
      'CREATE EXTENSION citext',
    );
    const before = await live.sums();
    const became = await become(live, {
      user: 'jo@example.com',
      recipe: { sql: "UPDATE users SET name = 'me' WHERE email = %(user_id)s" },
    });
    expect(became.user.id).toBe('Jo@Example.com');
    await stop(live, became);
    expect(await live.sums()).toEqual(before);
  });
});
