import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findViolations } from '../support/axe.ts';
import { withChromium } from '../support/chromium.ts';
import { type Opened, openRockpool } from '../support/opened.ts';
import { queryAt } from '../support/query.ts';
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

  const names = async () =>
    (await rockpoolJson<{ installs: { name: string }[] }>(opened.home, 'list')).installs.map(
      ({ name }) => name,
    );

  it('removes in one click, says what went with it, and undoes it from the note and from Home', async () => {
    const tab = await opened.openTab();
    await change();
    const remove = async () => {
      await tab.getByRole('button', { name: 'More for demo' }).click();
      await tab.getByRole('menuitem', { name: 'Remove' }).click();
      await tab.getByText(/^demo is removed, with 17 tables and 49,568 rows/).waitFor();
    };
    await remove();
    await tab.getByText(/about 1,662 rows had been changed/).waitFor();
    const line = tab.getByRole('list', { name: 'Removed' }).getByRole('listitem');
    await line.getByText(/In 10 minutes its 17 tables and 49,568 rows are gone for good/).waitFor();
    expect(await names()).toEqual([]);
    await tab.getByRole('alert').getByRole('button', { name: 'Undo' }).click();
    await tab.getByText('demo is back as it was.').waitFor();
    await tab.getByRole('button', { name: 'Open demo' }).waitFor();
    await line.waitFor({ state: 'detached' });
    await remove();
    expect(await findViolations(tab)).toEqual([]);
    await line.getByRole('button', { name: 'Undo the removal of demo' }).click();
    await tab.getByRole('button', { name: 'Open demo' }).waitFor();
    expect(await names()).toEqual(['demo']);
    const { url } = await rockpoolJson<{ url: string }>(opened.home, 'url', 'demo');
    expect(await queryAt(url, "SELECT count(*)::int AS n FROM users WHERE first_name = 'changed'")).toEqual([
      { n: 1662 },
    ]);
  });

  it('shows a failed install with what is wrong, and lets it be tried again or put away', async () => {
    const failing = await rockpool(opened.home, 'install', './resources/sample/nowhere', '--as', 'broken');
    expect(failing.code).not.toBe(0);
    const tab = await opened.openTab();
    const card = tab.getByRole('article', { name: 'broken' });
    await card.getByRole('button', { name: 'Retry' }).click();
    await expect
      .poll(async () => {
        const { jobs } = await rockpoolJson<{ jobs: { install: string; state: string }[] }>(
          opened.home,
          'jobs',
        );
        return jobs.filter(({ install, state }) => install === 'broken' && state === 'failed').length;
      })
      .toBe(2);
    // The first failure looks like the second.
    await tab.reload();
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
