import { once } from 'node:events';
import { type AddressInfo, connect as connectTo, createServer, type Socket } from 'node:net';

/** A port of 127.0.0.1 behind which another one answers late. */
export interface SlowWay extends AsyncDisposable {
  readonly port: number;
}

/** Opens a way to a port of 127.0.0.1 on which every answer takes `delayMs` longer, as from a server with a slow disk. */
export async function openSlowWay(port: number, delayMs: number): Promise<SlowWay> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connectTo(port, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.on('data', (chunk) => far.write(chunk));
    far.on('data', (chunk) => {
      setTimeout(() => near.write(chunk), delayMs);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
