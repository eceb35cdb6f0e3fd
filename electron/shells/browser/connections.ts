import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** The connections of a server: how many there may be, and which of them counts as somebody's. */
export interface Connections {
  /** Keeps a connection from being given up for others. */
  keep(socket: Socket): void;
  /** Counts one more failed proof on this connection and waits before the answer; false where it was one too many. */
  fail(socket: Socket): Promise<boolean>;
  close(): void;
}

/** More connections than this are not held at once. */
export const mostConnections = 64;

const mostFailures = 5;
const firstDelayMs = 100;

/**
 * Bounds the connections. One too many ends the oldest that nobody has proved to be a page of ours, so that a
 * flood ends itself and locks nobody out; only where all are pages' own the new one is refused. Failed proofs slow
 * down the connection that they come on and no other: a stale tab must not lock the person out.
 */
export function boundConnections(server: Server): Connections {
  const open = new Map<Socket, { kept: boolean; failures: number }>();
  server.on('connection', (socket: Socket) => {
    open.set(socket, { kept: false, failures: 0 });
    socket.once('close', () => open.delete(socket));
    // A reset by the other side is no fault of ours; without a listener it would end the process.
    socket.on('error', () => socket.destroy());
    if (open.size <= mostConnections) return;
    const oldest = [...open].find(([, each]) => !each.kept)?.[0] ?? socket;
    open.delete(oldest);
    oldest.destroy();
  });
  return {
    keep: (socket) => {
      const entry = open.get(socket);
      if (entry !== undefined) entry.kept = true;
    },
    fail: async (socket) => {
      const entry = open.get(socket);
      if (entry === undefined) return false;
      entry.failures += 1;
      await new Promise((resolve) => setTimeout(resolve, firstDelayMs * 2 ** (entry.failures - 1)));
      return entry.failures < mostFailures;
    },
    close: () => {
      for (const socket of open.keys()) socket.destroy();
    },
  };
}
