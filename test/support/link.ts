import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** A narrow way to a server of this machine. */
export interface Link extends AsyncDisposable {
  readonly url: string;
}

// Small enough for the streams to share the link evenly.
const pieceBytes = 64 * 1024;

/** Starts a link to a port that carries so many bytes a second towards who calls, over all its connections together. */
export async function startLink(port: number, bytesPerS: number): Promise<Link> {
  const sockets = new Set<Socket>();
  let freeAt = performance.now();
  const server = createServer((caller) => {
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [caller, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    caller.pipe(upstream);
    caller.on('close', () => upstream.destroy());
    carry(upstream, caller).then(
      () => caller.end(),
      () => caller.destroy(),
    );
  });
  const carry = async (from: Socket, to: Socket): Promise<void> => {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.length; at += pieceBytes) {
        const piece = chunk.subarray(at, at + pieceBytes);
        freeAt = Math.max(freeAt, performance.now() - 50) + (piece.length / bytesPerS) * 1000;
        const ahead = freeAt - performance.now();
        if (ahead > 5) await wait(ahead);
        if (!to.write(piece)) await once(to, 'drain');
      }
    }
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${own}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
