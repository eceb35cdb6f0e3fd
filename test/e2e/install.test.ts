import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withChromium } from '../support/chromium.ts';
import { type Opened, openRockpool } from '../support/opened.ts';
import { queryAt } from '../support/query.ts';
import { rockpool, rockpoolJson } from '../support/rockpool.ts';

/** What a browser has and Node has not. */
interface HasInput {
  getSelection(): { selectAllChildren(node: unknown): void };
  readonly InputEvent: new (type: string, event: object) => Event;
}

describe('the page of an install', withChromium, () => {
  let opened: Opened;

  beforeAll(async () => {
    opened = await openRockpool((home) => rockpool(home, 'demo'));
  });

  afterAll(async () => {
    await opened[Symbol.asyncDispose]();
  });

  const urlOf = async () => (await rockpoolJson<{ url: string }>(opened.home, 'url', 'demo')).url;
  const nameOfPlan = async () =>
    (await queryAt(await urlOf(), 'SELECT name FROM plans WHERE id = 1'))[0]?.name;
  const rename = async (name: string) =>
    queryAt(await urlOf(), 'UPDATE plans SET name = $1 WHERE id = 1', [name]);

  it('runs a statement, and shows where one is wrong', async () => {
    const tab = await opened.openTab('/install/demo/sql');
    const editor = tab.getByRole('textbox', { name: 'SQL' });
    await editor.fill('SELECT id, name\nFROM plans\nORDER BY id');
    await tab.keyboard.press('Control+Enter');
    await tab.getByRole('table', { name: '5 rows' }).waitFor();
    await editor.fill('SELECT id,\n  nosuch\nFROM plans');
    await tab.keyboard.press('Control+Enter');
    await tab.getByRole('alert').getByText('nosuch').first().waitFor();
    await tab.getByText('Line 2, column 3').waitFor();
    // Nothing of an earlier statement is told or copied as if it were of this one.
    expect(await tab.getByText(/rows? in /).count()).toBe(0);
    expect(await tab.getByRole('button', { name: 'Copy as CSV' }).count()).toBe(0);
    const before = await tab.evaluate('getSelection().anchorNode.textContent');
    expect(before).toContain('nosuch');
    await tab.context().close();
  });

  it('shows the lines of a plan whole', async () => {
    const tab = await opened.openTab('/install/demo/sql');
    await tab
      .getByRole('textbox', { name: 'SQL' })
      .fill(
        'EXPLAIN VERBOSE SELECT u.email, a.name, p.name FROM users u JOIN accounts a ON a.id = u.account_id, projects p',
      );
    await tab.getByRole('button', { name: 'Run' }).click();
    await tab
      .getByRole('cell', { name: /Output:/ })
      .first()
      .waitFor();
    const cut = await tab
      .getByRole('cell')
      .evaluateAll(
        (cells) =>
          (cells as unknown as { scrollWidth: number; clientWidth: number }[]).filter(
            (each) => each.scrollWidth > each.clientWidth,
          ).length,
      );
    expect(cut).toBe(0);
    await tab.context().close();
  });

  it('replaces what is selected, however soon something is typed', async () => {
    const tab = await opened.openTab('/install/demo/sql');
    const editor = tab.getByRole('textbox', { name: 'SQL' });
    await editor.fill('SELECT id, name\nFROM plans\nORDER BY id');
    // A browser tells of what is typed at once, and of a new selection a moment later.
    await editor.evaluate((content) => {
      const { getSelection, InputEvent } = globalThis as unknown as HasInput;
      getSelection().selectAllChildren(content);
      const typed = { inputType: 'insertText', data: 'SELECT 1 AS one', cancelable: true, bubbles: true };
      content.dispatchEvent(new InputEvent('beforeinput', typed));
    });
    await tab.keyboard.press('Control+Enter');
    await tab.getByRole('table', { name: '1 row' }).waitFor();
    expect(await editor.innerText()).toBe('SELECT 1 AS one');
    await tab.context().close();
  });

  it('writes nothing from its console, whatever is typed', async () => {
    const tab = await opened.openTab('/install/demo/sql');
    const name = await nameOfPlan();
    const editor = tab.getByRole('textbox', { name: 'SQL' });
    for (const sql of [
      "UPDATE plans SET name = 'written'",
      "SET transaction_read_only = off; UPDATE plans SET name = 'written'",
      "WITH w AS (UPDATE plans SET name = 'written' RETURNING 1) SELECT * FROM w",
    ]) {
      await editor.fill(sql);
      await tab.getByRole('button', { name: 'Run' }).click();
      await tab.getByRole('alert').waitFor();
      expect(await nameOfPlan()).toBe(name);
    }
    await tab.context().close();
  });

  it('ends a query that would never end, in the server too (C13)', async () => {
    const tab = await opened.openTab('/install/demo/sql');
    await tab.getByRole('textbox', { name: 'SQL' }).fill('SELECT count(*) FROM generate_series(1, 1e12) n');
    await tab.getByRole('button', { name: 'Run' }).click();
    const running = async () => {
      const sql = "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%1e12%' AND pid <> pg_backend_pid()";
      return (await queryAt(await urlOf(), sql)).length;
    };
    await tab.getByRole('button', { name: 'Cancel' }).click();
    await tab.getByText('Cancelled.').waitFor();
    await expect.poll(running).toBe(0);
    await tab.getByRole('textbox', { name: 'SQL' }).fill('SELECT 1 AS one');
    await tab.getByRole('button', { name: 'Run' }).click();
    await tab.getByRole('table', { name: '1 row' }).waitFor();
    await tab.context().close();
  });

  it('leads from the diagram and from the tiles of space to the rows of a table', async () => {
    const tab = await opened.openTab('/install/demo/diagram');
    await tab.getByText('17 tables · 28 foreign keys').waitFor();
    await tab.getByRole('textbox', { name: 'Find a table' }).fill('invoice');
    await tab.getByRole('button', { name: /^invoices/ }).click();
    await tab.getByRole('grid', { name: 'Rows of public.invoices' }).waitFor();
    await tab.getByRole('navigation', { name: 'demo' }).getByRole('link', { name: 'Space' }).click();
    await tab.getByRole('button', { name: /^events/ }).click();
    await tab.getByRole('grid', { name: 'Rows of public.events' }).waitFor();
    await tab.context().close();
  });

  it('saves a snapshot, goes back to it, and deletes it', async () => {
    const tab = await opened.openTab('/install/demo/snapshots');
    const name = await nameOfPlan();
    await tab.getByRole('textbox', { name: 'Label' }).fill('before the call');
    await tab.getByRole('button', { name: 'Save a snapshot' }).click();
    const row = tab.getByRole('row', { name: /^before the call/ });
    await row.waitFor();
    await rename('changed after it');
    await row.getByRole('button', { name: 'Go back to it' }).click();
    await tab.getByText(/^Back at before the call/).waitFor();
    expect(await nameOfPlan()).toBe(name);
    await row.getByRole('button', { name: 'Delete' }).click();
    await row.waitFor({ state: 'detached' });
    await tab.reload();
    await tab.getByRole('button', { name: 'Bring before the call back' }).click();
    await row.getByRole('button', { name: 'Delete' }).click();
    await row.waitFor({ state: 'detached' });
    await tab.context().close();
  });

  it('undoes a reset: what was changed is back', async () => {
    const tab = await opened.openTab('/install/demo/data/public.plans');
    await rename('precious');
    await tab.getByRole('button', { name: 'Reset demo', exact: true }).click();
    await tab.getByText(/^demo is clean again/).waitFor();
    expect(await nameOfPlan()).not.toBe('precious');
    await tab.getByRole('button', { name: /^Back to / }).click();
    await tab.getByText(/^demo is back to/).waitFor();
    expect(await nameOfPlan()).toBe('precious');
    await tab.getByRole('grid').getByText('precious').waitFor();
    // The change is back, and so is its count: here, in the list of tables, and for the command line.
    await tab.getByText('About 1 row changed').waitFor();
    await tab.getByRole('navigation', { name: 'Changed since reset' }).getByText('plans').waitFor();
    await tab.context().close();
  });

  it('is told in a second tab what the first one does', async () => {
    const [one, two] = [
      await opened.openTab('/install/demo/data/public.plans'),
      await opened.openTab('/install/demo/data/public.plans'),
    ];
    await two.getByRole('grid').getByText('precious').waitFor();
    await one.getByRole('button', { name: 'Reset demo', exact: true }).click();
    await one.getByText(/^demo is clean again/).waitFor();
    await two.getByRole('grid').getByText('precious').waitFor({ state: 'detached' });
    await two.getByRole('button', { name: /^Back to / }).waitFor();
    await Promise.all([
      one.getByRole('button', { name: 'Reset demo', exact: true }).click(),
      two.getByRole('button', { name: 'Reset demo', exact: true }).click(),
    ]);
    // Both are served one after the other, or the second is told who holds the install.
    for (const tab of [one, two])
      await tab
        .getByText(/^demo is clean again/)
        .last()
        .or(tab.getByRole('alert'))
        .first()
        .waitFor();
    expect(await nameOfPlan()).not.toBe('precious');
    for (const tab of [one, two]) await tab.context().close();
  });

  it('tells what was left out and how long each part took', async () => {
    const tab = await opened.openTab('/install/demo/report');
    await tab.getByRole('region', { name: 'Tables' }).getByText('public.events').waitFor();
    await tab.getByRole('region', { name: 'Times' }).getByText('In all').waitFor();
    await tab.context().close();
  });

  it('sends nothing while nothing happens', async () => {
    const tab = await opened.openTab('/jobs');
    await tab.getByText('Install demo').first().waitFor();
    const frames: string[] = [];
    tab.on('websocket', (socket) => {
      socket.on('framesent', ({ payload }) => frames.push(String(payload)));
      socket.on('framereceived', ({ payload }) => frames.push(String(payload)));
    });
    await tab.reload();
    await tab.getByText('Install demo').first().waitFor();
    expect(frames.length).toBeGreaterThan(0);
    for (const place of ['Home', 'Jobs', 'Settings']) {
      await tab
        .getByRole('link', { name: new RegExp(`^${place}`) })
        .first()
        .click();
      // What happened before may still have its echo: the size of a server, the end of a job.
      const isQuiet = async () => {
        const before = frames.length;
        await tab.waitForTimeout(10_000);
        return frames.length === before;
      };
      let quiet = false;
      // On a busy machine the background takes its time with what the tests before have asked for.
      for (let look = 0; look < 7 && !quiet; look++) quiet = await isQuiet();
      expect(quiet).toBe(true);
    }
    await tab.context().close();
  });

  it('complains of nothing on the console', () => {
    expect(opened.complaints).toEqual([]);
  });
});
