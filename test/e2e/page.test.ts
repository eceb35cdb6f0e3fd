import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withChromium } from '../support/chromium.ts';
import { type Opened, openRockpool } from '../support/opened.ts';
import { rockpool } from '../support/rockpool.ts';

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

  it('says when the app is gone, and goes on by itself when it is back', async () => {
    const page = await opened.openTab();
    await installs(page).getByRole('link', { name: 'demo' }).waitFor();
    const { startAgain } = await opened.kill();
    await page.getByRole('alert').getByText('The app does not answer').waitFor();
    await startAgain();
    // A new process has a new token: the tab is told how to get a new link.
    await page.getByRole('heading', { name: 'This tab has no key to the app' }).waitFor();
    opened.complaints.length = 0;
  });
});
