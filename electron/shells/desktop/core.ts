import { openApp } from '../../app.ts';
import { isRockpoolError } from '../../contract/errors.ts';
import { openKeyring } from './keyring.ts';
import type { CallPort, CoreMessage } from './port.ts';
import { serveCore } from './serve.ts';

/**
 * The core in a process of its own: what it does never makes the window wait, and when it dies the window lives to say
 * so. Electron's utility process, since nothing may start Node through the app's own program.
 */
const parent = process.parentPort;
const waiting: { data: unknown; ports: readonly CallPort[] }[] = [];
let tell = (data: unknown, ports: readonly CallPort[]): void => {
  waiting.push({ data, ports });
};
const keyring = Promise.withResolvers<CallPort>();
// Listened to before anything is waited for: the first page asks while the app still opens.
parent.on('message', (event) => {
  const ports = event.ports as unknown as CallPort[];
  if (event.data === ('keyring' satisfies CoreMessage) && ports[0] !== undefined) keyring.resolve(ports[0]);
  else tell(event.data, ports);
});

try {
  await using app = await openApp(process.env, null, openKeyring(keyring.promise));
  await serveCore(app, {
    onMessage: (listener) => {
      tell = listener;
      for (const { data, ports } of waiting.splice(0)) listener(data, ports);
    },
  });
} catch (error) {
  if (isRockpoolError(error)) parent.postMessage(error.report());
  else throw error;
}
// What was posted last is on its way; connections that are still open are not waited for.
setTimeout(() => process.exit(0), 100);
