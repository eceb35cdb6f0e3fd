import { isCall } from '../../app/page/call.ts';

/** A port as Electron and Node both have it. */
export interface CallPort {
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
}

/** Messages of the main process to the core: another page's port, the way to the keyring, or the end. */
export type CoreMessage = 'page' | 'keyring' | 'end';

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
