import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { eventIterator, oc } from '@orpc/contract';
import { implement } from '@orpc/server';
import { RPCHandler } from '@orpc/server/ws';
import { z } from 'zod';
import { openPageServer, type PageServer } from '../../electron/shells/browser/server.ts';
import { makeFolder } from './folder.ts';

/** A contract with one of each kind of call, for tests of what carries calls. */
export const smallContract = {
  echo: oc.input(z.object({ text: z.string().max(1_000_000) })).output(z.object({ text: z.string() })),
  fail: oc
    .errors({ FAILED: { data: z.object({ code: z.string(), hint: z.string() }) } })
    .output(z.object({})),
  count: oc.input(z.object({ to: z.number() })).output(eventIterator(z.number())),
  wait: oc.output(z.object({})),
};

/** What happened to calls that wait or count: the tests look here for aborts. */
export interface Seen {
  calls: number;
  aborted: number;
  ended: number;
}

/** The contract answered; `count` and `wait` note how they end. */
export function makeSmallRouter(seen: Seen) {
  const small = implement(smallContract);
  return small.router({
    echo: small.echo.handler(async ({ input }) => {
      seen.calls += 1;
      return input;
    }),
    fail: small.fail.handler(async ({ errors }) => {
      throw errors.FAILED({ message: 'It failed.', data: { code: 'disk_full', hint: 'Make space.' } });
    }),
    count: small.count.handler(async function* ({ input, signal }) {
      try {
        for (let number = 1; number <= input.to; number += 1) {
          yield number;
          await new Promise((resolve) => setTimeout(resolve, 5));
          if (signal?.aborted) return;
        }
      } finally {
        seen.ended += 1;
      }
    }),
    wait: small.wait.handler(async ({ signal }) => {
      await new Promise((resolve) => signal?.addEventListener('abort', resolve));
      seen.aborted += 1;
      return {};
    }),
  });
}

/** The browser shell's server over a small page, and what its router has seen. */
export interface TestSite extends AsyncDisposable {
  readonly server: PageServer;
  readonly origin: string;
  readonly folder: string;
  readonly seen: Seen;
  /** How many connections have proved themselves. */
  readonly pages: () => number;
}

/** Serves a page of its own; outside of its folder lies `secret.txt`, and a link to it inside. */
export async function openTestSite(): Promise<TestSite> {
  const outer = makeFolder();
  const folder = join(outer.path, 'page');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(outer.path, 'secret.txt'), 'the secret');
  writeFileSync(join(folder, 'index.html'), pageHtml);
  writeFileSync(join(folder, 'assets', 'app.js'), pageScript);
  symlinkSync(join(outer.path, 'secret.txt'), join(folder, 'assets', 'link.txt'));
  const seen: Seen = { calls: 0, aborted: 0, ended: 0 };
  let pages = 0;
  const handler = new RPCHandler(makeSmallRouter(seen));
  const server = await openPageServer({
    folder,
    ports: [0],
    onPage: (page) => {
      pages += 1;
      void handler.upgrade(page);
    },
  });
  return {
    server,
    origin: `http://127.0.0.1:${server.port}`,
    folder,
    seen,
    pages: () => pages,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      outer[Symbol.dispose]();
    },
  };
}

const pageHtml = `<!doctype html>
<html lang="en"><head><title>Small page</title>
<style nonce="__CSP_NONCE__">body { color: rgb(1, 2, 3) }</style>
<script type="module" src="/assets/app.js"></script></head>
<body><p id="state">loading</p><script>document.title = 'inline ran';</script></body></html>`;

const pageScript = `
const code = new URLSearchParams(location.hash.slice(1)).get('code');
history.replaceState(null, '', '/');
const state = document.getElementById('state');
const answer = await fetch('/token', {
  method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ code }),
});
const { token } = await answer.json();
if (token === undefined) state.textContent = 'refused ' + answer.status;
else {
  const socket = new WebSocket('ws://' + location.host + '/rpc');
  socket.onopen = () => {
    socket.send(JSON.stringify({ token }));
    state.textContent = 'open';
  };
  socket.onclose = (event) => { state.textContent = 'closed ' + event.code; };
}
`;

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Sends bytes as they are, and reads until the server ends the connection or has answered one request whole. */
export async function sendRaw(port: number, text: string): Promise<RawAnswer | null> {
  const socket = net.connect(port, '127.0.0.1');
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    received += chunk;
    if (isWhole(received)) socket.destroy();
  });
  socket.on('error', () => {});
  socket.on('end', () => socket.destroy());
  socket.write(text);
  await once(socket, 'close');
  return received === '' ? null : parseAnswer(received);
}

/** One request as text, with the headers of our own page unless others are given; null leaves one out. */
export function requestText(
  port: number,
  line: string,
  headers: Readonly<Record<string, string | null>> = {},
  body = '',
): string {
  const all: Record<string, string | null> = {
    Host: `127.0.0.1:${port}`,
    ...(body === '' ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => (value === null ? '' : `${name}: ${value}\r\n`));
  return `${line} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

function isWhole(received: string): boolean {
  const end = received.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const { status, headers } = parseAnswer(received);
  if (status === 101) return true;
  return received.length - end - 4 >= Number(headers.get('content-length') ?? 0);
}

function parseAnswer(received: string): RawAnswer {
  const end = received.indexOf('\r\n\r\n');
  const [first = '', ...lines] = received.slice(0, end).split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { status: Number(first.split(' ')[1]), headers: new Map(headers), body: received.slice(end + 4) };
}
