import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findViolations } from '../support/axe.ts';
import { withChromium } from '../support/chromium.ts';
import { type Opened, openRockpool } from '../support/opened.ts';
import { rockpool, rockpoolJson } from '../support/rockpool.ts';

describe('Home', withChromium, () => {
  let opened: Opened;

  beforeAll(async () => {
    opened = await openRockpool((home) => rockpool(home, 'demo'));
  });

  afterAll(async () => {
    await opened[Symbol.asyncDispose]();
  });

  const change = async () => {
    const { url } = await rockpoolJson<{ url: string }>(opened.home, 'url', 'demo');
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      await client.query("UPDATE users SET first_name = 'changed'");
    } finally {
      await client.end();
    }
  };

  it('says how to connect, and shows the password to nobody', async () => {
    const tab = await opened.openTab('/', { permissions: ['clipboard-read', 'clipboard-write'] });
    const { url } = await rockpoolJson<{ url: string }>(opened.home, 'url', 'demo');
    const shown = tab.getByText('postgres://demo:••••@127.0.0.1');
    await shown.waitFor();
    expect(await tab.content()).not.toContain(new URL(url).password);
    await tab.getByRole('button', { name: 'Copy the URL of demo' }).click();
    expect(await tab.evaluate('navigator.clipboard.readText()')).toBe(url);
    await tab.getByRole('button', { name: 'Copy the connection of demo as' }).click();
    await tab.getByRole('menuitem', { name: '.env line' }).click();
    await tab.getByText('Copied: .env line').waitFor();
    expect(await tab.evaluate('navigator.clipboard.readText()')).toBe(`DATABASE_URL=${url}`);
  });

  it('says about how many rows were changed, and resets in one click', async () => {
    const tab = await opened.openTab();
    await tab.getByRole('button', { name: 'Open demo' }).waitFor();
    await change();
    // A person comes back to the window after having worked elsewhere.
    await expect
      .poll(async () => {
        await tab.evaluate("window.dispatchEvent(new Event('focus'))");
        return tab.getByText(/^About 1,662 rows changed since the install/).count();
      })
      .toBe(1);
    await tab.getByRole('button', { name: 'Reset demo' }).click();
    await tab.getByText(/^demo is clean again: unreachable for/).waitFor();
    await tab.getByText(/^Clean/).waitFor();
    await tab.getByRole('link', { name: /Reset demo/ }).waitFor();
  });

  it('does the same by keyboard alone, from the palette', async () => {
    const tab = await opened.openTab();
    await tab.getByRole('button', { name: 'Open demo' }).waitFor();
    await tab.keyboard.press('Control+k');
    await tab.locator('input[aria-label="Find anything"]:focus').waitFor();
    await tab.keyboard.type('Reset demo');
    await tab.getByRole('button', { name: 'Reset demo rockpool reset demo' }).waitFor();
    await tab.keyboard.press('Enter');
    await tab.getByText(/^demo is clean again/).waitFor();
  });

  it('gives the command of each action', async () => {
    const tab = await opened.openTab('/', { permissions: ['clipboard-read', 'clipboard-write'] });
    await tab.getByRole('button', { name: 'More for demo' }).click();
    await tab.getByRole('menuitem', { name: 'Copy as command' }).hover();
    await tab.getByRole('menuitem', { name: 'rockpool reset demo' }).click();
    expect(await tab.evaluate('navigator.clipboard.readText()')).toBe('rockpool reset demo');
  });

  it('says what goes with an install, and lets a removal be taken back', async () => {
    const tab = await opened.openTab();
    await tab.getByRole('button', { name: 'More for demo' }).click();
    await tab.getByRole('menuitem', { name: 'Remove' }).click();
    await tab.getByText(/demo goes in \d s, with 17 tables and 49,568 rows/).waitFor();
    await tab.getByRole('button', { name: 'Keep it' }).click();
    await tab.getByText(/demo goes in/).waitFor({ state: 'detached' });
    const { installs } = await rockpoolJson<{ installs: { name: string }[] }>(opened.home, 'list');
    expect(installs.map(({ name }) => name)).toEqual(['demo']);
  });

  it('shows a failed install with what is wrong, and lets it be tried again or put away', async () => {
    const failing = await rockpool(opened.home, 'install', './resources/sample/nowhere', '--as', 'broken');
    expect(failing.code).not.toBe(0);
    const tab = await opened.openTab();
    const card = tab.getByRole('article', { name: 'broken' });
    await card.getByRole('button', { name: 'Retry' }).click();
    await card.getByText('There is no file or folder').first().waitFor();
    await card.getByRole('button', { name: 'Dismiss' }).click();
    await card.waitFor({ state: 'detached' });
    await tab.reload();
    await tab.getByRole('button', { name: 'Open demo' }).waitFor();
    expect(await card.count()).toBe(0);
  });

  it('starts a server that was stopped elsewhere', async () => {
    const tab = await opened.openTab();
    await rockpool(opened.home, 'server', 'stop');
    await tab.getByText('The server embedded is stopped').waitFor();
    await tab.getByRole('button', { name: 'Start demo' }).click();
    await tab.getByRole('button', { name: 'Open demo' }).waitFor();
  });

  it.each(['light', 'dark'] as const)('has nothing that axe finds wrong, %s', async (colorScheme) => {
    for (const hash of ['/', '/datasets', '/sources']) {
      const tab = await opened.openTab(hash, { colorScheme });
      await tab.getByRole('heading', { level: 1 }).waitFor();
      expect(await findViolations(tab)).toEqual([]);
      await tab.context().close();
    }
  });

  it('complains of nothing on the console', () => {
    expect(opened.complaints).toEqual([]);
  });
});
