import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsersChoice } from '../../../electron/contract/impersonation.ts';
import { type LiveUsers, UserLookup } from '../../../electron/impersonation/lookup.ts';
import { makeCore, type TestCore } from '../../support/core.ts';
import { makeLive, type TestLive } from '../../support/impersonating.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';

let postgres: TestPostgres;
let home: TestCore;

beforeAll(async () => {
  postgres = await startPostgres();
  home = makeCore();
});

afterAll(async () => {
  home[Symbol.dispose]();
  await postgres[Symbol.asyncDispose]();
});

async function makeUsers(ddl: string): Promise<{ live: TestLive; of: LiveUsers; lookup: UserLookup }> {
  const live = await makeLive(postgres, ddl);
  await home.core.secrets.set(`test/${live.name}`, 'secret');
  const of = {
    server: postgres.server,
    name: live.name,
    owner: live.owner,
    oid: '1',
    choice: UsersChoice.parse({}),
  };
  return { live, of, lookup: new UserLookup(home.core) };
}

const many = `CREATE TABLE users (id text, tenant int, email text, name text, PRIMARY KEY (tenant, id));
  INSERT INTO users SELECT 'U' || i, i % 7, 'redacted' || i || '@example.com', E'Name\\t' || md5(i::text) FROM generate_series(1, 60000) i;`;

async function idsOf(lookup: UserLookup, of: LiveUsers, text: string): Promise<string[]> {
  return (await lookup.search(of, text)).users.map(({ id }) => id).sort();
}

describe('users of a large table', () => {
  it('are found in memory as the server finds them, and anew once the table has changed', async () => {
    const { live, of, lookup } = await makeUsers(many);
    const texts = ['redacted59999@', 'REDACTED5999', 'U60000', 'nobody', 'me\tc4ca', '%', '\\', 'ame\t'];
    const asked = new Map<string, string[]>();
    for (const text of texts) asked.set(text, await idsOf(new UserLookup(home.core), of, text));
    await lookup.load(of);
    for (const text of texts) {
      const found = await idsOf(lookup, of, text);
      // Of too many each way shows others.
      if (found.length < 50) expect(found, text).toEqual(asked.get(text));
      else expect(asked.get(text), text).toHaveLength(50);
    }
    expect(asked.get('REDACTED5999')).toHaveLength(11);
    await live.run(
      "INSERT INTO users VALUES ('new', 1, 'newcomer@example.com', 'N'); DELETE FROM users WHERE id = 'U59999'",
    );
    expect(await idsOf(lookup, of, 'redacted59999@')).toEqual([]);
    await expect.poll(() => idsOf(lookup, of, 'newcomer')).toEqual(['1,new']);
    lookup.close();
  });

  it('come into memory with the second search, and not those of another live', async () => {
    const { live, of, lookup } = await makeUsers(many);
    for (let again = 0; again < 3; again += 1) {
      expect(await idsOf(lookup, of, 'redacted7@')).toEqual(['0,U7']);
    }
    await lookup.load(of);
    await live.run("UPDATE users SET email = 'x@example.com' WHERE id = 'U7'");
    expect(await idsOf(lookup, { ...of, oid: '2' }, 'redacted7@')).toEqual([]);
    lookup.close();
  });
});

describe('users of any table', () => {
  it('are those whose fields begin so first, and who is gone last', async () => {
    const { of, lookup } = await makeUsers(
      `CREATE TABLE users (id int PRIMARY KEY, email text, is_active boolean);
       INSERT INTO users VALUES (1, 'x.ann@example.com', true), (2, 'ann@example.com', false), (3, 'anna@example.com', true), (4, 'ANN.b@example.com', true);`,
    );
    expect((await lookup.search(of, ' ann ')).users.map(({ id, gone }) => [id, gone])).toEqual([
      ['3', false],
      ['4', false],
      ['1', false],
      ['2', true],
    ]);
  });

  it('can be in a view, and behind row security', async () => {
    const { of, lookup, live } = await makeUsers(
      `CREATE TABLE people (id int PRIMARY KEY, email text); INSERT INTO people VALUES (1, 'a@example.com'), (2, 'b@example.com');
       CREATE VIEW app_users AS SELECT id, email FROM people;`,
    );
    const choice = UsersChoice.parse({ table: 'app_users', show: ['email'] });
    expect((await lookup.search({ ...of, choice }, '')).users.map(({ label }) => label)).toEqual([
      'a@example.com',
      'b@example.com',
    ]);
    await live.run('DROP VIEW app_users');
  });
});
