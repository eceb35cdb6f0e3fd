import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withChromium } from '../support/chromium.ts';
import { clipboardOf, withClipboard } from '../support/hands.ts';
import { oddDump, oddNames } from '../support/odd-tables.ts';
import { type Opened, openRockpool } from '../support/opened.ts';
import { rockpool } from '../support/rockpool.ts';

describe('the rows of an install', withChromium, () => {
  let opened: Opened;

  beforeAll(async () => {
    opened = await openRockpool(async (home) => {
      const file = join(home.path, '..', 'odd.sql');
      await writeFile(file, oddDump());
      const { code, stdout, stderr } = await rockpool(home, 'install', file, '--as', 'odd');
      if (code !== 0) throw new Error(`${stdout}${stderr}`);
    });
  });

  afterAll(async () => {
    await opened[Symbol.asyncDispose]();
  });

  const openTable = async (table: string): Promise<Page> => {
    const tab = await opened.openTab(
      `/install/odd/data/${encodeURIComponent(`public.${table}`)}`,
      withClipboard,
    );
    await cell(tab, 0).waitFor();
    return tab;
  };
  const cell = (tab: Page, column: number, row = 0) =>
    tab.locator(`[role=row][aria-rowindex="${row + 2}"] [role=gridcell]`).nth(column);
  const copyAs = async (tab: Page, what: string): Promise<string> => {
    await tab.getByRole('button', { name: 'Copy', exact: true }).click();
    await tab.getByRole('menuitem', { name: what }).click();
    await tab.getByText('Copied').first().waitFor();
    return clipboardOf(tab);
  };

  it.each(Object.entries(oddNames))('are shown as text whatever is in a name: %s (A1)', async (_, name) => {
    const tab = await opened.openTab('/install/odd/data');
    const kept = name.slice(0, 63);
    await tab.getByRole('link', { name: kept }).click();
    await tab.getByRole('grid', { name: `Rows of public.${kept}` }).waitFor();
    await tab.getByRole('columnheader', { name: `${name.slice(0, 50)} col` }).waitFor();
    await tab.getByRole('gridcell', { name: `value of ${name}` }).waitFor();
    expect(await tab.title()).toBe('Rockpool');
    expect(await tab.locator('img').count()).toBe(0);
    await tab.context().close();
  });

  it('are sorted by a click on a head, and by another one the other way round', async () => {
    const tab = await openTable('children');
    await tab.getByRole('columnheader', { name: /^id/ }).getByRole('button').click();
    await tab.getByRole('columnheader', { name: /^id/ }).getByRole('button').click();
    await expect.poll(() => cell(tab, 0).textContent()).toBe('1000');
    expect(await tab.getByRole('columnheader', { name: /^id/ }).getAttribute('aria-sort')).toBe('descending');
    await tab.reload();
    await expect.poll(() => cell(tab, 0).textContent()).toBe('1000');
    await tab.context().close();
  });

  it('are held to conditions, and say so when none matches', async () => {
    const tab = await openTable('children');
    const filter = async (column: string, condition: string, value: string) => {
      await tab.getByRole('button', { name: 'Filter', exact: true }).click();
      await tab.getByRole('combobox', { name: 'Column' }).click();
      await tab.getByRole('option', { name: column, exact: true }).click();
      await tab.getByRole('combobox', { name: 'Condition' }).click();
      await tab.getByRole('option', { name: condition, exact: true }).click();
      await tab.getByRole('textbox', { name: 'Value' }).fill(value);
      await tab.getByRole('button', { name: 'Apply' }).click();
    };
    await filter('name', 'contains', 'child 99');
    await tab.getByText('11 rows · 3 columns').waitFor();
    await filter('id', 'is greater than', '5000');
    await tab.getByText('No row matches the filters.').waitFor();
    await tab.getByRole('button', { name: 'Remove the filter id is greater than 5000' }).click();
    await tab.getByText('11 rows · 3 columns').waitFor();
    await tab.context().close();
  });

  it('lead along foreign keys both ways, and Back leads back', async () => {
    const tab = await openTable('children');
    await cell(tab, 1).getByRole('button').click();
    await tab.getByRole('grid', { name: 'Rows of public.parents' }).waitFor();
    await tab.getByRole('button', { name: 'Remove the filter id = 2' }).waitFor();
    await tab.getByText('1 row · 2 columns').waitFor();
    await cell(tab, 0).click();
    // What points at it from partitions is told of once; what it points at is named by its key.
    await tab.getByRole('button', { name: /^visits/ }).waitFor();
    expect(await tab.getByRole('button', { name: /^visits/ }).allTextContents()).toEqual(['visits 600']);
    await tab.getByRole('button', { name: /^children 50/ }).click();
    await tab.getByRole('button', { name: 'Remove the filter parent = 2' }).waitFor();
    await tab.getByText('50 rows').waitFor();
    await tab.goBack();
    await tab.getByRole('button', { name: 'Remove the filter id = 2' }).waitFor();
    await tab.goBack();
    await tab.getByText('1,000 rows').waitFor();
    await tab.context().close();
  });

  it('tell NULL from an empty text', async () => {
    const tab = await openTable('shapes');
    expect(await cell(tab, 1).textContent()).toBe('');
    expect(await cell(tab, 2).textContent()).toBe('null');
    await tab.context().close();
  });

  it('show a value whole: JSON laid out, bytes in hexadecimal, a long text to its end', async () => {
    const tab = await openTable('shapes');
    const whole = async (column: number) => {
      await cell(tab, column).click();
      await tab.getByRole('button', { name: 'Open value' }).click();
      const dialog = tab.getByRole('dialog');
      await dialog.getByRole('button', { name: 'Copy' }).click();
      await tab.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      return clipboardOf(tab);
    };
    expect(JSON.parse(await whole(3))).toEqual({ a: { b: [1, 2, { c: 'deep' }] } });
    expect(await whole(4)).toMatch(/^00000000 {2}00 ff 41 +··A$/);
    expect(await whole(5)).toMatch(/the end$/);
    await tab.context().close();
  });

  it('are copied as CSV and as INSERT, and a formula is no formula in a spreadsheet (C25)', async () => {
    const tab = await openTable('shapes');
    await cell(tab, 7).click();
    const csv = await copyAs(tab, 'Copy the row as CSV');
    expect(csv).toContain(`,'=1+1`);
    expect(csv.split('\n')[1]).toMatch(/^1,"",,/);
    const insert = await copyAs(tab, 'Copy the row as INSERT');
    expect(insert).toMatch(/^INSERT INTO "public"."shapes" .* VALUES \('?1'?, '', NULL, /);
    await tab.context().close();
  });

  it('are copied as they are in sight, and it is said how many', async () => {
    const tab = await openTable('children');
    await tab.getByRole('grid').focus();
    await tab.keyboard.press('Control+End');
    await cell(tab, 0, 999).waitFor();
    await tab.getByRole('button', { name: 'Copy', exact: true }).click();
    const item = tab.getByRole('menuitem', { name: /^Copy the \d+ rows in sight as CSV$/ });
    const [, count] = /the (\d+) rows/.exec((await item.textContent()) ?? '') ?? [];
    await item.click();
    await tab.getByText(`${count} rows copied`).waitFor();
    const copied = (await clipboardOf(tab)).trim().split('\n').slice(1);
    expect(copied).toHaveLength(Number(count));
    expect(copied.at(-1)).toMatch(/^1000,/);
    expect(copied[0]).toMatch(new RegExp(`^${1001 - Number(count)},`));
    await tab.context().close();
  });

  it('are read whole in a view too', async () => {
    const tab = await openTable('tales');
    await cell(tab, 1).click();
    await tab.getByRole('button', { name: 'Open value' }).click();
    await tab
      .getByRole('dialog')
      .getByText(/the end$/)
      .waitFor();
    await tab.context().close();
  });

  it('are of one table for its partitions, which are folded until they are asked for', async () => {
    const tab = await opened.openTab('/install/odd/data');
    await tab.getByRole('link', { name: 'visits 600' }).waitFor();
    expect(await tab.getByRole('link', { name: /^visits_/ }).count()).toBe(0);
    await tab.getByRole('button', { name: 'Partitions of visits' }).click();
    await tab.getByRole('link', { name: 'visits_2025 235' }).click();
    await tab.getByRole('grid', { name: 'Rows of public.visits_2025' }).waitFor();
    await tab.context().close();
  });

  it('show the way out of a filter in its own colour', async () => {
    const tab = await openTable('children');
    await cell(tab, 1).getByRole('button').click();
    const remove = tab.getByRole('button', { name: 'Remove the filter id = 2' });
    const pair = await remove.evaluate((each) => {
      const { getComputedStyle } = globalThis as unknown as {
        getComputedStyle(of: unknown): { color: string };
      };
      return [getComputedStyle(each).color, getComputedStyle(each.parentNode).color];
    });
    expect(pair[0]).toBe(pair[1]);
    await tab.context().close();
  });

  it('are all reached in a table without a key', async () => {
    const tab = await openTable('nokey');
    await tab.getByRole('grid').focus();
    await tab.keyboard.press('Control+End');
    await expect.poll(() => cell(tab, 1, 699).textContent()).toBe('700');
    await tab.context().close();
  });

  it('complain of nothing on the console', () => {
    expect(opened.complaints).toEqual([]);
  });
});
