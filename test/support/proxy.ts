import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** A request on its way through the proxy. */
export interface PassedRequest {
  readonly method: string;
  readonly path: string;
  /** What was asked of the file, null for all of it; `end` is excluded. */
  readonly range: { readonly start: number; readonly end: number } | null;
  /** Requests of this method and path so far, this one included. */
  readonly count: number;
  /** Bytes of the body that were passed on. */
  sentBytes: number;
}

/** What the proxy does to one answer. */
export type WayFault =
  /** The body ends after so many bytes: by a reset, or by closing as if that were all. */
  | { readonly cutAfter: number; readonly how: 'reset' | 'close' }
  /** The body ends after so many bytes, and the length in the head is theirs. */
  | { readonly shortenTo: number }
  | { readonly stallAfter: number }
  | { readonly bytesPerS: number }
  /** One bit of this byte of the body is another. */
  | { readonly flipAt: number }
  /** Other bytes than were asked for, and it says so. */
  | { readonly shiftRange: number }
  /** The whole file, with status 200. */
  | { readonly ignoreRange: true }
  /** The sign-in page of a captive portal, with status 200. */
  | { readonly page: true }
  | { readonly status: number }
  | { readonly redirect: string }
  | { readonly silence: true };

/** A proxy between a reader and a server. */
export interface FaultyProxy extends AsyncDisposable {
  readonly url: string;
  readonly requests: PassedRequest[];
  /** Asked before each request is passed on; may change what the server holds. */
  fault: (passed: PassedRequest) => WayFault | null;
}

/** Starts a proxy on a free port of 127.0.0.1 in front of a server. */
export async function startProxy(upstream: string): Promise<FaultyProxy> {
  const requests: PassedRequest[] = [];
  const proxy: { fault: FaultyProxy['fault'] } = { fault: () => null };
  const server = createServer((asked, answer) => {
    const passed = readRequest(asked, requests);
    requests.push(passed);
    pass(upstream, asked, answer, passed, proxy.fault(passed)).catch(() => answer.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.assign(proxy, {
    url: `http://127.0.0.1:${port}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  });
}

function readRequest(
  { method = '', url = '', headers }: IncomingMessage,
  former: readonly PassedRequest[],
): PassedRequest {
  const { pathname } = new URL(url, 'http://proxy');
  const range = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '');
  const count = former.filter((one) => one.method === method && one.path === pathname).length + 1;
  return {
    method,
    path: pathname,
    range: range === null ? null : { start: Number(range[1]), end: Number(range[2]) + 1 },
    count,
    sentBytes: 0,
  };
}

async function pass(
  upstream: string,
  asked: IncomingMessage,
  answer: ServerResponse,
  passed: PassedRequest,
  fault: WayFault | null,
): Promise<void> {
  if (fault !== null && answerItself(answer, fault)) return;
  const headers = { ...asked.headers };
  if (fault !== null && 'ignoreRange' in fault) delete headers.range;
  if (fault !== null && 'shiftRange' in fault && passed.range !== null) {
    const by = fault.shiftRange;
    headers.range = `bytes=${passed.range.start + by}-${passed.range.end - 1 + by}`;
  }
  const forwarded = request(new URL(asked.url ?? '/', upstream), { method: passed.method, headers }).end();
  answer.on('close', () => forwarded.destroy());
  const [given] = (await once(forwarded, 'response')) as [IncomingMessage];
  const head = { ...given.headers };
  if (fault !== null && 'shortenTo' in fault) head['content-length'] = String(fault.shortenTo);
  answer.writeHead(given.statusCode ?? 502, head);
  answer.flushHeaders();
  await passBody(given, answer, passed, fault);
}

async function passBody(
  given: IncomingMessage,
  answer: ServerResponse,
  passed: PassedRequest,
  fault: WayFault | null,
): Promise<void> {
  const limit = limitOf(fault);
  for await (const chunk of given as AsyncIterable<Buffer>) {
    const part = Buffer.from(chunk.subarray(0, Math.max(0, limit - passed.sentBytes)));
    if (fault !== null && 'flipAt' in fault) {
      const at = fault.flipAt - passed.sentBytes;
      if (at >= 0 && at < part.length) part[at] = (part[at] ?? 0) ^ 1;
    }
    passed.sentBytes += part.length;
    if (part.length > 0 && !answer.write(part)) await once(answer, 'drain');
    if (fault !== null && 'bytesPerS' in fault) await wait((part.length / fault.bytesPerS) * 1000);
    if (passed.sentBytes >= limit) break;
  }
  if (fault !== null && 'stallAfter' in fault) return;
  if (fault === null || !('cutAfter' in fault)) {
    answer.end();
    return;
  }
  // A reset right after a write could overtake it: give the bytes the time to arrive.
  await wait(20);
  if (fault.how === 'reset') answer.socket?.resetAndDestroy();
  else answer.socket?.end();
}

function limitOf(fault: WayFault | null): number {
  if (fault === null) return Number.POSITIVE_INFINITY;
  if ('cutAfter' in fault) return fault.cutAfter;
  if ('stallAfter' in fault) return fault.stallAfter;
  return 'shortenTo' in fault ? fault.shortenTo : Number.POSITIVE_INFINITY;
}

/** True where the fault is the whole answer. */
function answerItself(answer: ServerResponse, fault: WayFault): boolean {
  if ('silence' in fault) return true;
  if ('page' in fault) {
    const page = '<!DOCTYPE html>\n<html><body>Sign in</body></html>';
    answer.writeHead(200, { 'content-type': 'text/html', 'content-length': page.length }).end(page);
  } else if ('redirect' in fault) {
    answer.writeHead(302, { location: fault.redirect }).end();
  } else if ('status' in fault) {
    answer.writeHead(fault.status).end();
  } else {
    return false;
  }
  return true;
}
