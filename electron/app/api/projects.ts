import { api } from './implementer.ts';

const { projects } = api;

// As with installs, what was begun goes on when the page that asked for it is closed.
export const projectsApi = projects.router({
  plan: projects.plan.handler(({ context, input }) => context.app.planProject(input.file)),
  trust: projects.trust.handler(({ context, input }) => context.app.trustProject(input.file, input.hash)),
  up: projects.up.handler(({ context, input }) => context.app.upProject(input.file, input.hash, {})),
  down: projects.down.handler(({ context, input }) =>
    context.app.downProject(input.file, { remove: input.remove }, {}),
  ),
});
