import { once } from 'node:events';
import net from 'node:net';

/** A port of 127.0.0.1 on which nobody listens just now. */
export async function freePort(): Promise<number> {
  await using listener = await listenOn(0);
  return listener.port;
}

/** Somebody who listens on a port, in this process; port 0 takes any. */
export async function listenOn(port: number): Promise<{ port: number } & AsyncDisposable> {
  const server = net.createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
