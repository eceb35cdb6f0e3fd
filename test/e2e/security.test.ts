import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withChromium } from '../support/chromium.ts';
import { makeFolder, type TemporaryFolder } from '../support/folder.ts';
import { type Opened, openRockpool } from '../support/opened.ts';
import { rockpool, rockpoolJson, sampleRevision } from '../support/rockpool.ts';

const hostile = '<img src=x onerror="document.title=1"><script>document.title=2';

describe('the page as it is served', withChromium, () => {
  let opened: Opened;
  let folder: TemporaryFolder;

  beforeAll(async () => {
    folder = makeFolder();
    const dataset = join(folder.path, hostile, '1');
    mkdirSync(dataset, { recursive: true });
    cpSync(sampleRevision, dataset, { recursive: true });
    opened = await openRockpool(async (home) => {
      await rockpool(home, 'demo');
      await rockpoolJson(home, 'source', 'add', 'odd', folder.path);
    });
  });

  afterAll(async () => {
    await opened?.[Symbol.asyncDispose]();
    folder?.[Symbol.dispose]();
  });

  const run = (page: Page, script: string): Promise<unknown> => page.evaluate(script);

  it('breaks no rule of its own policy on any of its pages (B9)', async () => {
    const page = await opened.openTab();
    await run(
      page,
      `window.broken = []; addEventListener('securitypolicyviolation', (event) =>
        window.broken.push(event.violatedDirective + ' ' + event.blockedURI));`,
    );
    for (const path of ['/datasets', '/install/demo', '/jobs', '/sources', '/settings', '/']) {
      await run(page, `location.hash = '#${path}'`);
      await page.waitForTimeout(500);
    }
    expect(await run(page, 'window.broken')).toEqual([]);
    expect(opened.complaints).toEqual([]);
  });

  it('shows a name that is markup as text (A1)', async () => {
    const page = await opened.openTab('/datasets');
    await page.getByText('<img src=x', { exact: false }).first().waitFor();
    expect(await page.locator('img[src=x]').count()).toBe(0);
    expect(await page.title()).not.toMatch(/^[12]$/);
  });

  it('lets no script in that is not a file of its own, whoever adds it (A1)', async () => {
    const page = await opened.openTab();
    const before = await page.title();
    await run(
      page,
      `const script = document.createElement('script');
       try { script.textContent = 'document.title = 1'; } catch {}
       document.head.append(script);
       const button = document.createElement('button');
       try { button.setAttribute('onclick', 'document.title = 2'); document.body.append(button); button.click(); } catch {}
       const frame = document.createElement('iframe');
       try { frame.srcdoc = '<script>parent.document.title = 3</script>'; document.body.append(frame); } catch {}`,
    );
    await expect(
      run(page, `document.body.innerHTML = '<img src=x onerror="document.title = 4">'`),
    ).rejects.toThrow();
    // Later, by the page itself: what a test evaluates may evaluate text, whatever the policy says.
    await run(page, `setTimeout(() => new Function('document.title = 5')())`);
    await expect(run(page, `setTimeout('document.title = 6')`)).rejects.toThrow(/TrustedScript/);
    await page.waitForTimeout(200);
    await expect(run(page, `fetch('https://example.com/')`)).rejects.toThrow();
    expect(await page.title()).toBe(before);
    opened.complaints.length = 0;
  });

  it('keeps nothing of the token where another page could find it (B7)', async () => {
    const page = await opened.openTab();
    expect(await page.context().cookies()).toEqual([]);
    expect(await run(page, 'JSON.stringify(localStorage)')).not.toMatch(/[\w-]{43}/);
    expect(page.url()).not.toMatch(/[\w-]{43}/);
    expect(await run(page, 'document.referrer')).toBe('');
  });
});
