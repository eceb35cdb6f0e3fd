import type {
  FoundUsers,
  Impersonation,
  ImpersonationPreview,
  NextStep,
  Recipe,
  UsersChoice,
  UsersPlace,
} from '../contract/impersonation.ts';
import { UserLookup } from '../impersonation/lookup.ts';
import { deleteRecipe, saveRecipe, writeUsersChoice } from '../impersonation/recipe-records.ts';
import { findCurrent, impersonationOf, openKept } from '../impersonation/records.ts';
import { readStatements } from '../impersonation/statements.ts';
import type { ImpersonationWish } from '../installs/becoming.ts';
import { type Became, impersonateUser, type Stopped, stopImpersonation } from '../installs/impersonate.ts';
import type { Parts, Watch } from '../installs/parts.ts';
import { previewImpersonation } from '../installs/preview-user.ts';
import { getInstall } from '../installs/records.ts';
import { searchUsersOf, usersPlaceOf } from '../installs/users.ts';

/** Users of the data, and becoming one of them. */
export interface ImpersonationApp {
  /** An empty text finds the first ones. */
  searchUsers(name: string, text: string, signal?: AbortSignal): Promise<FoundUsers>;
  usersPlace(name: string, signal?: AbortSignal): Promise<UsersPlace>;
  setUsersChoice(name: string, choice: UsersChoice): void;
  impersonate(name: string, wish: ImpersonationWish, watch: Watch): Promise<Became>;
  previewImpersonation(name: string, wish: ImpersonationWish, watch: Watch): Promise<ImpersonationPreview>;
  stopImpersonation(name: string, watch: Watch): Promise<Stopped>;
  /** Who is impersonated and what to do to be them, as it was told when they were become; null for nobody. */
  showImpersonation(name: string): (Impersonation & { readonly next: NextStep }) | null;
  /** Checks and keeps a recipe; one of that name goes. `origin` is who made it. */
  saveRecipe(name: string, recipe: Recipe, origin: 'project' | 'person'): Promise<void>;
  deleteRecipe(name: string, recipe: string): Promise<boolean>;
}

export function openImpersonation(parts: Parts): ImpersonationApp {
  const { core } = parts;
  const lookup = new UserLookup(core);
  return {
    searchUsers: (name, text, signal) => searchUsersOf(parts, lookup, name, text, signal),
    usersPlace: (name, signal) => usersPlaceOf(parts, lookup, name, signal),
    setUsersChoice: (name, choice) => {
      getInstall(core.state, name);
      writeUsersChoice(core.state, name, choice);
    },
    impersonate: (name, wish, watch) => impersonateUser(parts, lookup, name, wish, watch),
    previewImpersonation: (name, wish, watch) => previewImpersonation(parts, lookup, name, wish, watch),
    stopImpersonation: (name, watch) => stopImpersonation(parts, name, watch),
    showImpersonation: (name) => {
      getInstall(core.state, name);
      const current = findCurrent(core.state, name);
      const shown = impersonationOf(core, name);
      return current === null || shown === null
        ? null
        : { ...shown, next: openKept(core, name, current).next };
    },
    saveRecipe: async (name, recipe, origin) => {
      getInstall(core.state, name);
      if (recipe.sql !== null) await readStatements(recipe.sql, recipe.name);
      await saveRecipe(core, name, recipe, origin);
    },
    deleteRecipe: async (name, recipe) => {
      getInstall(core.state, name);
      return deleteRecipe(core, name, recipe);
    },
  };
}
