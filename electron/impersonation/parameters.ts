import { randomBytes, randomUUID } from 'node:crypto';
import { RockpoolError } from '../contract/errors.ts';
import type { Recipe, SampleUser } from '../contract/impersonation.ts';
import { readKey } from './keys.ts';
import { hashPassword, newPassword } from './passwords.ts';
import { keyParameter, wantedBy } from './recipes.ts';
import type { UsersTable } from './users.ts';

/** Values of parameters by name. */
export type Values = ReadonlyMap<string, string>;

const sessionDays = 30;

/**
 * Works out what a recipe is bound with: what a person gave, the recipe's defaults, and what follows from the user. Throws
 * `parameters_missing` naming what nobody gave, and `usage` for a name that the recipe does not know.
 */
export async function fillParameters(
  recipe: Recipe,
  users: UsersTable,
  user: SampleUser,
  given: Readonly<Record<string, string>>,
): Promise<Values> {
  const values = new Map<string, string>();
  for (const [name, { default: preset }] of Object.entries(recipe.parameters)) {
    if (preset !== null) values.set(name, preset);
  }
  for (const [name, value] of Object.entries(given)) values.set(name, value);
  setUser(values, users, user);
  const now = Date.now();
  setIfFree(values, 'now', new Date(now).toISOString());
  setIfFree(values, 'expires_at', new Date(now + sessionDays * 86_400_000).toISOString());
  setIfFree(values, 'session_id', randomUUID());
  setIfFree(values, 'session_token', randomBytes(32).toString('base64url'));
  requireKnown(recipe, given);
  const wanted = wantedBy(recipe);
  if (recipe.password !== null) {
    setIfFree(values, 'password', newPassword());
    const password = values.get('password') ?? '';
    values.set('password_hash', await hashPassword(recipe.password.scheme, password, values.get('pepper')));
  }
  if (recipe.token !== null && recipe.token.secret === null) wanted.push('secret');
  requireAll(
    recipe,
    wanted.filter((name) => name !== 'token' && !values.has(name)),
  );
  return values;
}

function setUser(values: Map<string, string>, users: UsersTable, user: SampleUser): void {
  const key = readKey(user.id, users.table.key.length) ?? [];
  const columns = users.table.key;
  for (const [at, column] of columns.entries()) values.set(keyParameter(users, column), key[at] ?? '');
  const own = columns.length === 1 ? 0 : columns.findIndex((column) => /^(id|uuid|user_?id)$/i.test(column));
  values.set('user_id', key[own === -1 ? key.length - 1 : own] ?? '');
  setIfFree(values, 'user_label', user.label);
  const { email } = users.roles;
  const address = email === null ? null : user.columns[email];
  setIfFree(values, 'user_email', typeof address === 'string' ? address : '');
}

function setIfFree(values: Map<string, string>, name: string, value: string): void {
  if (!values.has(name)) values.set(name, value);
}

// A word that is typed wrong would change nothing and be missed by nobody.
function requireKnown(recipe: Recipe, given: Readonly<Record<string, string>>): void {
  const own = ['password', 'pepper', 'secret', 'session_token', 'session_id', 'expires_at'];
  const known = new Set([...wantedBy(recipe), ...Object.keys(recipe.parameters), ...own]);
  const unknown = Object.keys(given).filter(
    (name) => !known.has(name) || name.startsWith('user_') || name === 'password_hash',
  );
  if (unknown.length === 0) return;
  throw new RockpoolError(
    'parameters_invalid',
    `The recipe ${recipe.name} cannot be given ${unknown.join(', ')}.`,
    {
      hint: 'Look at what it takes, and at how the names are written.',
      detail: { recipe: recipe.name },
    },
  );
}

function requireAll(recipe: Recipe, missing: readonly string[]): void {
  const names = [...new Set(missing)];
  if (names.length === 0) return;
  throw new RockpoolError('parameters_missing', `The recipe ${recipe.name} wants ${names.join(', ')}.`, {
    hint: `Give ${names.length === 1 ? 'it' : 'them'}: ${names.map((name) => `--set ${name}=…`).join(' ')}`,
    detail: { recipe: recipe.name, missing: names.join(', ') },
  });
}

/** Puts values into a text that is no SQL; `write` says how, as a URL wants it for instance. */
export function fillText(text: string, values: Values, write: (value: string) => string = String): string {
  return text.replace(/%%|%\(([^%()]+)\)s/g, (whole, name?: string) =>
    name === undefined ? '%' : write(values.get(name) ?? whole),
  );
}
