import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { securityHeaders } from '../../app/page/headers.ts';
import type { Refusal } from './checks.ts';

/** A request body larger than this is not read to its end. */
export const maxBodyBytes = 1024 * 1024;

/** Answers with one JSON object, which is never valid JavaScript, and the headers of every answer. */
export function answerJson(
  response: ServerResponse,
  status: number,
  value: Record<string, unknown>,
  more: Record<string, string> = {},
): void {
  const body = JSON.stringify(value);
  const headers = {
    ...securityHeaders(null, null),
    'Content-Type': 'application/json; charset=utf-8',
    ...more,
  };
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

/** Refuses a request; what is still to come of its body is not read, so the connection ends. */
export function answerRefusal(
  response: ServerResponse,
  { status, reason }: Refusal,
  more: Record<string, string> = {},
): void {
  answerJson(response, status, errorOf(status, reason), { Connection: 'close', ...more });
}

/** Refuses on a bare connection: an upgrade, or what Node could not read as HTTP. */
export function refuseSocket(socket: Duplex, { status, reason }: Refusal): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(errorOf(status, reason));
  const headers = {
    ...securityHeaders(null, null),
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`, () =>
    socket.destroy(),
  );
}

/** Reads a JSON object from a request's body: 415 for another type, 413 past 1 MiB, 400 for anything else. */
export async function readJson(request: IncomingMessage): Promise<{ body: object } | Refusal> {
  if (!/^application\/json(?:; ?charset=utf-8)?$/i.test(request.headers['content-type'] ?? '')) {
    return { status: 415, reason: 'only JSON is read' };
  }
  if (request.headers['content-encoding'] !== undefined)
    return { status: 415, reason: 'packed bodies are not read' };
  const tooLarge = { status: 413, reason: 'the body is larger than 1 MiB' };
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) return tooLarge;
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > maxBodyBytes) return tooLarge;
      chunks.push(chunk);
    }
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { body: value };
    }
  } catch {
    // Cut off, or no JSON: the answer is the same.
  }
  return { status: 400, reason: 'the body is no JSON object' };
}

function errorOf(status: number, reason: string): Record<string, unknown> {
  return { error: { status, message: reason } };
}
