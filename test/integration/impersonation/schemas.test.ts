import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsersChoice } from '../../../electron/contract/impersonation.ts';
import { readFacts } from '../../../electron/impersonation/facts.ts';
import { foundRecipes } from '../../../electron/impersonation/recipes.ts';
import { getUser } from '../../../electron/impersonation/rows.ts';
import { searchUsers } from '../../../electron/impersonation/search.ts';
import { findUsersTable, nameOfTable } from '../../../electron/impersonation/users.ts';
import { become, makeLive, stop } from '../../support/impersonating.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { type UserSchema, userSchemas } from '../../support/user-schemas.ts';

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startPostgres();
});

afterAll(() => postgres[Symbol.asyncDispose]());

async function find(schema: UserSchema) {
  const live = await makeLive(postgres, schema.ddl);
  await using session = await live.session();
  await session.query('BEGIN');
  const facts = await readFacts(session);
  const users = findUsersTable(facts, UsersChoice.parse({}));
  const recipes = foundRecipes(users, facts, null).map(({ recipe }) => recipe);
  const found = await searchUsers(session, users, 'REDACTED2');
  const user = await getUser(session, users, schema.user[0]);
  return { live, users, recipes, found, user };
}

describe('in a schema of', () => {
  it.each(userSchemas.map((schema) => [schema.name, schema] as const))(
    '%s the users are found',
    async (_name, schema) => {
      const { users, recipes, found, user } = await find(schema);
      expect(nameOfTable(users.table)).toBe(schema.table);
      expect(users.table.key).toEqual(schema.key);
      expect(recipes.find(({ name }) => name === 'password')?.password?.scheme ?? null).toBe(schema.scheme);
      expect([user.id, user.label]).toEqual(schema.user);
      expect(found.users.map(({ label }) => label)).toContain('redacted2@example.com');
    },
  );

  it.each(userSchemas.map((schema) => [schema.name, schema] as const))(
    '%s a user is become by each recipe that was found, and put back',
    async (_name, schema) => {
      const { live, recipes } = await find(schema);
      const before = await live.sums();
      for (const recipe of recipes.filter(({ sql }) => sql !== null)) {
        const set = recipe.name === 'email' ? { my_email: 'me@example.org' } : {};
        const became = await become(live, { user: schema.user[0], recipe, set });
        expect(became.rows, recipe.name).toHaveLength(1);
        expect(await live.sums(), recipe.name).not.toEqual(before);
        expect(await stop(live, became), recipe.name).toEqual({ restored: 1, gone: 0 });
        expect(await live.sums(), recipe.name).toEqual(before);
      }
    },
  );

  it('NextAuth a session is a row of its own, and a cookie', async () => {
    const schema = userSchemas.find(({ name }) => name.includes('NextAuth')) as UserSchema;
    const { live, recipes } = await find(schema);
    const recipe = recipes.find(({ name }) => name === 'session');
    expect(recipe?.cookie).toBe('next-auth.session-token=%(session_token)s');
    await become(live, { user: 'cM2', recipe: recipe ?? {}, set: { session_token: 'abc' } });
    const rows = await live.run(
      `SELECT "sessionToken", "userId", expires > now() + interval '7 days' AS valid FROM "Session"`,
    );
    expect(rows).toEqual([{ sessionToken: 'abc', userId: 'cM2', valid: 't' }]);
  });

  it('Rails a user shows the account that it belongs to and how many rows are the user’s', async () => {
    const schema = userSchemas.find(({ name }) => name.includes('Devise')) as UserSchema;
    const { user } = await find(schema);
    expect(user.columns).toMatchObject({ email: 'redacted2@example.com', accounts: 'Account 2', posts: 7 });
  });
});
