import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeHome } from '../../support/home.ts';

const script = join(import.meta.dirname, '../../../scripts/start.ts');

describe('npm start', () => {
  it('opens the browser shell where no Electron can be had, says so and why, and ends when it is told to', async () => {
    await using home = await makeHome();
    const environment = { ...home.environment, HOME: home.path, ROCKPOOL_ELECTRON: '/no/electron' };
    const child = execFile(process.execPath, [script, '--no-browser'], { env: environment });
    let said = '';
    let printed = '';
    child.stderr?.on('data', (text: string) => {
      said += text;
    });
    for await (const text of child.stdout ?? []) {
      printed += text;
      if (printed.includes('Ctrl-C')) break;
    }
    expect(said).toContain('in a browser tab: ROCKPOOL_ELECTRON names /no/electron, which is not there.');
    const url = /http:\/\/127\.0\.0\.1:\d+\/#code=[\w-]+/.exec(printed)?.[0] ?? '';
    const page = await fetch(new URL('/', url));
    expect([page.status, await page.text()]).toEqual([
      200,
      expect.stringContaining('<title>Rockpool</title>'),
    ]);
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
  });
});
