import { once } from 'node:events';
import net from 'node:net';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { mostConnections } from '../../../../electron/shells/browser/connections.ts';
import { notProved, proveWithinMs } from '../../../../electron/shells/browser/socket.ts';
import {
  openTestSite,
  requestText,
  sendRaw,
  type smallContract,
  type TestSite,
} from '../../../support/page-server.ts';

// A machine may be busy: this only ends what hangs.
const soon = { timeout: 60_000 };

let site: TestSite;
beforeEach(async () => {
  site = await openTestSite();
});
afterEach(() => site[Symbol.asyncDispose]());

type Client = ContractRouterClient<typeof smallContract>;

function connect(headers: Record<string, string> = {}, path = '/rpc'): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${site.server.port}${path}`, {
    headers: { Origin: site.origin, ...headers },
  });
  socket.on('error', () => {});
  return socket;
}

async function openProved(): Promise<{ client: Client; socket: WebSocket }> {
  const socket = connect();
  await once(socket, 'open');
  socket.send(JSON.stringify({ token: site.server.token }));
  const link = new RPCLink({ websocket: socket as unknown as globalThis.WebSocket });
  return { client: createORPCClient(link), socket };
}

/** The status of the answer to an upgrade, 101 where it was made. */
async function upgradeStatus(headers: Record<string, string>, path = '/rpc'): Promise<number> {
  const socket = connect(headers, path);
  return new Promise((resolve) => {
    socket.on('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.on('unexpected-response', (request, response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
  });
}

describe('a connection of a page', () => {
  it('is made for the page’s own origin and no other (B2)', async () => {
    const origins = [
      'http://evil.test',
      `${site.origin}.evil.test`,
      `${site.origin}0`,
      'null',
      'http://127.0.0.1',
      'file://',
    ];
    for (const Origin of origins) expect([Origin, await upgradeStatus({ Origin })]).toEqual([Origin, 403]);
    expect(await upgradeStatus({ 'Sec-Fetch-Site': 'cross-site' })).toBe(403);
    expect(await upgradeStatus({ Host: `rebind.test:${site.server.port}` })).toBe(403);
    expect(await upgradeStatus({}, '/other')).toBe(404);
    expect(await upgradeStatus({}, '/rpc?token=x')).toBe(404);
    expect(await upgradeStatus({})).toBe(101);
  });

  it('needs an Origin at all (B2)', async () => {
    const upgrade = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' };
    const key = { 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' };
    const text = requestText(site.server.port, 'GET /rpc', { ...upgrade, ...key });
    expect((await sendRaw(site.server.port, text))?.status).toBe(403);
  });

  it.each([
    ['a wrong token', JSON.stringify({ token: 'x'.repeat(43) })],
    ['no token', '{}'],
    ['no JSON', 'token'],
    ['bytes', Buffer.from('{}')],
    ['a call before the token', JSON.stringify({ i: '1', p: { u: '/echo', b: { json: { text: 'a' } } } })],
  ])('ends where its first message is %s, and nothing is called (B8)', async (_what, message) => {
    const socket = connect();
    await once(socket, 'open');
    socket.send(message);
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(notProved);
    expect([site.pages(), site.seen.calls]).toEqual([0, 0]);
  });

  it('ends where no first message comes in time (B8)', async () => {
    const socket = connect();
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(notProved);
    expect(proveWithinMs).toBe(5000);
  });

  it('is a page’s own once the token came, and answers its calls', async () => {
    const { client, socket } = await openProved();
    expect(await client.echo({ text: 'täxt' })).toEqual({ text: 'täxt' });
    socket.close();
  });

  it('carries the code and the data of an error, and says no more of one that was not foreseen', async () => {
    const { client, socket } = await openProved();
    await expect(client.fail()).rejects.toMatchObject({
      code: 'FAILED',
      defined: true,
      data: { code: 'disk_full', hint: 'Make space.' },
    });
    await expect(client.echo({ text: 7 } as unknown as { text: string })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
    socket.close();
  });

  it('streams, and ends what it streams when the page stops or goes away', async () => {
    const { client, socket } = await openProved();
    const numbers: number[] = [];
    for await (const number of await client.count({ to: 3 })) numbers.push(number);
    expect(numbers).toEqual([1, 2, 3]);
    for await (const number of await client.count({ to: 1e9 })) if (number === 2) break;
    await expect.poll(() => site.seen.ended, soon).toBe(2);
    const stream = await client.count({ to: 1e9 });
    await stream.next();
    socket.terminate();
    await expect.poll(() => site.seen.ended, soon).toBe(3);
  });

  it('carries an abort to the call', async () => {
    const { client, socket } = await openProved();
    const abort = new AbortController();
    const call = client.wait(undefined, { signal: abort.signal });
    setTimeout(() => abort.abort(), 50);
    await expect(call).rejects.toThrow();
    await expect.poll(() => site.seen.aborted, soon).toBe(1);
    socket.close();
  });

  it('survives messages that are no calls (A4)', async () => {
    const { client, socket } = await openProved();
    for (const message of [
      '',
      '{',
      '[]',
      'null',
      '{"i":{}}',
      '{"__proto__":{"x":1}}',
      '{"i":"1","t":99,"p":{}}',
    ]) {
      socket.send(message);
    }
    socket.send(Buffer.from([0xff, 0xfe, 0x00]));
    const proto = '{"i":"900","p":{"u":"/echo","b":{"json":{"text":"a","__proto__":{"polluted":true}}}}}';
    socket.send(proto);
    expect(await client.echo({ text: 'still here' })).toEqual({ text: 'still here' });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    socket.close();
  });
});

describe('limits', () => {
  it('end a connection whose message is larger than 1 MiB (B11)', async () => {
    const { socket } = await openProved();
    socket.send('x'.repeat(1024 * 1024 + 1));
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(1009);
  });

  it('take no packed messages, so that none can be a bomb (B11)', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${site.server.port}/rpc`, {
      headers: { Origin: site.origin },
      perMessageDeflate: true,
    });
    await once(socket, 'open');
    expect(socket.extensions).toBe('');
    socket.terminate();
  });

  it('refuse a body of 1 GB before it comes, and one that comes without a length (B11)', async () => {
    const headers = { Origin: site.origin, 'Content-Type': 'application/json' };
    const announced = requestText(site.server.port, 'POST /token', {
      ...headers,
      'Content-Length': '1000000000',
    });
    expect((await sendRaw(site.server.port, announced))?.status).toBe(413);

    const socket = net.connect(site.server.port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', () => {});
    socket.write(
      requestText(site.server.port, 'POST /token', { ...headers, 'Transfer-Encoding': 'chunked' }),
    );
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    let sentBytes = 0;
    while (!socket.destroyed && sentBytes < 200 * 1024 * 1024) {
      sentBytes += chunk.length;
      if (!socket.write(chunk))
        await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => {});
    }
    expect(sentBytes).toBeLessThan(100 * 1024 * 1024);
    if (text !== '') expect(text).toMatch(/^HTTP\/1\.1 413/);
    socket.destroy();
  });

  it('let a page in, and keep one that is in, while strangers hold every connection (B11)', async () => {
    const { client, socket } = await openProved();
    const strangers = Array.from({ length: 500 }, () => net.connect(site.server.port, '127.0.0.1'));
    for (const stranger of strangers) stranger.on('error', () => {});
    // Half a request each: these wait for the rest.
    for (const stranger of strangers) stranger.write('GET / HTTP/1.1\r\nHost: ');
    await expect
      .poll(() => strangers.filter((stranger) => stranger.destroyed).length, soon)
      .toBeGreaterThanOrEqual(strangers.length - mostConnections);
    expect(await client.echo({ text: 'kept' })).toEqual({ text: 'kept' });
    expect((await sendRaw(site.server.port, requestText(site.server.port, 'GET /')))?.status).toBe(200);
    const another = await openProved();
    expect(await another.client.echo({ text: 'new' })).toEqual({ text: 'new' });
    for (const stranger of strangers) stranger.destroy();
    socket.close();
    another.socket.close();
  });

  it('end a connection that does not send its headers in 10 s (B11)', async () => {
    const socket = net.connect(site.server.port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.write('GET / HTTP/1.1\r\nHost: ');
    await once(socket, 'close');
    expect(text).toMatch(/^HTTP\/1\.1 408/);
  });
});
