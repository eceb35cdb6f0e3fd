import { type MessagePort, parentPort } from 'node:worker_threads';
import { RPCHandler } from '@orpc/server/message-port';
import { callsOnly } from '../../../electron/shells/desktop/port.ts';
import { makeSmallRouter, type Seen } from '../page-server.ts';

/** A thread that answers the small contract on every port that it is sent, and tells what it has seen when asked. */
const seen: Seen = { calls: 0, aborted: 0, ended: 0 };
const handler = new RPCHandler(makeSmallRouter(seen));

process.on('uncaughtException', (error) => parentPort?.postMessage({ uncaught: error.message }));
process.on('unhandledRejection', (error) => parentPort?.postMessage({ uncaught: String(error) }));

parentPort?.on('message', (message: { port?: MessagePort }) => {
  if (message.port === undefined) {
    parentPort?.postMessage({ seen });
    return;
  }
  handler.upgrade(callsOnly(message.port) as never);
  message.port.start();
});
