import { MessageChannel } from 'node:worker_threads';
import { openCoreClient } from '../../../electron/shells/desktop/watch.ts';

/**
 * Starts a core, whose file is the first argument, as Electron's utility process would: with a `parentPort` whose
 * messages carry ports. Asks it one thing and one stream, prints the answers, and lets it end.
 */
const [file = ''] = process.argv.slice(2);
const listeners: ((event: { data: unknown; ports: readonly unknown[] }) => void)[] = [];
Object.assign(process, {
  parentPort: {
    on: (_event: string, listener: (typeof listeners)[number]) => listeners.push(listener),
    postMessage: (message: unknown) => console.log(`report ${JSON.stringify(message)}`),
  },
});
const send = (data: string, ports: readonly unknown[] = []): void => {
  for (const listener of listeners) listener({ data, ports });
};

void import(file);
const { port1, port2 } = new MessageChannel();
while (listeners.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
send('page', [port2]);
const client = openCoreClient(port1);
console.log(`versions ${JSON.stringify(await client.api.machine.versions())}`);
for await (const changes of await client.api.machine.watch()) {
  console.log(`changes ${Object.keys(changes).toSorted().join(' ')}`);
  break;
}
await client.api.installs
  .show({ name: 'nobody' })
  .catch((error: { code: string; data: { code: string } }) => {
    console.log(`error ${error.code} ${error.data.code}`);
  });
send('end');
