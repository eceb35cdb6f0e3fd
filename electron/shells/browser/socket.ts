import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { isCall } from '../../app/page/call.ts';
import { securityHeaders } from '../../app/page/headers.ts';
import type { Access } from './access.ts';
import { refuseSocket } from './answers.ts';
import type { Connections } from './connections.ts';

/** What an RPC handler needs of a page's connection. */
export type PageSocket = Pick<WebSocket, 'addEventListener' | 'send'>;

/** Hands the connection of a page that has proved itself to whoever answers its calls. */
export type OnPage = (page: PageSocket) => void;

/** A larger message ends its connection. */
export const maxMessageBytes = 1024 * 1024;

/** How long a connection may wait before its first message, which carries the token. */
export const proveWithinMs = 5000;

// A page that does not read what it asked for must not fill our memory.
const maxUnsentBytes = 32 * 1024 * 1024;

/** The close code of a connection whose first message was not the token: the page asks for a new link then. */
export const notProved = 4401;

const Proof = z.object({ token: z.string().max(200) });

export interface Sockets {
  /** Takes over a connection whose request has passed the checks. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

/**
 * Speaks WebSocket with pages: nothing is packed, messages are bounded, and the first one within 5 s is
 * `{"token": …}`; all else belongs to `onPage`.
 */
export function openSockets(access: Access, connections: Connections, onPage: OnPage): Sockets {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
    clientTracking: true,
  });
  server.on('headers', (lines) => {
    for (const [name, value] of Object.entries(securityHeaders(null, null))) lines.push(`${name}: ${value}`);
  });
  server.on('wsClientError', (_error, socket) =>
    refuseSocket(socket, { status: 400, reason: 'no WebSocket of version 13' }),
  );
  return {
    upgrade: (request, socket, head) =>
      server.handleUpgrade(request, socket, head, (page) => {
        page.on('error', () => page.terminate());
        awaitProof(page, access, () => {
          connections.keep(socket as Socket);
          onPage(bounded(page));
        });
      }),
    close: () => {
      for (const page of server.clients) page.close(1001, 'Rockpool has ended');
      server.close();
    },
  };
}

function awaitProof(page: WebSocket, access: Access, onProof: () => void): void {
  const timer = setTimeout(() => refuse(page, 'no token came in time'), proveWithinMs);
  page.once('close', () => clearTimeout(timer));
  page.once('message', (data, isBinary) => {
    clearTimeout(timer);
    const token = isBinary ? null : tokenOf(data);
    if (token !== null && access.isToken(token)) onProof();
    else refuse(page, 'wrong token');
  });
}

function refuse(page: WebSocket, reason: string): void {
  page.close(notProved, reason);
  // Who does not answer the goodbye is not waited for.
  setTimeout(() => page.terminate(), 1000).unref();
}

function tokenOf(data: RawData): string | null {
  try {
    const proof = Proof.safeParse(JSON.parse(String(data)));
    return proof.success ? proof.data.token : null;
  } catch {
    return null;
  }
}

/** A page's connection as the RPC handler sees it: only calls come in, and what is not read does not pile up. */
function bounded(page: WebSocket): PageSocket {
  const addEventListener = (type: string, listener: (event: { data?: unknown }) => void): void => {
    if (type === 'message')
      page.on('message', (data, isBinary) => {
        const text = isBinary ? null : String(data);
        if (isCall(text)) listener({ data: text });
      });
    else page.on(type, () => listener({}));
  };
  const send = (data: Parameters<WebSocket['send']>[0]): void => {
    if (page.bufferedAmount > maxUnsentBytes) page.terminate();
    else if (page.readyState === page.OPEN) page.send(data);
  };
  return { addEventListener, send } as PageSocket;
}
