import { retryJob } from '../retry.ts';
import { api, never } from './implementer.ts';

const { jobs } = api;

export const jobsApi = jobs.router({
  list: jobs.list.handler(async ({ context, input }) => context.app.findJobs(input)),
  show: jobs.show.handler(async ({ context, input }) => context.app.showJob(input.id)),
  follow: jobs.follow.handler(({ context, input, signal }) =>
    context.app.watchJob(input.id, signal ?? never),
  ),
  cancel: jobs.cancel.handler(({ context, input, signal }) =>
    context.app.cancelJob(input.id, signal ?? never),
  ),
  retry: jobs.retry.handler(async ({ context, input }) => {
    await retryJob(context.app, input.id);
    return { ok: true as const };
  }),
});
