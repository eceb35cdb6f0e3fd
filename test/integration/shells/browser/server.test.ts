import { once } from 'node:events';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { securityHeaders } from '../../../../electron/app/page/headers.ts';
import { openPageServer } from '../../../../electron/shells/browser/server.ts';
import { openTestSite, requestText, sendRaw, type TestSite } from '../../../support/page-server.ts';
import { listenOn } from '../../../support/port.ts';

let site: TestSite;
beforeAll(async () => {
  site = await openTestSite();
});
afterAll(() => site[Symbol.asyncDispose]());

const json = { 'Content-Type': 'application/json' };
const get = (path: string, headers: Record<string, string | null> = {}) =>
  sendRaw(site.server.port, requestText(site.server.port, `GET ${path}`, headers));
const post = (path: string, body: string, headers: Record<string, string | null> = {}) => {
  const all = { Origin: site.origin, ...json, ...headers };
  return sendRaw(site.server.port, requestText(site.server.port, `POST ${path}`, all, body));
};

describe('who may ask', () => {
  it.each([
    ['a name that was bound anew to 127.0.0.1', 'rebind.test:PORT'],
    ['localhost', 'localhost:PORT'],
    ['no port', '127.0.0.1'],
    ['another port', '127.0.0.1:1'],
    ['IPv6', '[::1]:PORT'],
    ['a longer name', '127.0.0.1:PORT.evil.test'],
    ['a user before it', 'a@127.0.0.1:PORT'],
    ['another writing of the address', '0x7f.0.0.1:PORT'],
  ])('refuses a Host that is %s, before anything else is looked at (B1)', async (_what, host) => {
    const wrong = { Host: host.replace('PORT', String(site.server.port)) };
    expect((await get('/', wrong))?.status).toBe(403);
    const code = new URL(site.server.makeUrl()).hash.slice('#code='.length);
    expect((await post('/token', JSON.stringify({ code }), wrong))?.status).toBe(403);
    expect((await post('/token', JSON.stringify({ code })))?.status).toBe(200);
  });

  it('refuses a request without a Host, or with two (B1)', async () => {
    expect((await get('/', { Host: null }))?.status).toBe(400);
    const text = requestText(site.server.port, 'GET /', { host: 'rebind.test' });
    expect((await sendRaw(site.server.port, text))?.status).toBe(400);
  });

  it('compares the Origin whole: nothing that begins or ends like it (B3)', async () => {
    const origins = [
      `${site.origin}.evil.test`,
      `${site.origin}/`,
      `${site.origin}0`,
      `x${site.origin}`,
      'null',
      '',
      site.origin.toUpperCase(),
      site.origin.replace('http:', 'https:'),
      `http://localhost:${site.server.port}`,
      'http://127.0.0.1',
    ];
    for (const Origin of origins) {
      expect([Origin, (await get('/', { Origin }))?.status]).toEqual([Origin, 403]);
      expect([Origin, (await post('/token', '{}', { Origin }))?.status]).toEqual([Origin, 403]);
    }
    expect((await get('/', { Origin: site.origin }))?.status).toBe(200);
  });

  it('takes no word of a proxy for where a request comes from (B4)', async () => {
    const forwarded = {
      'X-Forwarded-Host': `127.0.0.1:${site.server.port}`,
      'X-Forwarded-For': '127.0.0.1',
      Forwarded: `for=127.0.0.1;host=127.0.0.1:${site.server.port}`,
    };
    expect((await get('/', { Host: 'rebind.test', ...forwarded }))?.status).toBe(403);
    const spoofed = { 'X-Forwarded-Host': 'rebind.test', Forwarded: 'host=rebind.test' };
    expect((await get('/', spoofed))?.status).toBe(200);
  });

  it('refuses what another site makes a browser ask (B5)', async () => {
    for (const value of ['cross-site', 'same-site', 'whatever']) {
      expect((await get('/', { 'Sec-Fetch-Site': value }))?.status).toBe(403);
    }
    for (const value of ['same-origin', 'none']) {
      expect((await get('/', { 'Sec-Fetch-Site': value }))?.status).toBe(200);
    }
  });

  it('takes no POST without an Origin, and none that a form can send (B5)', async () => {
    expect((await post('/token', '{}', { Origin: null }))?.status).toBe(403);
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'application/jsonp',
    ]) {
      expect((await post('/token', '{}', { 'Content-Type': type }))?.status).toBe(415);
    }
    expect((await post('/token', '{}', { 'Content-Type': null }))?.status).toBe(415);
    expect((await post('/token', '{}', { 'Content-Encoding': 'gzip' }))?.status).toBe(415);
  });

  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'POST'])('refuses %s of a file', async (method) => {
    const text = requestText(site.server.port, `${method} /`, { Origin: site.origin });
    const answer = await sendRaw(site.server.port, text);
    expect(answer?.status).toBe(405);
    expect(answer?.headers.get('access-control-allow-origin')).toBeUndefined();
  });

  it('is no proxy', async () => {
    expect(
      (await sendRaw(site.server.port, requestText(site.server.port, 'CONNECT a.test:80')))?.status,
    ).toBe(405);
    expect((await get('http://a.test/'))?.status).toBe(400);
  });
});

