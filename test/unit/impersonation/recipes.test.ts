import { readFileSync } from 'node:fs';
import { jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { Recipe, type SampleUser } from '../../../electron/contract/impersonation.ts';
import { readRoles } from '../../../electron/impersonation/columns.ts';
import type { TableFacts } from '../../../electron/impersonation/facts.ts';
import { nextStepOf } from '../../../electron/impersonation/next.ts';
import { fillParameters } from '../../../electron/impersonation/parameters.ts';
import {
  deleteRecipe,
  forgetImpersonations,
  listRecipeNames,
  listRecipes,
  readUsersChoice,
  saveRecipe,
  writeUsersChoice,
} from '../../../electron/impersonation/recipe-records.ts';
import { chooseRecipe, foundRecipes, offerOf } from '../../../electron/impersonation/recipes.ts';
import {
  impersonationOf,
  prepareImpersonation,
  settleImpersonation,
} from '../../../electron/impersonation/records.ts';
import { readStatements } from '../../../electron/impersonation/statements.ts';
import type { UsersTable } from '../../../electron/impersonation/users.ts';
import { makeCore } from '../../support/core.ts';

const text = (name: string) => ({ name, type: 'text', category: 'S' });

function usersTable(key: string[], columns: string[]): UsersTable {
  const table: TableFacts = {
    schema: 'public',
    name: 'odd %"users',
    kind: 'table',
    rows: 3,
    key,
    columns: columns.map(text),
    pointedFrom: 0,
  };
  return {
    table,
    roles: readRoles(table.columns),
    show: [],
    search: [],
    related: [],
    belongs: [],
    others: [],
  };
}

const users = usersTable(['id'], ['id', 'email', 'password']);
const user: SampleUser = {
  id: '1 7',
  label: 'r@example.com',
  columns: { email: 'r@example.com' },
  gone: false,
};
const facts = { tables: [], links: [] };

describe('what to do next', () => {
  const recipe = Recipe.parse({
    name: 'login',
    cookie: 'sid=%(session_token)s',
    open: 'https://app.example.com/as/%(user_id)s?mail=%(my_email)s&t=%(token)s&pct=100%%',
    token: {
      algorithm: 'HS512',
      secret: 'dev %(stage)s',
      claims: { sub: '%(user_id)s', roles: ['%(stage)s', 1], ok: true },
    },
    parameters: { stage: { label: 'Stage', default: 'local' }, my_email: { label: null, default: null } },
  });

  it('is worked out of texts with parameters, written as a URL wants them', async () => {
    const values = await fillParameters(recipe, users, user, { my_email: 'a+b@example.org' });
    const next = await nextStepOf(recipe, values, 'r@example.com');
    expect(next.cookie).toMatch(/^sid=[\w-]{43}$/);
    expect(next.open).toBe(
      `https://app.example.com/as/1%207?mail=a%2Bb%40example.org&t=${next.token}&pct=100%`,
    );
    const secret = new TextEncoder().encode('dev local');
    const { payload, protectedHeader } = await jwtVerify(next.token ?? '', secret);
    expect(protectedHeader.alg).toBe('HS512');
    expect(payload).toMatchObject({ sub: '1 7', roles: ['local', 1], ok: true });
    expect(Number(payload.exp) - Number(payload.iat)).toBe(8 * 3600);
  });

  it('opens nothing but web addresses', () => {
    for (const open of ['javascript:alert(1)', 'file:///etc/passwd', 'http://', '//x']) {
      expect(Recipe.safeParse({ name: 'x', open }).success, open).toBe(false);
    }
  });

  it('wants every parameter to be given, and none that it does not know', async () => {
    await expect(fillParameters(recipe, users, user, {})).rejects.toMatchObject({
      code: 'parameters_missing',
      hint: 'Give it: --set my_email=…',
    });
    for (const set of [{ mail: 'x' }, { user_id: '5' }, { password_hash: 'x' }]) {
      await expect(fillParameters(recipe, users, user, { my_email: 'x', ...set })).rejects.toMatchObject({
        code: 'parameters_invalid',
      });
    }
    expect(offerOf({ recipe, origin: 'project', writes: null }, users).parameters).toEqual([
      { name: 'my_email', label: null, default: null },
      { name: 'stage', label: 'Stage', default: 'local' },
    ]);
  });
});

describe('found recipes', () => {
  it('name every column of a key, and odd names as they are', async () => {
    const table = usersTable(['tenant', 'id'], ['tenant', 'id', 'email', 'password']);
    const [password] = foundRecipes(table, facts, null);
    expect(password?.recipe.sql).toBe(
      'UPDATE "public"."odd %%""users" SET "password" = %(password_hash)s WHERE "tenant" = %(user_tenant)s AND "id" = %(user_id)s',
    );
    const values = await fillParameters(password?.recipe as Recipe, table, { ...user, id: 'a%2Cb,7' }, {});
    expect([values.get('user_tenant'), values.get('user_id')]).toEqual(['a,b', '7']);
  });

  it('come after those that somebody made', () => {
    const own = { recipe: Recipe.parse({ name: 'zz' }), origin: 'project' as const, writes: null };
    const all = [...foundRecipes(users, facts, 'argon2id'), own];
    expect(chooseRecipe(all, null).recipe.name).toBe('zz');
    expect(chooseRecipe(all, 'password').recipe.password?.scheme).toBe('argon2id');
    expect(() => chooseRecipe(all, 'none')).toThrow('There is no recipe called none.');
  });
});

describe('the SQL of a recipe', () => {
  it('may read and write rows', async () => {
    const sql = `-- one
      WITH x AS (DELETE FROM tokens WHERE a = %(a)s RETURNING 1) SELECT * FROM x; INSERT INTO s VALUES (';');
      UPDATE public.users SET a = %(b)s; MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN DELETE; DELETE FROM t`;
    const statements = await readStatements(sql, 'test');
    expect(statements.map(({ target }) => target?.name ?? null)).toEqual([null, 's', 'users', 't', 't']);
  });

  it.each([
    ['DO $$ BEGIN END $$'],
    ['COMMIT'],
    ["SET session_replication_role = 'replica'"],
    ['TRUNCATE users'],
    ['ALTER TABLE users DISABLE TRIGGER ALL'],
    ['CREATE TABLE x AS SELECT 1'],
    ['SELECT 1 INTO x'],
    ["COPY users TO PROGRAM 'cat'"],
    ['CALL p()'],
    ['EXPLAIN ANALYZE DELETE FROM users'],
  ])('may not hold %s', async (sql) => {
    await expect(readStatements(`SELECT 1;\n${sql}`, 'test')).rejects.toMatchObject({
      code: 'sql_refused',
      detail: { line: 2 },
    });
  });
});

describe('recipes of an install', () => {
  it('are kept with their secrets apart, and go with it', async () => {
    using home = makeCore();
    const { core } = home;
    const recipe = Recipe.parse({ name: 'jwt', token: { secret: 'a very secret secret' } });
    await saveRecipe(core, 'acme', recipe, 'person');
    writeUsersChoice(core.state, 'acme', { table: 'people', show: ['name'] });
    expect(listRecipes(core, 'acme')).toEqual([{ recipe, origin: 'person', writes: null }]);
    expect(listRecipes(core, 'other')).toEqual([]);
    for (const suffix of ['', '-wal']) {
      expect(readFileSync(`${core.paths.stateDb}${suffix}`).includes('a very secret secret')).toBe(false);
    }
    await saveRecipe(core, 'acme', Recipe.parse({ name: 'jwt', token: {} }), 'person');
    expect(listRecipes(core, 'acme')[0]?.recipe.token?.secret).toBeNull();
    expect(await deleteRecipe(core, 'acme', 'jwt')).toBe(true);
    expect(await deleteRecipe(core, 'acme', 'jwt')).toBe(false);
    forgetImpersonations(core.state, 'acme');
    expect(listRecipeNames(core.state, 'acme')).toEqual([]);
    expect(readUsersChoice(core.state, 'acme')).toEqual({ table: null, show: [] });
  });
});

describe('who is impersonated', () => {
  const next = { login: null, password: null, token: null, cookie: null, open: null };
  const record = { recipe: 'password', since: '2024-01-01T00:00:00.000Z', liveOid: '1', job: 'j' };

  it('is told once it is settled, the former one until then, and that somebody is where the key is gone', async () => {
    using home = makeCore();
    const { core } = home;
    await prepareImpersonation(core, 'acme', '1', record, { user: '17', label: 'a', next, rows: [] });
    expect(impersonationOf(core, 'acme')).toBeNull();
    settleImpersonation(core.state, 'acme', '1');
    await prepareImpersonation(core, 'acme', '2', record, { user: '18', label: 'b', next, rows: [] });
    expect(impersonationOf(core, 'acme')?.user).toBe('17');
    settleImpersonation(core.state, 'acme', '2');
    expect(impersonationOf(core, 'acme')).toMatchObject({ user: '18', label: 'b', recipe: 'password' });
    await core.secrets.set('impersonation/key', 'another key than it was');
    expect(impersonationOf(core, 'acme')).toMatchObject({ user: '', recipe: 'password' });
  });
});
