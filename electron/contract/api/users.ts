import { z } from 'zod';
import {
  FoundUsers,
  Impersonation,
  ImpersonationPreview,
  NextStep,
  Recipe,
  UsersChoice,
  UsersPlace,
} from '../impersonation.ts';
import { Named, procedure } from './procedure.ts';

const Wish = Named.extend({
  user: z.string().min(1).max(1000),
  recipe: z.string().nullable(),
  set: z.record(z.string(), z.string()),
});

/** The sample users of an install, and being one of them. */
export const users = {
  place: procedure.input(Named).output(UsersPlace),
  choose: procedure.input(Named.extend({ choice: UsersChoice })).output(UsersPlace),
  search: procedure.input(Named.extend({ text: z.string().max(1000) })).output(FoundUsers),
  preview: procedure.input(Wish).output(ImpersonationPreview),
  become: procedure
    .input(Wish)
    .output(Impersonation.extend({ next: NextStep, warnings: z.array(z.string()), job: z.string() })),
  stop: procedure
    .input(Named)
    .output(z.object({ stopped: Impersonation.nullable(), warnings: z.array(z.string()) })),
  /** Who is impersonated now and what to do to be them; null for nobody. */
  current: procedure.input(Named).output(Impersonation.extend({ next: NextStep }).nullable()),
  saveRecipe: procedure.input(Named.extend({ recipe: Recipe })).output(UsersPlace),
  deleteRecipe: procedure.input(Named.extend({ recipe: z.string() })).output(UsersPlace),
};
