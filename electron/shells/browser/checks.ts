import type { IncomingMessage } from 'node:http';

/** Why a request is not answered, as a status and a word for it that holds nothing of the request. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
}

/** More header lines than this in one request are no page of ours. */
export const maxHeaderLines = 64;

/**
 * Judges where a request comes from, before anything else of it is looked at: a peer on the loopback, `Host` equal to
 * `127.0.0.1:PORT`, `Origin` equal to `http://127.0.0.1:PORT` where there is one (`needsOrigin`: there must be), and
 * `Sec-Fetch-Site` of our own page or of a person's typing. Only exact comparisons; `X-Forwarded-*` and `Forwarded`
 * are never read. Null where all is well.
 */
export function refuseStranger(request: IncomingMessage, port: number, needsOrigin: boolean): Refusal | null {
  const { headers, rawHeaders, socket } = request;
  if (rawHeaders.length > 2 * maxHeaderLines) return { status: 431, reason: 'too many headers' };
  if (!isLoopback(socket.remoteAddress)) return { status: 403, reason: 'not from this machine' };
  // Node keeps one of several: which one a browser or a proxy meant cannot be known.
  if (repeated(rawHeaders, 'host') || repeated(rawHeaders, 'origin')) {
    return { status: 400, reason: 'a header that may be there once is there twice' };
  }
  if (headers.host !== `127.0.0.1:${port}`) return { status: 403, reason: 'wrong host' };
  if (headers.origin === undefined ? needsOrigin : headers.origin !== originOf(port)) {
    return { status: 403, reason: 'wrong origin' };
  }
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return { status: 403, reason: 'asked for by another site' };
  }
  return null;
}

/** The one origin that the page has. */
export function originOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}

function isLoopback(address: string | undefined): boolean {
  return address === '127.0.0.1' || address === '::ffff:127.0.0.1';
}

function repeated(rawHeaders: readonly string[], name: string): boolean {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === name) count += 1;
  }
  return count > 1;
}
