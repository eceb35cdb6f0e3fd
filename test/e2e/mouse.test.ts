import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withChromium } from '../support/chromium.ts';
import { clipboardOf, comeBack, withClipboard } from '../support/hands.ts';
import { type Opened, openRockpool } from '../support/opened.ts';

describe('by mouse alone', withChromium, () => {
  let opened: Opened;

  beforeAll(async () => {
    opened = await openRockpool();
  });

  afterAll(async () => {
    await opened[Symbol.asyncDispose]();
  });

  it('the sample is installed, browsed, changed through its connection string, reset, and the job is seen', async () => {
    const tab = await opened.openTab('/', withClipboard);
    await tab.getByRole('button', { name: 'Try the sample' }).click();
    await tab.getByRole('button', { name: 'Open demo' }).click({ timeout: 60_000 });

    await tab
      .getByRole('navigation', { name: /tables$/ })
      .getByRole('link', { name: 'plans' })
      .click();
    const rows = tab.getByRole('grid', { name: 'Rows of public.plans' });
    const before = await rows.getByRole('row').nth(1).getByRole('gridcell').nth(1).textContent();
    expect(before).not.toBe('');

    await tab.getByRole('link', { name: 'Home' }).first().click();
    await tab.getByRole('button', { name: 'Copy the URL of demo' }).click();
    const client = new Client({ connectionString: await clipboardOf(tab) });
    await client.connect();
    await client.query("UPDATE plans SET name = 'Changed by hand' WHERE id = (SELECT min(id) FROM plans)");
    await client.end();

    await tab.getByRole('button', { name: 'Open demo' }).click();
    await tab
      .getByRole('navigation', { name: /tables$/ })
      .getByRole('link', { name: 'plans' })
      .click();
    await rows.getByText('Changed by hand').waitFor();
    const changed = tab.getByRole('navigation', { name: 'Changed since reset' });
    await expect
      .poll(async () => {
        await comeBack(tab);
        return changed.getByRole('link', { name: /plans.*about 1$/ }).count();
      })
      .toBe(1);
    await tab.getByText('About 1 row changed').waitFor();

    await tab.getByRole('button', { name: 'Reset demo', exact: true }).click();
    await tab.getByText(/^demo is clean again: unreachable for/).waitFor();
    await rows.getByText('Changed by hand').waitFor({ state: 'detached' });
    await rows
      .getByText(before ?? '', { exact: true })
      .first()
      .waitFor();

    await tab.getByRole('link', { name: /^Jobs/ }).click();
    await tab.getByRole('button', { name: /Reset demo/ }).click();
    const detail = tab.getByRole('region', { name: 'Details' });
    await detail.getByRole('heading', { name: 'Reset demo' }).waitFor();
    await detail.getByText('succeeded').waitFor();
  });

  it('complains of nothing on the console', () => {
    expect(opened.complaints).toEqual([]);
  });
});
