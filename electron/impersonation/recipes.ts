import { RockpoolError } from '../contract/errors.ts';
import type { PasswordScheme, Recipe, RecipeOffer } from '../contract/impersonation.ts';
import { parsePlaceholders } from '../sql/placeholders.ts';
import { type QualifiedName, quoteName, quoteQualified } from '../sql/quote.ts';
import type { DatabaseFacts } from './facts.ts';
import { schemeOfColumns } from './passwords.ts';
import { findSessions } from './sessions-table.ts';
import type { UsersTable } from './users.ts';

/** Parameters that every recipe can use without anybody giving them. */
const givenParameters: readonly string[] = [
  'user_id',
  'user_label',
  'user_email',
  'password',
  'password_hash',
  'token',
  'session_id',
  'session_token',
  'now',
  'expires_at',
];

/** A recipe, and who made it. */
export interface KnownRecipe {
  readonly recipe: Recipe;
  readonly origin: RecipeOffer['origin'];
  /** The table that the one statement of a found recipe writes to; null for any other recipe. */
  readonly writes: QualifiedName | null;
}

const empty = {
  title: null,
  sql: null,
  password: null,
  token: null,
  cookie: null,
  open: null,
  parameters: {},
};

/**
 * The recipes that follow from the tables themselves: a known password in the scheme that the columns tell, one's own
 * e-mail, a row in a sessions table that works as it is, a token.
 */
export function foundRecipes(
  users: UsersTable,
  facts: DatabaseFacts,
  hashScheme: PasswordScheme | null,
): KnownRecipe[] {
  const { table, roles } = users;
  const target = quoteQualified(table);
  const where = table.key
    .map((column) => `${quotePercent(column)} = %(${keyParameter(users, column)})s`)
    .join(' AND ');
  const set = (column: string, parameter: string): string =>
    `UPDATE ${target.replaceAll('%', '%%')} SET ${quotePercent(column)} = %(${parameter})s WHERE ${where}`;
  const recipes: KnownRecipe[] = [];
  const add = (recipe: Recipe, writes: QualifiedName | null): void => {
    recipes.push({ recipe, origin: 'found', writes });
  };
  if (roles.password !== null) {
    const scheme = hashScheme ?? schemeOfColumns(table.columns.map(({ name }) => name));
    add(
      {
        ...empty,
        name: 'password',
        title: 'A known password',
        sql: set(roles.password, 'password_hash'),
        password: { scheme },
      },
      table,
    );
  }
  if (roles.email !== null) {
    add(
      {
        ...empty,
        name: 'email',
        title: 'Your own e-mail',
        sql: set(roles.email, 'my_email'),
        parameters: { my_email: { label: 'Your e-mail', default: null } },
      },
      table,
    );
  }
  const sessions = findSessions(users, facts);
  if (sessions !== null) add({ ...empty, ...sessions.recipe }, sessions.table);
  add(
    {
      ...empty,
      name: 'token',
      title: 'A signed token (JWT)',
      token: {
        algorithm: 'HS256',
        secret: null,
        claims: { sub: '%(user_id)s', email: '%(user_email)s' },
        expiresInSeconds: 8 * 3600,
      },
      parameters: { secret: { label: 'Secret of the development set-up', default: null } },
    },
    null,
  );
  return recipes;
}

/** The parameter that holds one column of the user's key: `user_id` for a single one, `user_COLUMN` beside it. */
export function keyParameter({ table }: UsersTable, column: string): string {
  return table.key.length === 1 ? 'user_id' : `user_${column.replace(/[%()]/g, '_')}`;
}

function quotePercent(name: string): string {
  return quoteName(name).replaceAll('%', '%%');
}

/** Finds a recipe by name; without one, the first that a person or the project made, else the first found. */
export function chooseRecipe(recipes: readonly KnownRecipe[], name: string | null): KnownRecipe {
  const own = recipes.find(({ origin }) => origin !== 'found');
  const chosen = name === null ? (own ?? recipes[0]) : recipes.find(({ recipe }) => recipe.name === name);
  if (chosen !== undefined) return chosen;
  throw new RockpoolError('recipe_not_found', `There is no recipe called ${name}.`, {
    hint: `There are: ${recipes.map(({ recipe }) => recipe.name).join(', ')}.`,
    detail: { recipe: name },
  });
}

/** A recipe as it is offered, with the parameters that somebody has to give. */
export function offerOf({ recipe, origin }: KnownRecipe, users: UsersTable): RecipeOffer {
  const given = new Set([
    ...givenParameters,
    ...users.table.key.map((column) => keyParameter(users, column)),
  ]);
  const named = [...new Set([...wantedBy(recipe), ...Object.keys(recipe.parameters)])];
  return {
    name: recipe.name,
    title: recipe.title ?? recipe.name,
    origin,
    scheme: recipe.password?.scheme ?? null,
    changesDatabase: recipe.sql !== null,
    parameters: named
      .filter((name) => !given.has(name))
      .map((name) => ({
        name,
        label: recipe.parameters[name]?.label ?? null,
        default: recipe.parameters[name]?.default ?? null,
      })),
  };
}

/** The names of all parameters that stand in a recipe's texts. */
export function wantedBy(recipe: Recipe): string[] {
  const { sql, cookie, open, token } = recipe;
  const texts = [cookie, open, token?.secret, token && JSON.stringify(token.claims)].filter(
    (text) => typeof text === 'string',
  );
  const inTexts = texts.flatMap((text) =>
    [...text.matchAll(/%\(([^%()]+)\)s/g)].map((match) => match[1] ?? ''),
  );
  return [...new Set([...(sql === null ? [] : parsePlaceholders(sql).names), ...inTexts])];
}
