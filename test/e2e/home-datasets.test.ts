import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findViolations } from '../support/axe.ts';
import { withChromium } from '../support/chromium.ts';
import { type Opened, openRockpool } from '../support/opened.ts';
import { freePort } from '../support/port.ts';
import { rockpoolJson, sample } from '../support/rockpool.ts';

describe('datasets and sources', withChromium, () => {
  let opened: Opened;

  beforeAll(async () => {
    opened = await openRockpool(async (home) => {
      await rockpoolJson(home, 'source', 'add', 'exports', dirname(sample));
      await rockpoolJson(home, 'source', 'add', 'away', `http://127.0.0.1:${await freePort()}/file/w`);
    });
  });

  afterAll(async () => {
    await opened[Symbol.asyncDispose]();
  });

  it('lists what each source publishes; one that does not answer fails alone, and can be asked again', async () => {
    const tab = await opened.openTab('/datasets');
    await tab.getByRole('button', { name: 'Install tidewater @ 2' }).waitFor();
    await tab.getByText(/cannot be reached: nothing listens there/).waitFor();
    await tab.getByRole('button', { name: 'Retry' }).waitFor();
    await tab.getByRole('textbox', { name: 'Search datasets' }).fill('nothing');
    await tab.getByText('No dataset here is called like “nothing”.').waitFor();
    await tab.getByRole('textbox', { name: 'Search datasets' }).fill('TIDE');
    await tab.getByRole('button', { name: 'Install tidewater @ 2' }).waitFor();
    expect(await tab.getByRole('button', { name: 'Install tidewater @ 1' }).count()).toBe(0);
  });

  it('installs an older revision as proposed, tells of the newer one, updates, and goes back', async () => {
    const tab = await opened.openTab('/datasets/exports');
    await tab.getByRole('button', { name: '1 older of tidewater' }).click();
    await tab.getByRole('button', { name: 'Install tidewater @ 1' }).click();
    const dialog = tab.getByRole('dialog', { name: 'Install tidewater' });
    await dialog.getByText(/^tidewater @ 1 · \d+ tables$/).waitFor();
    await dialog.getByText(/^Takes up to .* are free$/).waitFor();
    await dialog.getByText('rockpool install exports/tidewater@1 --as tidewater').waitFor();
    await dialog.getByRole('button', { name: 'More options' }).click();
    expect(await findViolations(tab)).toEqual([]);
    await dialog.getByRole('button', { name: 'Install', exact: true }).click();
    await tab.getByRole('button', { name: 'Open tidewater' }).waitFor({ timeout: 60_000 });
    // What Datasets knows, Home knows without a reload; and no button has another place or meaning for it.
    const newer = tab.getByRole('button', { name: 'newer revision' });
    await newer.waitFor();
    const buttons = tab.getByRole('article', { name: 'tidewater' }).getByRole('button');
    expect((await buttons.allTextContents()).filter((text) => /^(Reset|Open|Update)$/.test(text))).toEqual([
      'Reset',
      'Open',
    ]);
    await newer.click();
    await tab.getByText(/^tidewater is at revision 2: /).waitFor({ timeout: 60_000 });
    await tab.getByRole('button', { name: /^Back to before update/ }).click();
    await tab.getByText(/^tidewater is back to “before update”/).waitFor({ timeout: 60_000 });
  });

  it('says in the dialog what is wrong with a name before anything has begun', async () => {
    const tab = await opened.openTab('/datasets/exports');
    await tab.getByRole('button', { name: 'Install tidewater @ 2' }).click();
    const dialog = tab.getByRole('dialog', { name: 'Install tidewater' });
    const name = dialog.getByRole('textbox', { name: 'Name' });
    await expect.poll(() => name.inputValue()).toBe('tidewater_2');
    await name.fill('Tide Water');
    await dialog.getByText(/small letters, digits and _ only/).waitFor();
    expect(await dialog.getByRole('button', { name: 'Install', exact: true }).isDisabled()).toBe(true);
    const port = dialog.getByRole('textbox', { name: 'Port' });
    await name.fill('tidewater_80');
    await port.fill('80');
    await dialog.getByText(/From 1024 to 65535/).waitFor();
    expect(await dialog.getByRole('button', { name: 'Install', exact: true }).isDisabled()).toBe(true);
    await port.fill('');
    await name.fill('tidewater');
    await dialog.getByRole('button', { name: 'Install', exact: true }).click();
    await dialog.getByText(/There is an install called tidewater already/).waitFor();
  });

  it('says of each source whether it answers, and brings a removed one back as it was', async () => {
    await rockpoolJson(
      opened.home,
      'source',
      'add',
      'bucket',
      's3://nothing-here',
      '--endpoint',
      `http://127.0.0.1:${await freePort()}`,
      '--path-style',
      '--anonymous',
      '--region',
      'eu-west-1',
    );
    const records = () =>
      JSON.stringify(opened.home.core.state.rows("SELECT record FROM sources WHERE name = 'bucket'"));
    const before = records();
    const tab = await opened.openTab('/sources');
    await tab.getByText('1 dataset in 2 revisions').waitFor();
    await tab
      .getByText(/cannot be reached: nothing listens there/)
      .first()
      .waitFor();
    await tab.getByRole('button', { name: 'Remove bucket' }).click();
    await tab.getByText(/^bucket is forgotten/).waitFor();
    expect(records()).toBe('[]');
    await tab.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(records).toBe(before);
    await tab.getByRole('button', { name: 'Remove bucket' }).waitFor();
  });

  it('complains of nothing on the console', () => {
    expect(opened.complaints).toEqual([]);
  });
});
