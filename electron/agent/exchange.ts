import http from 'node:http';
import https from 'node:https';
import { getCACertificates } from 'node:tls';
import { readAuthority } from '../state/authority.ts';
import { connectionError, notAnAgent, tooSlow } from './failures.ts';

/** One request, with the limits that its answer must keep. */
export interface Exchange {
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The path of a PEM file with authorities to trust, too. */
  readonly ca?: string | null;
  readonly limits?: Partial<Limits> | undefined;
  /** Keeps the beginning of an answer that is too long, in place of an error. */
  readonly cut?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Without a byte for `idleTimeoutMs`, or not whole after `totalTimeoutMs`, an answer is given up. */
export interface Limits {
  readonly idleTimeoutMs: number;
  readonly totalTimeoutMs: number;
  readonly maxBytes: number;
}

/** An answer, read whole. */
export interface Answer {
  readonly status: number;
  readonly cookies: readonly string[];
  readonly text: string;
}

const usual: Limits = { idleTimeoutMs: 15_000, totalTimeoutMs: 60_000, maxBytes: 8 * 1024 * 1024 };

/**
 * Sends one request and reads its answer, whatever its status; redirects are not followed. Throws `agent_unreachable`,
 * and `agent_invalid` for an answer that is no HTTP or longer than it may be.
 */
export function exchange(wish: Exchange): Promise<Answer> {
  const { method = 'GET', url, headers = {}, body, ca = null, cut = false, signal } = wish;
  const limits = { ...usual, ...wish.limits };
  const content = body === undefined ? null : Buffer.from(JSON.stringify(body));
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const send = new URL(url).protocol === 'https:' ? https.request : http.request;
    const request = send(url, {
      method,
      // One connection a request: they are seconds apart, and a kept one may have died meanwhile.
      agent: false,
      headers: {
        accept: 'application/json',
        'accept-encoding': 'identity',
        'user-agent': 'rockpool',
        ...(content !== null && { 'content-type': 'application/json', 'content-length': content.length }),
        ...headers,
      },
      ...(ca !== null && { ca: [...getCACertificates('default'), readAuthority(ca)] }),
    });
    const onAbort = (): void => fail(signal?.reason);
    const idle = setTimeout(() => fail(tooSlow(url, limits.idleTimeoutMs)), limits.idleTimeoutMs);
    const total = setTimeout(() => fail(tooSlow(url, limits.totalTimeoutMs)), limits.totalTimeoutMs);
    const end = (): void => {
      clearTimeout(idle);
      clearTimeout(total);
      signal?.removeEventListener('abort', onAbort);
      request.destroy();
    };
    const fail = (error: unknown): void => {
      end();
      reject(error);
    };
    signal?.addEventListener('abort', onAbort);
    request.on('error', (error) => fail(connectionError(error, url)));
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let sizeBytes = 0;
      const finish = (): void => {
        end();
        resolve({
          status: response.statusCode ?? 0,
          cookies: response.headers['set-cookie'] ?? [],
          text: Buffer.concat(chunks).toString('utf8'),
        });
      };
      response.on('error', (error) => fail(connectionError(error, url)));
      response.on('aborted', () => fail(connectionError({ code: 'ECONNRESET' }, url)));
      response.on('data', (chunk: Buffer) => {
        idle.refresh();
        const room = limits.maxBytes - sizeBytes;
        sizeBytes += chunk.length;
        chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
        if (sizeBytes <= limits.maxBytes) return;
        if (cut) finish();
        else fail(notAnAgent(url, `its answer is longer than ${limits.maxBytes} bytes`));
      });
      response.on('end', finish);
    });
    request.end(content ?? undefined);
  });
}

/** An answer's JSON. Throws `agent_invalid`; what could not be read is quoted nowhere, since it may hold secrets. */
export function readJson(text: string, url: string): unknown {
  if (text.trim() === '') throw notAnAgent(url, 'its answer is empty');
  if (/^\s*</.test(text)) throw notAnAgent(url, 'its answer is a web page');
  try {
    return JSON.parse(text);
  } catch {
    throw notAnAgent(url, 'its answer is no JSON');
  }
}
