import { api, never } from './implementer.ts';

const { agents } = api;

export const agentsApi = agents.router({
  list: agents.list.handler(({ context }) => context.app.listAgents()),
  add: agents.add.handler(({ context, input }) => context.app.addAgent(input)),
  check: agents.check.handler(({ context, input, signal }) =>
    context.app.checkAgent(input.name, signal ?? never),
  ),
  remove: agents.remove.handler(({ context, input }) => context.app.removeAgent(input.name)),
  acknowledge: agents.acknowledge.handler(async ({ context, input, signal }) => {
    await context.app.acknowledgeNotice(input.name, input.id, signal ?? never);
    return { ok: true as const };
  }),
  job: agents.job.handler(async ({ context, input }) => context.app.showRemoteJob(input.id)),
  run: agents.run.handler(({ context, input, signal }) =>
    context.app.startRun(input.name, input.workflow, {}, signal ?? never),
  ),
});
