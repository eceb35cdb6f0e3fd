import type { Page } from 'playwright';

/** A state of a page worth a picture. */
export interface Scene {
  readonly name: string;
  /** Which home it is taken in: an empty one, or one with installs, sources and jobs. */
  readonly home: 'empty' | 'full';
  show(page: Page): Promise<void>;
  /** Commands before it and after it, as `server stop`. */
  readonly before?: readonly string[];
  readonly after?: readonly string[];
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

/** A page whose answers do not come: what is told by the app itself comes all the same where `isKnown`. */
function waiting(name: string, hash: string, isKnown = true): Scene {
  return {
    name: `${name}-loading`,
    home: 'full',
    show: async (page) => {
      await page.routeWebSocket(/\/rpc$/, (socket) => {
        socket.connectToServer().onMessage((message) => {
          if (isKnown && String(message).includes('"cards"')) socket.send(message);
        });
      });
      await go(page, hash);
      await page.reload();
      await page.waitForTimeout(1500);
    },
  };
}

const stopped = { before: ['server', 'stop'], after: ['server', 'start'] } as const;

const text = (wanted: string | RegExp) => (page: Page) => page.getByText(wanted).first().waitFor();

const query = `SELECT a.name, count(*) AS users, max(u.created_at) AS newest\nFROM accounts a\nJOIN users u ON u.account_id = a.id\nGROUP BY a.name\nORDER BY users DESC`;

export const scenes: readonly Scene[] = [
  at('first-run', 'empty', '/', (page) => page.getByRole('button').first().waitFor()),
  at('jobs-empty', 'empty', '/jobs', text('Nothing has been done yet.')),
  at('home', 'full', '/', text('globex')),
  at('jobs', 'full', '/jobs', text('Install acme')),
  at('settings', 'full', '/settings', text('Data folder')),
  at('sources', 'full', '/sources', text('staging')),
  at('datasets', 'full', '/datasets', text('tidewater')),
  at('diagram', 'full', '/install/acme/diagram', async (page) => {
    // The names are in the page before they are arranged.
    await page.getByText(/\d+ tables · \d+ foreign keys/).waitFor();
    await page.getByText('Arranging …').waitFor({ state: 'detached' });
  }),
  at('space', 'full', '/install/acme/space', text('in all')),
  at('row', 'full', '/install/acme/data/public.tasks', async (page) => {
    await page.getByRole('gridcell').first().waitFor();
    await page.getByRole('grid').focus();
    await page.keyboard.press('ArrowDown');
    await page.getByText('is named in').waitFor();
  }),
  at('sql', 'full', '/install/acme/sql', async (page) => {
    await page.getByRole('textbox', { name: 'SQL' }).fill(query);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Run' }).click();
    await page.getByText(/rows? in /).waitFor();
  }),
  at('sql-failed', 'full', '/install/acme/sql', async (page) => {
    await page.getByRole('textbox', { name: 'SQL' }).fill(query.replace('account_id', 'acount_id'));
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Run' }).click();
    await page.getByRole('alert').waitFor();
  }),
  at('demo', 'full', '/install/acme/demo', async (page) => {
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText('tried on the spare').waitFor();
  }),
  at('demo-empty', 'full', '/install/globex/demo', text('No statements yet.')),
  at('users', 'full', '/install/acme/users', async (page) => {
    await page.getByRole('button', { name: /^redacted3@/ }).click();
    await page.getByText('users.password_hash').waitFor();
  }),
  at('snapshots', 'full', '/install/acme/snapshots', text('before the migration')),
  at('snapshots-empty', 'full', '/install/globex/snapshots', text('No snapshot yet.')),
  at('report', 'full', '/install/acme/report', text('Tables')),
  at('not-there', 'full', '/install/nobody', text('There is no install called nobody.')),
  at('jobs-failed', 'full', '/jobs', async (page) => {
    await page.getByRole('button', { name: /Install billing/ }).click();
    await page.getByText(/^Failed at/).waitFor();
  }),
  at('sources-empty', 'empty', '/sources', text('No sources yet')),
  waiting('home', '/', false),
  waiting('data', '/install/acme/data'),
  waiting('diagram', '/install/acme/diagram'),
  waiting('demo', '/install/acme/demo'),
  waiting('jobs', '/jobs', false),
  waiting('settings', '/settings'),
  { ...at('home-stopped', 'full', '/', text('is stopped')), ...stopped },
  { ...at('data-stopped', 'full', '/install/acme/data', text('Its server is stopped.')), ...stopped },
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
