import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findViolations } from '../support/axe.ts';
import { withChromium } from '../support/chromium.ts';
import { type Opened, openRockpool } from '../support/opened.ts';
import { findOverflow } from '../support/overflow.ts';
import { rockpool } from '../support/rockpool.ts';

type Show = (tab: Page) => Promise<unknown>;

const text = (wanted: string) => (tab: Page) => tab.getByText(wanted).first().waitFor();
const press = (name: string) => (tab: Page) => tab.getByRole('button', { name }).first().click();

/** A place of the page, and what is done there before axe looks; each step is looked at. */
const places: readonly (readonly [string, readonly Show[]])[] = [
  [
    '/install/demo/data/public.users',
    [
      (tab) => tab.getByRole('gridcell').first().click(),
      press('Filter'),
      async (tab) => {
        await tab.keyboard.press('Escape');
        await tab.getByRole('button', { name: 'Open value' }).click();
        await tab.getByRole('dialog').getByRole('button', { name: 'Copy' }).waitFor();
      },
      async (tab) => {
        await tab.keyboard.press('Escape');
        await tab.getByRole('button', { name: 'Copy', exact: true }).click();
        await tab.getByRole('menuitem').first().waitFor();
      },
    ],
  ],
  ['/install/demo/diagram', [text('17 tables')]],
  ['/install/demo/space', [text('in all')]],
  [
    '/install/demo/sql',
    [
      async (tab) => {
        await tab
          .getByRole('textbox', { name: 'SQL' })
          .fill('SELECT id, name, NULL AS nothing FROM accounts');
        await tab.getByRole('button', { name: 'Run' }).click();
        await tab.getByText('220 rows').first().waitFor();
      },
      async (tab) => {
        await tab.getByRole('textbox', { name: 'SQL' }).fill('SELECT nosuch');
        await tab.getByRole('button', { name: 'Run' }).click();
        await tab.getByRole('alert').waitFor();
        await tab.getByRole('button', { name: 'Details' }).click();
      },
      async (tab) => {
        await tab.getByRole('button', { name: 'Earlier statements' }).click();
        await tab.getByRole('menuitem').first().waitFor();
      },
    ],
  ],
  [
    '/install/demo/demo',
    [
      text('UPDATE plans'),
      async (tab) => {
        await tab.getByRole('button', { name: 'globex', exact: true }).click();
        await tab.getByRole('button', { name: 'Preview' }).click();
        await tab.getByText('tried on the spare').waitFor();
      },
      press('Schedule'),
      async (tab) => {
        await tab.keyboard.press('Escape');
        await tab.getByRole('button', { name: 'Edit statements' }).click();
        await tab.getByRole('dialog').getByRole('textbox').waitFor();
      },
    ],
  ],
  [
    '/install/demo/users',
    [
      text('Pick a user to become.'),
      async (tab) => {
        await tab.getByRole('button', { name: /^redacted3@/ }).click();
        await tab.getByText('users.password_hash').waitFor();
      },
    ],
  ],
  ['/install/demo/snapshots', [text('before the migration')]],
  ['/install/demo/report', [text('Tables')]],
  ['/install/nobody', [text('There is no install called nobody.')]],
  [
    '/jobs',
    [
      text('Install demo'),
      press('broken'),
      (tab) => tab.getByRole('textbox', { name: 'Search jobs' }).fill('no such job'),
    ],
  ],
  [
    '/settings',
    [
      text('Data folder'),
      async (tab) => {
        await tab.getByRole('button', { name: 'Log of embedded' }).click();
        await tab.getByRole('dialog').getByRole('log').waitFor();
      },
    ],
  ],
  [
    '/',
    [
      async (tab) => {
        await tab.keyboard.press('Control+k');
        await tab.keyboard.type('dem');
        await tab.getByRole('button', { name: 'demo', exact: false }).first().waitFor();
      },
    ],
  ],
];

/** The rules about colours that axe has on. */
const coloured = ['color-contrast', 'link-in-text-block'];

/** Of what is shown now, all in the light theme and the colours in the dark one: nothing else differs. */
async function expectSound(tab: Page): Promise<void> {
  expect(await findViolations(tab)).toEqual([]);
  await tab.emulateMedia({ colorScheme: 'dark' });
  await tab.locator('html[data-mantine-color-scheme="dark"]').waitFor({ state: 'attached' });
  expect(await findViolations(tab, coloured)).toEqual([]);
  await tab.emulateMedia({ colorScheme: 'light' });
  await tab.locator('html[data-mantine-color-scheme="light"]').waitFor({ state: 'attached' });
}

describe('axe finds nothing wrong, and nothing is lost at any size', withChromium, () => {
  let opened: Opened;

  beforeAll(async () => {
    opened = await openRockpool(async (home) => {
      const file = join(home.path, '..', 'demo.sql');
      await writeFile(file, 'UPDATE plans SET name = %(plan_name)s WHERE id = 1;\n');
      const run = async (...args: string[]) => {
        const { code, stdout, stderr } = await rockpool(home, ...args);
        if (code !== 0) throw new Error(`${stdout}${stderr}`);
      };
      await run('demo');
      await run('statements', 'demo', 'set', file);
      await run('profile', 'demo', 'save', 'globex', 'plan_name=Globex');
      await run('snapshot', 'save', 'demo', 'before the migration');
      await rockpool(home, 'install', './resources/sample/nowhere', '--as', 'broken');
    });
  });

  afterAll(async () => {
    await opened[Symbol.asyncDispose]();
  });

  it.each(places)('at %s, light and dark', async (hash, steps) => {
    const tab = await opened.openTab(hash, { colorScheme: 'light', reducedMotion: 'reduce' });
    for (const [index, step] of steps.entries()) {
      await step(tab);
      await expectSound(tab);
      if (index === 0) expect(await findOverflow(tab)).toEqual([]);
    }
    await tab.context().close();
  });

  it('while an install is another user, and its server is stopped, light and dark', async () => {
    await rockpool(opened.home, 'impersonate', 'demo', '3');
    const tab = await opened.openTab('/install/demo/users', {
      colorScheme: 'light',
      reducedMotion: 'reduce',
    });
    await tab.getByText('Log in as').waitFor();
    await expectSound(tab);
    await rockpool(opened.home, 'server', 'stop');
    await tab.getByRole('button', { name: 'Start the server' }).waitFor();
    await expectSound(tab);
    await tab.getByRole('button', { name: 'Start the server' }).click();
    await tab.getByText('Log in as').waitFor();
    await rockpool(opened.home, 'impersonate', 'demo', '--stop');
    await tab.context().close();
  });
});
