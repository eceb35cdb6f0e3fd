import { api } from './implementer.ts';

const { users } = api;

export const usersApi = users.router({
  place: users.place.handler(({ context, input, signal }) => context.app.usersPlace(input.name, signal)),
  choose: users.choose.handler(({ context, input, signal }) => {
    context.app.setUsersChoice(input.name, input.choice);
    return context.app.usersPlace(input.name, signal);
  }),
  search: users.search.handler(({ context, input, signal }) =>
    context.app.searchUsers(input.name, input.text, signal),
  ),
  preview: users.preview.handler(({ context, input: { name, ...wish }, signal }) =>
    context.app.previewImpersonation(name, wish, { signal }),
  ),
  become: users.become.handler(async ({ context, input: { name, ...wish } }) => {
    const { warnings, ...became } = await context.app.impersonate(name, wish, {});
    return { ...became, warnings: [...warnings] };
  }),
  stop: users.stop.handler(async ({ context, input }) => {
    const { stopped, warnings } = await context.app.stopImpersonation(input.name, {});
    return { stopped, warnings: [...warnings] };
  }),
  current: users.current.handler(async ({ context, input }) => context.app.showImpersonation(input.name)),
  saveRecipe: users.saveRecipe.handler(async ({ context, input, signal }) => {
    await context.app.saveRecipe(input.name, input.recipe, 'person');
    return context.app.usersPlace(input.name, signal);
  }),
  deleteRecipe: users.deleteRecipe.handler(async ({ context, input, signal }) => {
    await context.app.deleteRecipe(input.name, input.recipe);
    return context.app.usersPlace(input.name, signal);
  }),
});