describe('proof', () => {
  it('refuses codes and tokens that are wrong, missing or of another type (B6)', async () => {
    for (const body of [
      '{}',
      '{"code":1}',
      '{"code":null}',
      '{"code":["a"]}',
      '{"code":""}',
      '{"__proto__":{"code":"x"}}',
    ]) {
      expect([body, (await post('/token', body))?.status]).toEqual([body, 401]);
    }
    for (const body of ['', '[]', '"x"', 'null', '{', '{"code":"x"}}']) {
      expect([body, (await post('/token', body))?.status]).toEqual([body, 400]);
    }
    for (const Authorization of [
      null,
      'Bearer',
      'Bearer x',
      `Basic ${site.server.token}`,
      site.server.token,
    ]) {
      expect((await post('/code', '{}', { Authorization }))?.status).toBe(401);
    }
    const proved = await post('/code', '{}', { Authorization: `Bearer ${site.server.token}` });
    const { code } = JSON.parse(proved?.body ?? '') as { code: string };
    const exchanged = await post('/token', JSON.stringify({ code }));
    expect(JSON.parse(exchanged?.body ?? '')).toEqual({ token: site.server.token });
  });

  it('slows a connection that guesses, then ends it, and no other one (B6)', async () => {
    const socket = net.connect(site.server.port, '127.0.0.1');
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('error', () => {});
    const guess = requestText(
      site.server.port,
      'POST /token',
      { Origin: site.origin, ...json },
      '{"code":"x"}',
    );
    socket.write(guess.repeat(20));
    await once(socket, 'close');
    const answers = text.match(/HTTP\/1\.1 401/g) ?? [];
    expect(answers.length).toBeGreaterThan(0);
    expect(answers.length).toBeLessThanOrEqual(5);

    const code = new URL(site.server.makeUrl()).hash.slice('#code='.length);
    expect((await post('/token', JSON.stringify({ code })))?.status).toBe(200);
  });

  it('never has the token in a URL that it makes (B7)', () => {
    expect(site.server.makeUrl()).not.toContain(site.server.token);
    const { hash, search, pathname } = new URL(site.server.makeUrl());
    expect([pathname, search]).toEqual(['/', '']);
    expect(hash).toMatch(/^#code=[\w-]{43}$/);
  });
});

describe('answers', () => {
  const asked: [string, string][] = [
    ['a page', 'GET /'],
    ['a file', 'GET /assets/app.js'],
    ['what is not there', 'GET /no.js'],
    ['a bad path', 'GET /%zz'],
    ['a wrong method', 'DELETE /'],
    ['a code without proof', 'POST /code'],
  ];

  it.each(asked)('carry every header on %s, to friend and stranger (B9)', async (_what, line) => {
    for (const host of [`127.0.0.1:${site.server.port}`, 'rebind.test']) {
      const text = requestText(site.server.port, line, {
        Host: host,
        Origin: host === 'rebind.test' ? null : site.origin,
      });
      expectHeaders(await sendRaw(site.server.port, text));
    }
  });

  it('carry every header on what is no HTTP, on too many headers and on a refused upgrade (B9)', async () => {
    expectHeaders(await sendRaw(site.server.port, 'NONSENSE\r\n\r\n'), 400);
    const many = Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`X-${index}`, '1']));
    expectHeaders(await get('/', many), 431);
    expectHeaders(await get('/', { 'X-Long': 'x'.repeat(20_000) }), 431);
    expectHeaders(await get('/rpc', { Connection: 'Upgrade', Upgrade: 'websocket' }), 403);
    expectHeaders(
      await get('/rpc', { Connection: 'Upgrade', Upgrade: 'websocket', Origin: site.origin }),
      400,
    );
  });

  it('are JSON objects where they are errors, which no script element can read (B9)', async () => {
    for (const path of ['/no.js', '/%00', '/token']) {
      const answer = await get(path);
      expect(answer?.headers.get('content-type')).toMatch(/^application\/json/);
      expect(answer?.body).toMatch(/^\{"/);
    }
  });

  it('put a fresh nonce into the page and its policy at each load', async () => {
    const [first, second] = [await get('/'), await get('/')];
    const nonce = /nonce="([^"]+)"/.exec(first?.body ?? '')?.[1] ?? '';
    expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/);
    expect(first?.headers.get('content-security-policy')).toContain(`'nonce-${nonce}'`);
    expect(second?.body).not.toContain(nonce);
  });

  it('hold no files of other folders (B10)', async () => {
    const paths = [
      '/../secret.txt',
      '/..%2fsecret.txt',
      '/%2e%2e/secret.txt',
      '/assets/../../secret.txt',
      '/assets/..%5c..%5csecret.txt',
      '/..%252fsecret.txt',
      '//secret.txt',
      '/assets/link.txt',
      '/assets/app.js%00.txt',
      '/C:/secret.txt',
      '/assets',
      '/assets/',
      '/.git/config',
    ];
    for (const path of paths) {
      const answer = await get(path);
      expect([path, [400, 404].includes(answer?.status ?? 0)]).toEqual([path, true]);
      expect(answer?.body).not.toContain('the secret');
    }
  });

  it('have no body for HEAD', async () => {
    const answer = await sendRaw(
      site.server.port,
      requestText(site.server.port, 'HEAD /', { Connection: 'close' }),
    );
    expect(answer?.status).toBe(200);
    expect(answer?.body).toBe('');
  });
});

