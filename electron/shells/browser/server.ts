import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { readPageFile } from '../../app/page/files.ts';
import { makeNonce, securityHeaders } from '../../app/page/headers.ts';
import { RockpoolError } from '../../contract/errors.ts';
import { type Access, makeAccess } from './access.ts';
import { answerJson, answerRefusal, readJson, refuseSocket } from './answers.ts';
import { originOf, refuseStranger } from './checks.ts';
import { boundConnections, type Connections } from './connections.ts';
import { type OnPage, openSockets } from './socket.ts';

/** The page served on 127.0.0.1. */
export interface PageServer extends AsyncDisposable {
  readonly port: number;
  /** What the command line proves itself with; never in a URL. */
  readonly token: string;
  /** A URL with a code in its fragment that opens the page once, within 30 s. */
  makeUrl(): string;
}

/** The path on which a page speaks WebSocket. */
export const rpcPath = '/rpc';

/**
 * Serves `folder` and answers pages that have the token. `ports` are tried in turn, 0 is any free one. Every answer has
 * passed, in this order: peer, Host, Origin, Sec-Fetch-Site, method and type, token. Throws `port_taken` where all are in
 * use.
 */
export async function openPageServer(options: {
  readonly folder: string;
  readonly ports: readonly number[];
  readonly onPage: OnPage;
}): Promise<PageServer> {
  const access = makeAccess();
  const server = createServer({
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    keepAliveTimeout: 5000,
    connectionsCheckingInterval: 1000,
    maxHeaderSize: 16 * 1024,
  });
  // Node drops what is over its own limit and goes on; here it is counted and refused.
  server.maxHeadersCount = 0;
  const connections = boundConnections(server);
  const sockets = openSockets(access, connections, options.onPage);
  const port = await listenOn(server, options.ports);

  server.on('request', (request, response) => {
    answer(request, response, { port, folder: options.folder, access, connections }).catch(() => {
      response.destroy();
    });
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const refusal = refuseStranger(request, port, true);
    if (refusal !== null) refuseSocket(socket, refusal);
    else if (request.url !== rpcPath) refuseSocket(socket, { status: 404, reason: 'nothing is here' });
    else sockets.upgrade(request, socket, head);
  });
  server.on('connect', (_request, socket) =>
    refuseSocket(socket, { status: 405, reason: 'no proxy is here' }),
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const status =
      error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
    refuseSocket(socket, { status, reason: 'no request that can be read' });
  });

  return {
    port,
    token: access.token,
    makeUrl: () => `${originOf(port)}/#code=${access.makeCode()}`,
    [Symbol.asyncDispose]: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      sockets.close();
      server.close();
      // A goodbye of the sockets gets its moment; then nothing is waited for.
      setTimeout(() => connections.close(), 200);
      await closed;
    },
  };
}

interface Site {
  readonly port: number;
  readonly folder: string;
  readonly access: Access;
  readonly connections: Connections;
}

async function answer(request: IncomingMessage, response: ServerResponse, site: Site): Promise<void> {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const refusal = refuseStranger(request, site.port, !isRead);
  if (refusal !== null) return answerRefusal(response, refusal);
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  if (path === '/token' || path === '/code') return answerProof(request, response, path, site);
  if (!isRead)
    return answerRefusal(response, { status: 405, reason: 'wrong method' }, { Allow: 'GET, HEAD' });
  await answerFile(response, path, site);
}

/** `/token` changes a code for the token; `/code` makes another code for who has the token in a header. */
async function answerProof(
  request: IncomingMessage,
  response: ServerResponse,
  path: '/token' | '/code',
  { access, connections }: Site,
): Promise<void> {
  if (request.method !== 'POST') {
    return answerRefusal(response, { status: 405, reason: 'wrong method' }, { Allow: 'POST' });
  }
  const read = await readJson(request);
  if (!('body' in read)) return answerRefusal(response, read);
  if (path === '/code' && access.isToken(bearerOf(request))) {
    return answerJson(response, 200, { code: access.makeCode() });
  }
  const code: unknown = 'code' in read.body ? read.body.code : null;
  const token = path === '/token' && typeof code === 'string' ? access.exchange(code) : null;
  if (token !== null) return answerJson(response, 200, { token });
  const mayGoOn = await connections.fail(request.socket as Socket);
  const unproved = { status: 401, reason: path === '/token' ? 'the code does not work' : 'wrong token' };
  if (mayGoOn) answerJson(response, 401, { error: { status: 401, message: unproved.reason } });
  else answerRefusal(response, unproved);
}

function bearerOf(request: IncomingMessage): string {
  return /^Bearer ([\w-]{1,200})$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
}

async function answerFile(response: ServerResponse, path: string, { folder, port }: Site): Promise<void> {
  const nonce = makeNonce();
  const file = await readPageFile(folder, path, nonce);
  if (file === 400) return answerRefusal(response, { status: 400, reason: 'no path of a file' });
  if (file === 404) return answerJson(response, 404, { error: { status: 404, message: 'nothing is here' } });
  response.writeHead(200, {
    ...securityHeaders(nonce, `ws://127.0.0.1:${port}`),
    'Content-Type': file.type,
    'Content-Length': file.body.byteLength,
  });
  response.end(response.req.method === 'HEAD' ? undefined : file.body);
}

async function listenOn(server: Server, ports: readonly number[]): Promise<number> {
  for (const port of ports) {
    try {
      server.listen({ port, host: '127.0.0.1', exclusive: true });
      await once(server, 'listening');
      return (server.address() as AddressInfo).port;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    }
  }
  const [port = 0] = ports;
  throw new RockpoolError('port_taken', `Port ${port} on 127.0.0.1 is in use or not allowed.`, {
    hint: 'Name another one with --port, or leave --port out: then a free one is taken.',
    detail: { port },
  });
}
