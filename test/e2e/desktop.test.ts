import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../scripts/bundle.ts';
import { makeFolder, type TemporaryFolder } from '../support/folder.ts';
import { type Home, makeHome } from '../support/home.ts';
import { skipWhereNotToBeHad } from '../support/skip.ts';

const electron = process.env.ROCKPOOL_ELECTRON ?? '';
const withElectron = skipWhereNotToBeHad(
  existsSync(electron),
  'there is no Electron program; name one with ROCKPOOL_ELECTRON (Linux: with a display)',
);

describe('the desktop shell in Electron', withElectron, () => {
  let home: Home;
  let folder: TemporaryFolder;
  let app: ElectronApplication;
  let page: Page;

  const launch = () =>
    _electron.launch({
      executablePath: electron,
      args: [join(folder.path, 'app')],
      env: { ...(process.env as Record<string, string>), ROCKPOOL_HOME: home.path },
    });

  beforeAll(async () => {
    home = await makeHome();
    folder = makeFolder();
    await bundle(join(folder.path, 'app'));
    app = await launch();
    page = await app.firstWindow();
    await page.getByRole('navigation').first().waitFor();
  });

  afterAll(async () => {
    await app?.close();
    folder?.[Symbol.dispose]();
    await home?.[Symbol.asyncDispose]();
  });

  it('shows the page from its own scheme, and has no Node in it (A2, A5)', async () => {
    expect(page.url()).toMatch(/^app:\/\/rockpool\//);
    const globals = await page.evaluate(
      '[typeof require, typeof process, typeof module, typeof Buffer, typeof electron]',
    );
    expect(globals).toEqual(['undefined', 'undefined', 'undefined', 'undefined', 'undefined']);
    expect(await page.evaluate('Object.keys(window.rockpool).sort()')).toEqual(['connect', 'pathOf']);
  });

  it('stays where it is: no window, no other address, no file (A6, A9)', async () => {
    expect(await page.evaluate("window.open('https://evil.test/')")).toBeNull();
    await page.evaluate("location.href = 'https://evil.test/'");
    await page.evaluate("location.href = 'file:///etc/passwd'");
    await page.waitForTimeout(500);
    expect(page.url()).toMatch(/^app:\/\/rockpool\//);
    expect(app.windows()).toHaveLength(1);
    const read = page.evaluate(
      "fetch('app://rockpool/..%2f..%2fpackage.json').then((answer) => answer.status)",
    );
    expect([400, 404]).toContain(await read);
  });

  it('asks for nothing that is granted (A8)', async () => {
    const asked = page.evaluate(
      "navigator.permissions.query({ name: 'geolocation' }).then((found) => found.state)",
    );
    expect(await asked).toBe('denied');
    await expect(page.evaluate('navigator.mediaDevices.getUserMedia({ video: true })')).rejects.toThrow();
  });

  it('speaks with its core, and again after the core was killed', async () => {
    await page.getByRole('heading').first().waitFor();
    await app.evaluate(({ app: electronApp }) => {
      const core = electronApp.getAppMetrics().find((each) => each.name === 'Rockpool core');
      if (core !== undefined) process.kill(core.pid, 'SIGKILL');
    });
    await page.getByRole('alert').first().waitFor();
    await page.getByRole('alert').first().waitFor({ state: 'detached' });
  });

  it('is there once: a second start brings the first to the front (A14)', async () => {
    const second = await launch().catch(() => null);
    await second?.close().catch(() => {});
    expect(app.windows()).toHaveLength(1);
    expect(await page.title()).not.toBe('');
  });
});
