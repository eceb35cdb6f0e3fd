import { z } from 'zod';
import { Recipe, UsersChoice } from '../contract/impersonation.ts';
import type { Core } from '../state/core.ts';
import { parseRecord, type StateDb } from '../state/database.ts';
import type { KnownRecipe } from './recipes.ts';
import { endImpersonation } from './records.ts';

const StoredRecipe = z.object({ recipe: Recipe, origin: z.enum(['project', 'person']) });

/** The recipes that a project or a person made for an install, with their secrets. */
export function listRecipes(core: Core, install: string): KnownRecipe[] {
  return core.state
    .rows('SELECT record FROM recipes WHERE install = ? ORDER BY name', install)
    .map((row) => parseRecord(StoredRecipe, row))
    .map(({ recipe, origin }) => ({
      origin,
      writes: null,
      recipe:
        recipe.token === null
          ? recipe
          : {
              ...recipe,
              token: { ...recipe.token, secret: core.secrets.get(secretOf(install, recipe.name)) },
            },
    }));
}

/** Keeps a recipe; one of the same name goes. Its secret goes to the file of secrets. */
export async function saveRecipe(
  core: Core,
  install: string,
  recipe: Recipe,
  origin: 'project' | 'person',
): Promise<void> {
  const secret = recipe.token?.secret ?? null;
  const name = secretOf(install, recipe.name);
  if (secret === null) {
    if (core.secrets.get(name) !== null) await core.secrets.remove(name);
  } else await core.secrets.set(name, secret);
  const token = recipe.token === null ? null : { ...recipe.token, secret: null };
  core.state.run(
    'INSERT OR REPLACE INTO recipes (install, name, record) VALUES (?, ?, ?)',
    install,
    recipe.name,
    JSON.stringify({ recipe: { ...recipe, token }, origin }),
  );
}

/** Forgets a recipe; true where there was one. */
export async function deleteRecipe(core: Core, install: string, name: string): Promise<boolean> {
  await core.secrets.remove(secretOf(install, name));
  return core.state.run('DELETE FROM recipes WHERE install = ? AND name = ?', install, name) > 0;
}

function secretOf(install: string, recipe: string): string {
  return `recipe/${install}/${recipe}`;
}

/** Where the users of an install are, as far as somebody has said. */
export function readUsersChoice(state: StateDb, install: string): UsersChoice {
  const row = state.rows('SELECT record FROM users_choices WHERE install = ?', install)[0];
  return row === undefined ? UsersChoice.parse({}) : parseRecord(UsersChoice, row);
}

export function writeUsersChoice(state: StateDb, install: string, choice: UsersChoice): void {
  state.run(
    'INSERT OR REPLACE INTO users_choices (install, record) VALUES (?, ?)',
    install,
    JSON.stringify(UsersChoice.parse(choice)),
  );
}

/** Names of the recipes that were made for an install. */
export function listRecipeNames(state: StateDb, install: string): string[] {
  return state.rows('SELECT name FROM recipes WHERE install = ?', install).map((row) => String(row.name));
}

/** Forgets in state.db everything about the users of an install that is removed. */
export function forgetImpersonations(state: StateDb, install: string): void {
  endImpersonation(state, install);
  state.run('DELETE FROM recipes WHERE install = ?', install);
  state.run('DELETE FROM users_choices WHERE install = ?', install);
}

/** Removes the secrets of recipes that are gone. */
export async function removeRecipeSecrets(
  core: Core,
  install: string,
  recipes: readonly string[],
): Promise<void> {
  const names = recipes
    .map((recipe) => secretOf(install, recipe))
    .filter((name) => core.secrets.get(name) !== null);
  for (const name of names) await core.secrets.remove(name);
}