describe('where it listens', () => {
  it('takes another port where the usual one is in use, on 127.0.0.1 only (B12)', async () => {
    await using taken = await listenOn(0);
    await using server = await openPageServer({
      folder: site.folder,
      ports: [taken.port, 0],
      onPage: () => {},
    });
    expect(server.port).not.toBe(taken.port);
    const socket = net.connect(server.port, '::1');
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(['ECONNREFUSED', 'EADDRNOTAVAIL', 'EAFNOSUPPORT']).toContain(error.code);
  });

  it('says which port cannot be had where one was asked for (B12)', async () => {
    await using taken = await listenOn(0);
    const opening = openPageServer({ folder: site.folder, ports: [taken.port], onPage: () => {} });
    await expect(opening).rejects.toMatchObject({ code: 'port_taken', detail: { port: taken.port } });
  });
});

function expectHeaders(answer: Awaited<ReturnType<typeof sendRaw>>, status?: number): void {
  if (status !== undefined) expect(answer?.status).toBe(status);
  for (const [name, value] of Object.entries(securityHeaders(null, null))) {
    const given = answer?.headers.get(name.toLowerCase());
    if (name !== 'Content-Security-Policy') expect([name, given]).toEqual([name, value]);
    else expect(given).toMatch(/^default-src 'none'; script-src 'self'; /);
  }
}
