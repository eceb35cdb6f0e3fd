import { once } from 'node:events';
import net from 'node:net';

/**
 * A port of 127.0.0.1 on which nobody listens just now. Below the ranges from which systems take ports for clients by
 * themselves, and below those of our own servers: it stays free until the test takes it.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 8000);
    try {
      await using listener = await listenOn(port);
      return listener.port;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
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
