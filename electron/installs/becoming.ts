import type { NextStep, SampleUser } from '../contract/impersonation.ts';
import { readLive } from '../impersonation/access.ts';
import type { Becoming } from '../impersonation/become.ts';
import { sayFailure } from '../impersonation/failures.ts';
import { type KeptRow, valuesOf } from '../impersonation/kept.ts';
import type { UserLookup } from '../impersonation/lookup.ts';
import { nextStepOf } from '../impersonation/next.ts';
import { fillParameters, type Values } from '../impersonation/parameters.ts';
import { chooseRecipe, type KnownRecipe } from '../impersonation/recipes.ts';
import { getUser } from '../impersonation/rows.ts';
import type { Live } from '../impersonation/session.ts';
import { ownStatement, type RecipeStatement, readStatements } from '../impersonation/statements.ts';
import type { Session } from '../sql/connect.ts';
import type { Parts } from './parts.ts';
import type { InstallRecord } from './records.ts';
import { liveUsersOf, recipesOf } from './users.ts';

/** Whom somebody wants to become, and how. */
export interface ImpersonationWish {
  /** The user's id, or an e-mail or user name that one user alone has. */
  readonly user: string;
  /** Null for the recipe that a person or the project made, else the first that was found. */
  readonly recipe: string | null;
  readonly set: Readonly<Record<string, string>>;
}

/** What a job's record says of a user who was asked for: an id, null for what may be a user name or an e-mail. */
export function tellUser(wanted: string): string | null {
  return /^(?:\d{1,20}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.test(wanted) ? wanted : null;
}

/** A user and a recipe that were found; its parameters are filled in meanwhile, since a password takes a while to hash. */
export interface Prepared extends Omit<Becoming, 'values'> {
  readonly filling: Promise<Values>;
  readonly given: ImpersonationWish['set'];
}

/** Finds the user and the recipe. Throws `users_missing`, `user_not_found`, `recipe_not_found`, `sql_refused`. */
export async function prepare(
  parts: Parts,
  lookup: UserLookup,
  install: InstallRecord,
  live: Live,
  wish: ImpersonationWish,
  signal: AbortSignal,
): Promise<Prepared> {
  const { users, facts } = await lookup.place(liveUsersOf(parts, install, live.server), signal);
  const as = users.table.kind === 'view' ? 'user' : 'reader';
  const { known, user } = await readLive(parts.core, live, { as, signal }, async (session) => {
    const chosen = chooseRecipe(await recipesOf(parts, session, install.name, users, facts), wish.recipe);
    const found = await getUser(session, users, wish.user).catch((error: unknown) => {
      throw sayFailure(error, 'Looking for the user');
    });
    return { known: chosen, user: found };
  });
  const { recipe } = known;
  const statements = await statementsOf(known);
  return {
    users,
    user,
    recipe,
    statements,
    given: wish.set,
    filling: startFilling(recipe, users, user, wish.set),
  };
}

/** What was prepared, with its parameters. Throws `parameters_missing` or `parameters_invalid`. */
export async function fill({ filling, users, user, recipe, statements }: Prepared): Promise<Becoming> {
  return { users, user, recipe, statements, values: await filling };
}

/** Reads the user again in the transaction that put a former one back: they can be the same. */
export async function readAgain(session: Session, prepared: Prepared): Promise<Prepared> {
  const { users, user, recipe, given } = prepared;
  const fresh = await getUser(session, users, user.id);
  if (JSON.stringify(fresh) === JSON.stringify(user)) return prepared;
  return { ...prepared, user: fresh, filling: startFilling(recipe, users, fresh, given) };
}

/** The user who was become, and what to do to be them. */
export async function nextOf(
  becoming: Becoming,
  rows: readonly KeptRow[],
): Promise<{ user: SampleUser; next: NextStep }> {
  const { user, recipe, values } = becoming;
  return { user, next: await nextStepOf(recipe, values, loginOf(becoming, rows)) };
}

function startFilling(...wanted: Parameters<typeof fillParameters>): Promise<Values> {
  const filling = fillParameters(...wanted);
  // What it throws is thrown where it is awaited.
  filling.catch(() => {});
  return filling;
}

async function statementsOf({ recipe, writes }: KnownRecipe): Promise<RecipeStatement[]> {
  if (recipe.sql === null) return [];
  if (writes !== null) return [ownStatement(recipe.sql, recipe.name, writes)];
  return readStatements(recipe.sql, recipe.name);
}

// What the row says after the change, e-mail before user name.
function loginOf({ users, user, values, recipe }: Becoming, rows: readonly KeptRow[]): string | null {
  const column = users.roles.email ?? users.roles.username;
  if (column === null) return null;
  const row = rows.find(({ columns, current }) => current !== null && columns.includes(column));
  const changed = row?.current == null ? undefined : valuesOf(row, row.current).get(column);
  if (changed !== undefined) return changed;
  if (recipe.sql?.includes('%(my_email)s') === true) return values.get('my_email') ?? null;
  const shown = user.columns[column];
  return typeof shown === 'string' ? shown : null;
}
