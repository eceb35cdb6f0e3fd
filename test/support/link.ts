import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A narrow way to a server of this machine. */
export interface Link extends AsyncDisposable {
  readonly url: string;
}

// Small enough for the streams to share the link evenly.
const pieceBytes = 64 * 1024;

/**
 * Starts a link to a port that carries so many bytes a second towards who calls, over all its connections together. It
 * takes little processor time of its own: each connection reads into one piece of memory, once that has been sent on.
 */
export async function startLink(port: number, bytesPerS: number): Promise<Link> {
  const sockets = new Set<Socket>();
  let freeAt = performance.now();
  const turnOf = (bytes: number): number => {
    freeAt = Math.max(freeAt, performance.now() - 50) + (bytes / bytesPerS) * 1000;
    return freeAt - performance.now();
  };
  const server = createServer((caller) => {
    const carry = (piece: Buffer): void => {
      const send = () => caller.write(piece, (error) => (error ? upstream.destroy() : upstream.resume()));
      const ahead = turnOf(piece.length);
      if (ahead > 5) setTimeout(send, ahead);
      else send();
    };
    const upstream = connect({
      port,
      host: '127.0.0.1',
      onread: {
        buffer: Buffer.allocUnsafe(pieceBytes),
        callback: (length, piece) => {
          carry(Buffer.from(piece.buffer, piece.byteOffset, length));
          return false;
        },
      },
    });
    for (const socket of [caller, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    caller.pipe(upstream);
    caller.on('close', () => upstream.destroy());
    upstream.on('end', () => caller.end()).on('close', () => caller.destroy());
  });
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
