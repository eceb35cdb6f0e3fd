import type { Page } from 'playwright';

/** A state of a page worth a picture. */
export interface Scene {
  readonly name: string;
  /** Which home it is taken in: an empty one, or one with installs, sources and jobs. */
  readonly home: 'empty' | 'full';
  show(page: Page): Promise<void>;
}

async function go(page: Page, hash: string): Promise<void> {
  await page.goto(`${new URL(page.url()).origin}/#${hash}`);
}

/** A page, once what it waits for is there. */
function at(name: string, home: Scene['home'], hash: string, ready: (page: Page) => Promise<unknown>): Scene {
  return {
    name,
    home,
    show: async (page) => {
      await go(page, hash);
      await ready(page);
    },
  };
}

const text = (wanted: string | RegExp) => (page: Page) => page.getByText(wanted).first().waitFor();

export const scenes: readonly Scene[] = [
  at('first-run', 'empty', '/', (page) => page.getByRole('button').first().waitFor()),
  at('jobs-empty', 'empty', '/jobs', text('Nothing has been done yet.')),
  at('home', 'full', '/', text('globex')),
  at('jobs', 'full', '/jobs', text('Install acme')),
  at('settings', 'full', '/settings', text('Data folder')),
  at('sources', 'full', '/sources', text('staging')),
  at('datasets', 'full', '/datasets', text('tidewater')),
  at('data', 'full', '/install/acme/data', text('users')),
  at('diagram', 'full', '/install/acme/diagram', text('users')),
  at('space', 'full', '/install/acme/space', text('in all')),
  at('sql', 'full', '/install/acme/sql', (page) => page.waitForTimeout(1500)),
  at('demo', 'full', '/install/acme/demo', (page) => page.waitForTimeout(1500)),
  at('users', 'full', '/install/acme/users', (page) => page.waitForTimeout(1500)),
  at('snapshots', 'full', '/install/acme/snapshots', text('before the migration')),
  at('report', 'full', '/install/acme/report', text('Tables')),
  at('not-there', 'full', '/install/nobody', text('There is no install called nobody.')),
  {
    name: 'palette',
    home: 'full',
    show: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByPlaceholder('Find anything').fill('ac');
      await page.waitForTimeout(300);
    },
  },
];
