import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findViolations } from '../support/axe.ts';
import { withChromium } from '../support/chromium.ts';
import { makeFolder } from '../support/folder.ts';
import { type Opened, openRockpool } from '../support/opened.ts';
import { freePort } from '../support/port.ts';
import { rockpoolJson, sampleRevision } from '../support/rockpool.ts';

interface Listed {
  readonly installs: { readonly name: string; readonly rows: number }[];
}

describe('the first run', withChromium, () => {
  let opened: Opened;

  beforeAll(async () => {
    opened = await openRockpool();
  });

  afterAll(async () => {
    await opened[Symbol.asyncDispose]();
  });

  const uploads = () => readdir(join(opened.home.path, 'cache', 'uploads')).catch(() => []);

  it.each(['light', 'dark'] as const)('has nothing that axe finds wrong, %s', async (colorScheme) => {
    const tab = await opened.openTab('/', { colorScheme });
    for (const choice of ['Connect an S3 bucket', 'Connect an agent’s file store']) {
      await tab.getByRole('button', { name: choice }).click();
      await tab.getByRole('button', { name: 'Connect', exact: true }).waitFor();
      expect(await findViolations(tab)).toEqual([]);
    }
    await tab.context().close();
  });

  it('says in a sentence why a file store cannot be connected, and keeps no source that does not answer', async () => {
    const tab = await opened.openTab();
    const port = await freePort();
    await tab.getByRole('button', { name: 'Connect an agent’s file store' }).click();
    await tab.getByRole('textbox', { name: 'Address' }).fill('127.0.0.1');
    await tab.getByRole('button', { name: 'Connect', exact: true }).click();
    await tab.getByText('It starts with http:// or https://').waitFor();
    await tab.getByRole('textbox', { name: 'Address' }).fill(`http://127.0.0.1:${port}`);
    await tab.getByRole('button', { name: 'Connect', exact: true }).click();
    await tab.getByText(`127.0.0.1:${port} cannot be reached: nothing listens there.`).waitFor();
    expect(await rockpoolJson(opened.home, 'source', 'list')).toEqual({ sources: [] });
  });

  it('leaves raw extracts out of a folder that is chosen, and says so', async () => {
    using folder = makeFolder();
    await writeFile(join(folder.path, 'dump-public.users.csv'), 'id,email\n1,mary@example.com\n');
    const tab = await opened.openTab();
    await tab.getByLabel('Choose a folder').setInputFiles(folder.path);
    await tab.getByText('Only raw, unredacted files were dropped.').waitFor();
    expect(await uploads()).toEqual([]);
  });

  it('installs a file that is dropped on the window, and keeps no copy of it', async () => {
    const schema = 'CREATE TABLE pools (id int PRIMARY KEY, name text);\n';
    const rows = Array.from({ length: 60_000 }, (_, row) => `${row},pool number ${row}`).join('\n');
    const sql = `${schema}COPY pools (id, name) FROM stdin WITH CSV;\n${rows}\n\\.\n`;
    const tab = await opened.openTab();
    await tab.evaluate(`{
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([${JSON.stringify(sql)}], 'pools.sql'));
      const drop = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
      document.querySelector('main').dispatchEvent(drop);
    }`);
    const dialog = tab.getByRole('dialog', { name: 'Install pools.sql' });
    await dialog.getByRole('textbox', { name: 'Name' }).waitFor();
    await expect.poll(() => dialog.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('pools');
    await dialog.getByRole('button', { name: 'Install', exact: true }).click();
    await tab.getByRole('button', { name: 'Open pools' }).waitFor({ timeout: 60_000 });
    const { installs } = await rockpoolJson<Listed>(opened.home, 'list');
    expect(installs).toMatchObject([{ name: 'pools', rows: 60_000 }]);
    // What was dropped is there no more: no update is offered that could not work.
    await tab.getByRole('button', { name: 'More for pools' }).click();
    await tab.getByRole('menuitem', { name: 'Reset', exact: true }).waitFor();
    expect(await tab.getByRole('menuitem', { name: 'Update' }).count()).toBe(0);
    await tab.keyboard.press('Escape');
    await expect.poll(uploads).toEqual([]);
    await rockpoolJson(opened.home, 'remove', 'pools');
    await tab.getByRole('button', { name: 'Try the sample' }).waitFor();
  });

  it('installs a folder that is chosen, with the files in it', async () => {
    const files = await readdir(sampleRevision);
    expect((await readFile(join(sampleRevision, files[0] as string))).length).toBeGreaterThan(0);
    const tab = await opened.openTab();
    await tab.getByLabel('Choose a folder').setInputFiles(sampleRevision);
    const dialog = tab.getByRole('dialog', { name: 'Install 2' });
    await dialog.getByRole('textbox', { name: 'Name' }).fill('chosen');
    await dialog.getByText('17 tables').waitFor();
    await dialog.getByRole('button', { name: 'Install', exact: true }).click();
    await tab.getByRole('button', { name: 'Open chosen' }).waitFor({ timeout: 60_000 });
    const { installs } = await rockpoolJson<Listed>(opened.home, 'list');
    expect(installs).toMatchObject([{ name: 'chosen', rows: 49_568 }]);
    await rockpoolJson(opened.home, 'remove', 'chosen');
  });

  it('installs the sample where it is chosen, with its progress in place', async () => {
    const tab = await opened.openTab();
    await tab.getByRole('button', { name: 'Try the sample' }).click();
    await tab.getByRole('progressbar', { name: 'Install demo: progress' }).waitFor();
    await tab.getByText('Nothing of yours is touched until the last step').waitFor();
    await tab.getByRole('button', { name: 'Open demo' }).waitFor({ timeout: 60_000 });
  });

  it('complains of nothing on the console', () => {
    expect(opened.complaints).toEqual([]);
  });
});
