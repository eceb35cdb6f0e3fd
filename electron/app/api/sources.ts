import { api, never } from './implementer.ts';

const { sources } = api;

export const sourcesApi = sources.router({
  list: sources.list.handler(async ({ context }) => context.app.listSources()),
  show: sources.show.handler(async ({ context, input }) => context.app.showSource(input.name)),
  add: sources.add.handler(({ context, input }) => context.app.addSource(input.name, input.url, input.s3)),
  check: sources.check.handler(({ context, input, signal }) =>
    context.app.checkSource(input.name, signal ?? never),
  ),
  remove: sources.remove.handler(async ({ context, input }) => context.app.removeSource(input.name)),
  datasets: sources.datasets.handler(({ context, input, signal }) =>
    context.app.listDatasets(input.name, signal ?? never),
  ),
});
