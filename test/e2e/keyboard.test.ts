import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withChromium } from '../support/chromium.ts';
import { clipboardOf, comeBack, enter, openPalette, tabTo, withClipboard } from '../support/hands.ts';
import { type Opened, openRockpool } from '../support/opened.ts';

describe('by keyboard alone', withChromium, () => {
  let opened: Opened;

  beforeAll(async () => {
    opened = await openRockpool();
  });

  afterAll(async () => {
    await opened[Symbol.asyncDispose]();
  });

  it('the sample is installed, browsed, changed through its connection string, reset, and the job is seen', async () => {
    const tab = await opened.openTab('/', withClipboard);
    const keys = tab.keyboard;
    await enter(tab, tab.getByRole('button', { name: 'Try the sample' }));
    await tab.getByRole('button', { name: 'Open demo' }).waitFor({ timeout: 60_000 });
    await enter(tab, tab.getByRole('button', { name: 'Copy the URL of demo' }));
    const url = await clipboardOf(tab);
    await enter(tab, tab.getByRole('button', { name: 'Open demo' }));

    await enter(tab, tab.getByRole('link', { name: /^projects/ }));
    const rows = tab.getByRole('grid', { name: 'Rows of public.projects' });
    await rows.getByRole('row').nth(1).waitFor();
    await tabTo(tab, rows);
    await keys.press('ArrowDown');
    await keys.press('Control+c');
    const id = await clipboardOf(tab);
    expect(id).toMatch(/^\d+$/);

    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query("UPDATE projects SET name = 'Changed by hand' WHERE id = $1", [id]);
    await client.end();
    await expect
      .poll(async () => {
        await comeBack(tab);
        return tab.getByText('About 1 row changed').count();
      })
      .toBe(1);
    await rows.getByText('Changed by hand').waitFor();

    await openPalette(tab);
    await keys.type('Reset demo');
    await tab.getByRole('button', { name: 'Reset demo rockpool reset demo' }).waitFor();
    await keys.press('ArrowDown');
    await keys.press('Enter');
    await tab.getByText(/^demo is clean again/).waitFor();
    await rows.getByText('Changed by hand').waitFor({ state: 'detached' });

    await openPalette(tab);
    await keys.type('Jobs');
    await tab.getByRole('button', { name: 'Jobs', exact: true }).waitFor();
    await keys.press('ArrowDown');
    await keys.press('Enter');
    await tab.getByRole('heading', { name: 'Jobs' }).waitFor();
    await enter(tab, tab.locator('[id^=job-]', { hasText: 'Reset demo' }).first());
    const detail = tab.getByRole('region', { name: 'Details' });
    await detail.getByRole('heading', { name: 'Reset demo' }).waitFor();
    await detail.getByText('succeeded').waitFor();
    await keys.press('ArrowDown');
    await detail.getByRole('heading', { name: 'Reset demo' }).waitFor({ state: 'detached' });
  });

  it('a row is followed along its foreign key and back, and a value is read whole', async () => {
    const tab = await opened.openTab('/install/demo/data/public.projects');
    const rows = tab.getByRole('grid', { name: 'Rows of public.projects' });
    await rows.getByRole('row').nth(1).waitFor();
    await tabTo(tab, rows);
    await tab.keyboard.press('ArrowDown');
    await tab.keyboard.press('ArrowRight');
    await tab.keyboard.press('Enter');
    await tab.getByRole('grid', { name: 'Rows of public.accounts' }).getByRole('row').nth(1).waitFor();
    await tab.goBack();
    await rows.getByRole('row').nth(1).waitFor();
    await tabTo(tab, rows);
    await tab.keyboard.press('ArrowDown');
    await enter(tab, tab.getByRole('button', { name: 'Open value' }));
    const dialog = tab.getByRole('dialog', { name: /^id/ });
    await dialog.waitFor();
    await tab.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it('complains of nothing on the console', () => {
    expect(opened.complaints).toEqual([]);
  });
});
