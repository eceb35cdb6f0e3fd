import { RPCHandler } from '@orpc/server/message-port';
import { contextOf, router } from '../../app/api.ts';
import { workInBackground } from '../../app/background.ts';
import type { App } from '../../app.ts';
import { type CallPort, callsOnly } from './port.ts';

/** Where the core hears from the main process. */
export interface CoreParent {
  onMessage(listener: (data: unknown, ports: readonly CallPort[]) => void): void;
}

/**
 * Answers every port that comes from `parent` with the app's procedures and does the queued work, until the message
 * `end`. Returns when the jobs of this process have cleaned up.
 */
export async function serveCore(app: App, parent: CoreParent): Promise<void> {
  const handler = new RPCHandler(router);
  const ending = new AbortController();
  const ports = new Set<CallPort>();
  parent.onMessage((data, [port]) => {
    if (data === 'end') ending.abort();
    if (data !== 'page' || port === undefined) return;
    ports.add(port);
    port.on('close', () => ports.delete(port));
    handler.upgrade(callsOnly(port), { context: contextOf(app) });
    port.start();
  });
  await workInBackground(app, ending.signal);
  await app.stopOwnJobs();
  for (const port of ports) port.close();
}
