import { RockpoolError } from '../../contract/errors.ts';
import type { Server } from '../../contract/server.ts';
import { api, never } from './implementer.ts';

const { servers } = api;

export const serversApi = servers.router({
  list: servers.list.handler(({ context }) => context.app.listServers()),
  offers: servers.offers.handler(({ context }) => context.app.listOffers()),
  start: servers.start.handler(async ({ context, input }) =>
    only(await context.app.startServers(input.name, never), input.name),
  ),
  stop: servers.stop.handler(async ({ context, input }) =>
    only(await context.app.stopServers(input.name, never), input.name),
  ),
  log: servers.log.handler(({ context, input, signal }) =>
    context.app.watchServerLog(input.name, signal ?? never),
  ),
});

function only(found: readonly Server[], name: string): Server {
  const server = found[0];
  if (server === undefined)
    throw new RockpoolError('server_not_found', `There is no server called ${name}.`, {
      hint: 'rockpool server list shows those that there are.',
      detail: { name },
    });
  return server;
}
