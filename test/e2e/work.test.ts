import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withChromium } from '../support/chromium.ts';
import { type Opened, openRockpool } from '../support/opened.ts';
import { rockpool, rockpoolJson, sampleRevision, startRockpool } from '../support/rockpool.ts';

interface Listed {
  readonly installs: { readonly name: string }[];
}

describe('jobs and settings', withChromium, () => {
  let opened: Opened;

  beforeAll(async () => {
    opened = await openRockpool(async (home) => {
      await rockpool(home, 'demo');
      await rockpool(home, 'reset', 'demo');
      await rockpool(home, 'install', './resources/sample/nowhere', '--as', 'broken');
    });
  });

  afterAll(async () => {
    await opened[Symbol.asyncDispose]();
  });

  const namesOf = async () =>
    (await rockpoolJson<Listed>(opened.home, 'list')).installs.map(({ name }) => name);

  it('cancels an install that runs, and nothing of it stays', async () => {
    const slow = join(opened.home.path, '..', 'slow.sql');
    await writeFile(slow, 'SELECT pg_sleep(600);\n');
    const tab = await opened.openTab('/jobs');
    const installing = startRockpool(opened.home, 'install', sampleRevision, '--as', 'slow', '--after', slow);
    const ended = new Promise((resolve) => installing.once('close', resolve));
    await tab.getByRole('button', { name: /Install slow/ }).click();
    const detail = tab.getByRole('region', { name: 'Details' });
    await detail.getByText('Nothing of yours is touched until the last step.').waitFor();
    await detail.getByRole('button', { name: 'Cancel' }).click();
    await detail.getByText('cancelled', { exact: true }).waitFor();
    expect(await ended).toBe(130);
    expect(await namesOf()).toEqual(['demo']);
    await tab.context().close();
  });

  it('shows why a job failed, what to do, and where; filters and search find it', async () => {
    const tab = await opened.openTab('/jobs');
    await tab.getByText('Failed', { exact: true }).first().click();
    await tab.getByRole('button', { name: /Reset demo/ }).waitFor({ state: 'detached' });
    await tab.getByRole('button', { name: /Install broken/ }).click();
    const detail = tab.getByRole('region', { name: 'Details' });
    await detail.getByRole('alert').getByText('There is no file or folder').waitFor();
    await detail.getByText(/^Failed at: /).waitFor();
    await detail.getByRole('button', { name: 'Details' }).click();
    await detail.getByText(/code: /).waitFor();
    await tab.getByRole('textbox', { name: 'Search jobs' }).fill('no such job');
    await tab.getByText('No job matches.').waitFor();
    await tab.getByRole('button', { name: 'Clear the filter' }).last().click();
    await tab.getByRole('textbox', { name: 'Search jobs' }).fill('reset');
    await tab.getByRole('button', { name: /Reset demo/ }).waitFor();
    await tab.getByRole('button', { name: /Install broken/ }).waitFor({ state: 'detached' });
    await tab.context().close();
  });

  it('does a job again', async () => {
    const tab = await opened.openTab('/jobs');
    await tab
      .getByRole('button', { name: /Reset demo/ })
      .first()
      .click();
    await tab.getByRole('button', { name: 'Run again' }).click();
    await expect.poll(() => tab.getByRole('button', { name: /Reset demo/ }).count()).toBeGreaterThan(1);
    await tab.getByText(/^Last \d runs/).waitFor();
    await tab.context().close();
  });

  it('keeps settings over a reload, and refuses an install that would leave less than is to stay free, with how much (D19)', async () => {
    const tab = await opened.openTab('/settings');
    const amount = tab.getByRole('textbox', { name: 'Always leave free' });
    await amount.fill('9000');
    await amount.press('Enter');
    await tab.getByText('Saved').waitFor();
    await tab.reload();
    await expect.poll(() => amount.inputValue()).toBe('9000');

    await rockpool(opened.home, 'install', sampleRevision, '--as', 'toolarge');
    await tab.getByRole('link', { name: 'Home' }).first().click();
    const card = tab.getByRole('article', { name: 'toolarge' });
    await card
      .getByText(/needs \d.* are free/)
      .first()
      .waitFor();
    await card.getByText(/^The cache holds/).waitFor();

    await tab.getByRole('link', { name: 'Jobs', exact: true }).click();
    await tab.getByRole('button', { name: /Install toolarge/ }).click();
    await tab
      .getByRole('region', { name: 'Details' })
      .getByText(/^The cache holds/)
      .waitFor();

    await tab.getByRole('link', { name: 'Settings' }).click();
    await amount.fill('1');
    await amount.blur();
    await tab.getByText('Saved').waitFor();
    await tab.context().close();
  });

  it('prunes what nothing needs, after having shown it', async () => {
    const tab = await opened.openTab('/settings');
    // What was removed keeps its archive as long as it can be had back.
    const undo = tab.getByRole('textbox', { name: 'Undo stays for' });
    await undo.fill('0');
    await undo.press('Enter');
    await tab.getByText('Saved').waitFor();
    await rockpool(opened.home, 'install', join(sampleRevision, '../1'), '--as', 'passing');
    await rockpool(opened.home, 'remove', 'passing');
    await tab.reload();
    await tab.getByRole('combobox', { name: 'Prune the cache' }).click();
    await tab.getByRole('option', { name: 'All that nothing needs' }).click();
    await tab.getByRole('button', { name: /^Free [\d.]+ MB$/ }).click();
    await tab.getByText(/MB freed$/).waitFor();
    await tab.getByText('Nothing would go.').waitFor();
    await tab.context().close();
  });

  it('wears the look that was chosen, after a reload too', async () => {
    const tab = await opened.openTab('/settings', { colorScheme: 'light' });
    await tab.getByText('Dark', { exact: true }).click();
    const look = () => tab.evaluate('document.documentElement.dataset.mantineColorScheme');
    await expect.poll(look).toBe('dark');
    await tab.reload();
    await tab.getByText('Data folder').waitFor();
    expect(await look()).toBe('dark');
    await tab.context().close();
  });

  it('complain of nothing on the console', () => {
    expect(opened.complaints).toEqual([]);
  });
});
