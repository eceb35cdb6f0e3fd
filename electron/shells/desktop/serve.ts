import { RPCHandler } from '@orpc/server/message-port';
import { contextOf, router } from '../../app/api.ts';
import { workInBackground } from '../../app/background.ts';
import { isCall } from '../../app/page/call.ts';
import type { App } from '../../app.ts';

/** A port as Electron and Node both have it. */
export interface CallPort {
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
}

/** Where the core hears from the main process. */
export interface CoreParent {
  onMessage(listener: (data: unknown, ports: readonly CallPort[]) => void): void;
}

/** Messages of the main process to the core: another page's port, the way to the keyring, or the end. */
export type CoreMessage = 'page' | 'keyring' | 'end';

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

/** A port as the RPC handler sees it: only calls come in, the text of a message where Electron wraps it. */
export function callsOnly(port: CallPort): {
  on(event: string, listener: (event: { data: unknown } | undefined) => void): void;
  postMessage(message: unknown): void;
} {
  return {
    on: (event, listener) => {
      if (event === 'close') port.on('close', () => listener(undefined));
      else
        port.on('message', (message) => {
          const data =
            typeof message === 'object' && message !== null && 'data' in message ? message.data : message;
          if (isCall(data)) listener({ data });
        });
    },
    postMessage: (message) => port.postMessage(message),
  };
}
