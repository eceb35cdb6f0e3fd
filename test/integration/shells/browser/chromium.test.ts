import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openChromium, withChromium } from '../../../support/chromium.ts';
import { openTestSite, type TestSite } from '../../../support/page-server.ts';

// A machine may be busy: this only ends what hangs.
const soon = { timeout: 60_000 };

let site: TestSite;
let attacker: Server;
let browser: Browser;

beforeAll(async () => {
  site = await openTestSite();
  attacker = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' });
    response.end('<!doctype html><title>attack</title><body>');
  }).listen(0, '127.0.0.1');
  await once(attacker, 'listening');
  browser = await openChromium();
});

afterAll(async () => {
  await browser?.close();
  attacker?.closeAllConnections();
  attacker?.close();
  await site?.[Symbol.asyncDispose]();
});

const attackScript = join(import.meta.dirname, '../../../support/attack.browser.js');
const vectors = ['read', 'post', 'form', 'script', 'frame', 'socket'];
const routes = ['/', '/index.html', '/assets/app.js', '/token', '/code', '/rpc', '/nothing'];

/** Origins from which a person's browser may be turned against the server, and what they aim at. */
const strangers: readonly { what: string; page: (port: number) => string; host?: string }[] = [
  { what: 'another port of 127.0.0.1', page: (port) => `http://127.0.0.1:${port}/` },
  { what: 'localhost', page: (port) => `http://localhost:${port}/` },
  { what: 'another site', page: (port) => `http://evil.test:${port}/` },
  { what: 'an opaque origin', page: () => 'data:text/html,<!doctype html><title>attack</title><body>' },
  { what: 'a name that was rebound', page: () => 'http://rebind.test:PORT/attack', host: 'rebind.test' },
];

describe('a person’s browser', withChromium, () => {
  it.each(strangers)(
    'gets nothing for a page of $what, by any way on any route (B1, B2, B3, B5, B9)',
    async (stranger) => {
      await using context = await browser.newContext();
      const { port } = site.server;
      const { port: attackPort } = attacker.address() as AddressInfo;
      const pageUrl = stranger.page(attackPort).replace('PORT', String(port));
      // A rebound name has served its page before it came to mean 127.0.0.1.
      if (stranger.host !== undefined) {
        await context.route(pageUrl, (route) =>
          route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>attack</title><body>' }),
        );
      }
      await context.addInitScript({ path: attackScript });
      const page = await context.newPage();
      const accepted = watchAccepted(context, page, port, pageUrl);
      let tried = 0;
      for (const route of routes) {
        for (const vector of vectors) {
          await page.goto(pageUrl);
          const target = `http://${stranger.host ?? '127.0.0.1'}:${port}${route}`;
          const loot = await page.evaluate(`attack(${JSON.stringify(vector)}, ${JSON.stringify(target)})`);
          expect([route, vector, loot]).toEqual([route, vector, 'nothing']);
          tried += 1;
        }
      }
      expect(tried).toBe(routes.length * vectors.length);
      expect(accepted).toEqual([]);
      expect([site.pages(), site.seen.calls]).toEqual([0, 0]);
    },
  );

  it('opens the page by its link, once; the code is gone from the address (B7)', async () => {
    await using context = await browser.newContext();
    const url = site.server.makeUrl();
    const page = await context.newPage();
    await page.goto(url);
    await expect.poll(() => page.textContent('#state'), soon).toBe('open');
    expect(page.url()).toBe(`${site.origin}/`);
    const again = await context.newPage();
    await again.goto(url);
    await expect.poll(() => again.textContent('#state'), soon).toBe('refused 401');
  });

  it('runs no inline script, and lets in the styles that carry the nonce (A1, B9)', async () => {
    await using context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(site.server.makeUrl());
    expect(await page.title()).toBe('Small page');
    expect(await page.evaluate('getComputedStyle(document.body).color')).toBe('rgb(1, 2, 3)');
    const injected = page.evaluate(`document.body.innerHTML = '<img src=x onerror="document.title = 1">'`);
    await expect(injected).rejects.toThrow(/TrustedHTML/);
  });

  it('sends neither address nor cookies along (B7)', async () => {
    await using context = await browser.newContext();
    const page = await context.newPage();
    const sent: Promise<Record<string, string>>[] = [];
    page.on('request', (request) => sent.push(request.allHeaders()));
    await page.goto(site.server.makeUrl());
    await expect.poll(() => page.textContent('#state'), soon).toBe('open');
    const all = await Promise.all(sent);
    expect(all.length).toBeGreaterThan(2);
    for (const headers of all) expect([headers.referer, headers.cookie]).toEqual([undefined, undefined]);
    expect(await context.cookies()).toEqual([]);
  });

  it('keeps a page that is open while the connection ends, and it says so', async () => {
    await using context = await browser.newContext();
    await using own = await openTestSite();
    const page = await context.newPage();
    await page.goto(own.server.makeUrl());
    await expect.poll(() => page.textContent('#state'), soon).toBe('open');
    await own.server[Symbol.asyncDispose]();
    await expect.poll(() => page.textContent('#state'), soon).toBe('closed 1001');
  });
});

/** Every answer of the server to a stranger that was no refusal, whatever the stranger's page was told of it. */
function watchAccepted(context: BrowserContext, page: Page, port: number, pageUrl: string): string[] {
  const accepted: string[] = [];
  context.on('response', (response) => {
    const url = new URL(response.url());
    if (url.port !== String(port) || response.url() === pageUrl) return;
    if (response.status() < 400)
      accepted.push(`${response.request().method()} ${url.href} ${response.status()}`);
  });
  page.on('websocket', (socket) => {
    socket.on('framereceived', () => accepted.push(`a frame from ${socket.url()}`));
  });
  return accepted;
}
