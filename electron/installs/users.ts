import type { FoundUsers, PasswordScheme, UsersPlace } from '../contract/impersonation.ts';
import { readLive } from '../impersonation/access.ts';
import type { DatabaseFacts } from '../impersonation/facts.ts';
import { sayFailure } from '../impersonation/failures.ts';
import type { LiveUsers, UserLookup } from '../impersonation/lookup.ts';
import { schemeOfHash } from '../impersonation/passwords.ts';
import { listRecipes, readUsersChoice } from '../impersonation/recipe-records.ts';
import { foundRecipes, type KnownRecipe, offerOf } from '../impersonation/recipes.ts';
import { columnOf, fromUsers } from '../impersonation/rows.ts';
import { nameOfTable, type UsersTable } from '../impersonation/users.ts';
import type { RunningServer } from '../servers/server.ts';
import type { Session } from '../sql/connect.ts';
import { startServer } from './connect.ts';
import type { Parts } from './parts.ts';
import { getInstall, getPristine, type InstallRecord } from './records.ts';

/** A live as the search for users knows it. */
export function liveUsersOf({ core }: Parts, install: InstallRecord, server: RunningServer): LiveUsers {
  return {
    server,
    name: install.name,
    owner: getPristine(core.state, install.pristine).owner,
    oid: install.liveOid,
    choice: readUsersChoice(core.state, install.name),
  };
}

/** Users of an install that hold a text, or the first ones for an empty one. Throws `users_missing`. */
export async function searchUsersOf(
  parts: Parts,
  lookup: UserLookup,
  name: string,
  text: string,
  signal?: AbortSignal,
): Promise<FoundUsers> {
  const install = getInstall(parts.core.state, name);
  // On every key that is pressed: whether all is well with the server is looked at only where it does not answer.
  const running = await parts.servers.running(install.server);
  const server = running ?? (await startServer(parts, install.server, signal));
  try {
    return await lookup.search(liveUsersOf(parts, install, server), text, signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw sayFailure(error, 'Looking for users');
  }
}

/** Where the users of an install are and how they can be become. Texts of a large table begin to come into memory. */
export async function usersPlaceOf(
  parts: Parts,
  lookup: UserLookup,
  name: string,
  signal?: AbortSignal,
): Promise<UsersPlace> {
  const install = getInstall(parts.core.state, name);
  const server = await startServer(parts, install.server, signal);
  const live = liveUsersOf(parts, install, server);
  const { users, facts } = await lookup.place(live, signal);
  void lookup.load(live);
  const as = users.table.kind === 'view' ? 'user' : 'reader';
  const recipes = await readLive(parts.core, live, { as, signal }, (session) =>
    recipesOf(parts, session, name, users, facts),
  );
  const table = nameOfTable(users.table);
  return {
    table,
    candidates: [table, ...users.others],
    recipes: recipes.map((recipe) => offerOf(recipe, users)),
  };
}

/** All recipes of an install: one that a person or the project made comes in the place of a found one of that name. */
export async function recipesOf(
  { core }: Parts,
  session: Session,
  install: string,
  users: UsersTable,
  facts: DatabaseFacts,
): Promise<KnownRecipe[]> {
  const own = listRecipes(core, install);
  const found = foundRecipes(users, facts, await readScheme(session, users));
  const names = new Set(own.map(({ recipe }) => recipe.name));
  return [...own, ...found.filter(({ recipe }) => !names.has(recipe.name))];
}

const lookedAt = 200;

// Hashes that the redaction left as they are say more than any name of a column.
async function readScheme(session: Session, users: UsersTable): Promise<PasswordScheme | null> {
  const { password } = users.roles;
  if (password === null) return null;
  const { rows } = await session.query<{ start: string | null }>(
    `SELECT pg_catalog.left(${columnOf(password)}::text, 24) AS start ${fromUsers(users)} LIMIT ${lookedAt}`,
  );
  for (const { start } of rows) {
    const scheme = schemeOfHash(start ?? '');
    if (scheme !== null) return scheme;
  }
  return null;
}
