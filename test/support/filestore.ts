import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { appendFile, readdir, rm, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A request as a file store understands it. `path` holds the decoded parts behind `/file`. */
export interface StoreRequest {
  readonly method: string;
  /** As it stood in the request line, still encoded. */
  readonly url: string;
  readonly kind: 'health' | 'root' | 'listing' | 'file' | 'lines';
  readonly path: readonly string[];
  /** Requests with the same method and URL so far, this one included. */
  readonly count: number;
}

/** What goes wrong with one request. */
export type Fault =
  | { readonly status: number }
  | { readonly redirect: string }
  /** The page of a captive portal, with status 200. */
  | { readonly page: true }
  | { readonly text: string }
  | { readonly silence: true }
  /** The body ends early: as a whole chunked one, by a reset, or by a plain close where no length was promised. */
  | { readonly cutAfter: number; readonly how: 'chunked' | 'reset' | 'close' }
  | { readonly stallAfter: number }
  | { readonly flipAt: number }
  | { readonly pauseMs: number };

/** An agent's file store over a folder that holds a folder a workflow (format 1.3). */
export interface Filestore extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly StoreRequest[];
  /** Asked before each answer; may change the folder, as a run does. */
  fault: (request: StoreRequest) => Fault | null | Promise<Fault | null>;
}

/** What an older or newer version of the real one does otherwise. */
export interface StoreVersion {
  /** Answers `GET /file/%2F` with the names of its workflows: true. */
  readonly listsWorkflows?: boolean;
  /** Decodes a name a second time, as if a % in it were the beginning of a code. */
  readonly decodesTwice?: boolean;
}

/** Starts a file store on a free port of 127.0.0.1. Like the real one it also takes PUT and DELETE. */
export async function startFilestore(folder: string, version: StoreVersion = {}): Promise<Filestore> {
  const requests: StoreRequest[] = [];
  const store: { fault: Filestore['fault'] } = { fault: () => null };
  const server = createServer((request, response) => {
    const asked = readRequest(request, requests);
    requests.push(asked);
    answer(folder, version, asked, request, response, store).catch(() => {
      if (!response.headersSent) send(response, 400, 'application/json', '{"error":"failed"}');
      else response.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.assign(store, {
    url: `http://127.0.0.1:${port}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  });
}

function readRequest(request: IncomingMessage, former: readonly StoreRequest[]): StoreRequest {
  const { method = '', url = '' } = request;
  const [, , segment, last] = url.split('/');
  const path = segment === undefined ? [] : decodeURIComponent(segment).split('/');
  const isRoot = path.join('') === '' && path.length === 2;
  const kind = isRoot
    ? 'root'
    : path.length === 0
      ? 'health'
      : path.length === 1
        ? 'listing'
        : last === 'wc'
          ? 'lines'
          : 'file';
  const count = former.filter((one) => one.method === method && one.url === url).length + 1;
  return { method, url, kind, path, count };
}

async function answer(
  folder: string,
  { listsWorkflows = true, decodesTwice = false }: StoreVersion,
  asked: StoreRequest,
  request: IncomingMessage,
  response: ServerResponse,
  store: { fault: Filestore['fault'] },
): Promise<void> {
  const fault = await store.fault(asked);
  if (fault !== null && answerFault(response, fault)) return;
  const parts = decodesTwice ? asked.path.map(decodeURIComponent) : asked.path;
  const path = join(folder, ...parts);
  if (asked.method === 'DELETE') await rm(path, { recursive: true });
  if (asked.method === 'PUT') for await (const chunk of request) await appendFile(path, chunk);
  if (asked.method !== 'GET') return send(response, 200, 'text/html', 'OK');
  if (asked.kind === 'health') return send(response, 200, 'text/html', 'OK');
  const stats = await stat(path).catch(() => null);
  if (stats === null) return send(response, 404, 'text/html', 'Not Found');
  if (asked.kind === 'root' && !listsWorkflows) return send(response, 404, 'text/html', 'Not Found');
  if (asked.kind === 'listing' || asked.kind === 'root')
    return send(response, 200, 'text/html', (await readdir(path)).join('\n'));
  if (asked.kind === 'lines') return send(response, 200, 'text/html', String(await countLines(path)));
  await sendFile(path, response, fault);
}

/** True where the fault is the whole answer. */
function answerFault(response: ServerResponse, fault: Fault): boolean {
  if ('silence' in fault) return true;
  if ('status' in fault) send(response, fault.status, 'application/json', '{"error":"failed"}');
  else if ('text' in fault) send(response, 200, 'text/html', fault.text);
  else if ('page' in fault)
    send(response, 200, 'text/html', '<!DOCTYPE html>\n<html><body>Sign in</body></html>');
  else if ('redirect' in fault) {
    response.writeHead(302, { location: fault.redirect }).end();
  } else return false;
  return true;
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': type }).end(text);
}

/** As the real one does: by Node's readline, to which a carriage return and the end of the file end a line as well. */
async function countLines(path: string): Promise<number> {
  let counted = 0;
  for await (const _ of createInterface({
    input: createReadStream(path),
    crlfDelay: Number.POSITIVE_INFINITY,
  }))
    counted++;
  return counted;
}

async function sendFile(path: string, response: ServerResponse, fault: Fault | null): Promise<void> {
  if (fault !== null && 'cutAfter' in fault && fault.how === 'close') {
    response.useChunkedEncodingByDefault = false;
    response.shouldKeepAlive = false;
  }
  response.writeHead(200, { 'content-type': 'text/html' });
  response.flushHeaders();
  let sent = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    const limit =
      fault === null
        ? undefined
        : 'cutAfter' in fault
          ? fault.cutAfter
          : 'stallAfter' in fault
            ? fault.stallAfter
            : undefined;
    const part = limit === undefined ? chunk : chunk.subarray(0, Math.max(0, limit - sent));
    if (fault !== null && 'flipAt' in fault && fault.flipAt >= sent && fault.flipAt < sent + part.length) {
      part[fault.flipAt - sent] = (part[fault.flipAt - sent] ?? 0) ^ 1;
    }
    sent += part.length;
    if (part.length > 0 && !response.write(part)) await once(response, 'drain');
    if (fault !== null && 'pauseMs' in fault)
      await new Promise((resolve) => setTimeout(resolve, fault.pauseMs));
    if (limit !== undefined && sent >= limit) break;
  }
  if (fault !== null && 'stallAfter' in fault) return;
  // A reset right after a write could overtake it: give the bytes the time to arrive.
  if (fault !== null && 'cutAfter' in fault && fault.how === 'reset')
    setTimeout(() => response.destroy(), 50);
  else response.end();
}
