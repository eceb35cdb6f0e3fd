import type { RockpoolError } from '../contract/errors.ts';
import { retry } from '../jobs/retry.ts';
import { bodyError, connectionError, mayPass, noAnswer, notAFileStore, statusError } from './failures.ts';

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for an answer to begin, and for each of its next bytes. */
  readonly idleTimeoutMs: number;
  readonly retryDelayMs: number;
  /** What status 404 means here. */
  readonly notFound?: () => RockpoolError;
}

const attempts = 3;

/** GETs a URL and returns its body as it comes. Tries again only where that may help. No other method is ever sent. */
export function getBody(url: string, options: RequestOptions): Promise<AsyncGenerator<Uint8Array>> {
  const { signal, retryDelayMs } = options;
  return retry(async () => readBody(await get(url, options), url, options), {
    when: mayPass,
    attempts,
    delayMs: retryDelayMs,
    signal,
  });
}

/** GETs a short text. Throws `source_invalid` where it is longer than `maxBytes`, a web page, or no UTF-8. */
export function getText(url: string, maxBytes: number, options: RequestOptions): Promise<string> {
  const { signal, retryDelayMs } = options;
  const read = async (): Promise<string> => {
    const chunks: Uint8Array[] = [];
    let sizeBytes = 0;
    for await (const chunk of readBody(await get(url, options), url, options)) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) throw notAFileStore(url, 'its answer is far too long');
      chunks.push(chunk);
    }
    return decode(Buffer.concat(chunks), url);
  };
  return retry(read, { when: mayPass, attempts, delayMs: retryDelayMs, signal });
}

function decode(bytes: Buffer, url: string): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw notAFileStore(url, 'its answer is no UTF-8 text');
  }
  if (/^\s*</.test(text)) throw notAFileStore(url, 'its answer is a web page');
  return text;
}

async function get(url: string, { signal, idleTimeoutMs, notFound }: RequestOptions): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), idleTimeoutMs);
  try {
    const response = await fetch(url, {
      method: 'GET',
      // Followed, a redirect to a sign-in page would look like an answer.
      redirect: 'manual',
      headers: { 'accept-encoding': 'identity', 'user-agent': 'rockpool' },
      signal: signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]),
    });
    if (response.status === 200) return response;
    await response.body?.cancel().catch(() => undefined);
    throw response.status === 404 && notFound !== undefined ? notFound() : statusError(response, url);
  } catch (error) {
    signal?.throwIfAborted();
    if (late.signal.aborted) throw noAnswer(url, idleTimeoutMs, false);
    throw connectionError(error, url);
  } finally {
    clearTimeout(timer);
  }
}

async function* readBody(
  response: Response,
  url: string,
  { signal, idleTimeoutMs }: RequestOptions,
): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  const reader = response.body.getReader();
  try {
    for (;;) {
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(() => late.reject(noAnswer(url, idleTimeoutMs, true)), idleTimeoutMs);
      const next = await Promise.race([reader.read(), late.promise]).finally(() => clearTimeout(timer));
      if (next.done) return;
      yield next.value;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw bodyError(error, url);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
