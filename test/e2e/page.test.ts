import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withChromium } from '../support/chromium.ts';
import { openPalette } from '../support/hands.ts';
import { type Opened, openRockpool } from '../support/opened.ts';
import { rockpool, rockpoolJson } from '../support/rockpool.ts';

/** The list of installs that every page has beside it. */
function installs(page: Page): Locator {
  return page.getByRole('navigation', { name: 'Installs' });
}

describe('the page in a tab', withChromium, () => {
  let opened: Opened;

  beforeAll(async () => {
    opened = await openRockpool((home) => rockpool(home, 'demo'));
  });

  afterAll(async () => {
    await opened[Symbol.asyncDispose]();
  });

  it('shows what another process installs and removes, without being asked', async () => {
    const page = await opened.openTab();
    await installs(page).getByRole('link', { name: 'demo' }).waitFor();
    const installing = rockpool(opened.home, 'install', './resources/sample/tidewater/1', '--as', 'second');
    await installs(page).getByRole('link', { name: 'second' }).waitFor();
    expect((await installing).code).toBe(0);
    await rockpool(opened.home, 'remove', 'second');
    await installs(page).getByRole('link', { name: 'second' }).waitFor({ state: 'detached' });
    expect(opened.complaints).toEqual([]);
  });

  it('keeps its right over a reload, and takes the code out of the address', async () => {
    const page = await opened.openTab();
    expect(page.url()).not.toContain('code=');
    await page.reload();
    await installs(page).getByRole('link', { name: 'demo' }).waitFor();
  });

  it('shares its right with every tab of its origin, and with no other origin (B1, B7)', async () => {
    const page = await opened.openTab('/datasets');
    const context = page.context();
    const { origin } = new URL(page.url());
    const [clicked] = await Promise.all([
      context.waitForEvent('page'),
      page.getByRole('link', { name: 'Home' }).click({ modifiers: ['ControlOrMeta'] }),
    ]);
    await installs(clicked).getByRole('link', { name: 'demo' }).waitFor();

    const stranger = await context.newPage();
    await stranger.route('http://127.0.0.1:9/**', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Stranger</title>' }),
    );
    await stranger.goto('http://127.0.0.1:9/');
    await stranger.evaluate(`window.heard = [];
      window.channel = new BroadcastChannel('rockpool-access');
      channel.onmessage = ({ data }) => heard.push(data);
      channel.postMessage({ ask: true });`);
    const typed = await context.newPage();
    await typed.goto(`${origin}/#/jobs`);
    await typed.getByRole('heading', { name: 'Jobs' }).waitFor();
    expect(await stranger.evaluate('window.heard')).toEqual([]);

    // Where no tab has it, nobody gets it.
    const alone = await (await opened.browser.newContext()).newPage();
    await alone.goto(origin);
    await alone.getByRole('heading', { name: 'This tab has no key to the app' }).waitFor();
    for (const each of [context, alone.context()]) await each.close();
  });

  it('says when the app is gone, in every tab alike, and goes on by itself with a new link', async () => {
    const page = await opened.openTab();
    const context = page.context();
    await installs(page).getByRole('link', { name: 'demo' }).waitFor();
    const tabs = { page };
    for (const [name, hash] of Object.entries({ data: '/install/demo/data', sql: '/install/demo/sql' })) {
      const tab = await context.newPage();
      tab.on('pageerror', (error) => opened.complaints.push(error.message));
      await tab.goto(`${new URL(page.url()).origin}/#${hash}`);
      await tab.getByRole('heading', { name: 'demo' }).waitFor();
      Object.assign(tabs, { [name]: tab });
    }
    // Parts that were not opened yet come once there is time.
    for (const tab of Object.values(tabs)) {
      const come = `performance.getEntriesByType('resource').some(({ name }) => name.includes('/users-'))`;
      await expect.poll(() => tab.evaluate(come)).toBe(true);
    }
    opened.complaints.length = 0;
    const { startAgain } = await opened.kill();
    for (const tab of Object.values(tabs)) {
      const line = tab.getByRole('alert').getByText('The app does not answer');
      await line.waitFor();
      const [banner, heading] = await Promise.all([
        line.boundingBox(),
        tab.getByRole('heading', { level: 1 }).boundingBox(),
      ]);
      expect(heading?.y).toBeGreaterThan((banner?.y ?? 0) + (banner?.height ?? 0));
      // A place that was not opened yet: it says why there is nothing, and crashes nowhere.
      await tab.goto(`${tab.url().split('#')[0]}#/install/demo/users`);
      await tab.getByText('The app does not answer.', { exact: true }).first().waitFor();
    }
    await startAgain();
    // A new process has a new token: what proved these tabs is worth nothing.
    await page.getByRole('heading', { name: 'This tab has no key to the app' }).waitFor();
    const { url } = await rockpoolJson<{ url: string }>(opened.home, 'open', '--no-browser');
    await (await context.newPage()).goto(url);
    for (const tab of Object.values(tabs)) await tab.getByText('redacted3@redactics.com').first().waitFor();
    expect(opened.complaints.filter((each) => !each.includes('ERR_CONNECTION_REFUSED'))).toEqual([]);
    await context.close();
    opened.complaints.length = 0;
  });

  it('finds anything from a text field and from an editor too', async () => {
    const page = await opened.openTab('/install/demo/sql');
    await page.getByRole('textbox', { name: 'SQL' }).fill('SELECT 1');
    await openPalette(page);
    await page.keyboard.press('Escape');
    await page.goto(`${page.url().split('#')[0]}#/install/demo/data`);
    await page.getByRole('textbox', { name: 'Find a table' }).click();
    await openPalette(page);
    await page.context().close();
    expect(opened.complaints).toEqual([]);
  });

  it('draws each character as it is, wherever there is text', async () => {
    const page = await opened.openTab('/install/demo/sql');
    await page.getByRole('textbox', { name: 'SQL' }).fill("SELECT 'a -> b <= c || d' AS arrows");
    await page.getByRole('button', { name: 'Run' }).click();
    await page.getByRole('cell', { name: 'a -> b' }).waitFor();
    const drawn = await page.evaluate(`[...document.querySelectorAll('body, body *')]
      .filter((each) => getComputedStyle(each).fontVariantLigatures !== 'none')
      .map((each) => each.outerHTML.slice(0, 120))`);
    expect(drawn).toEqual([]);
    await page.context().close();
  });
});
