import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { securityHeaders } from '../../../../electron/app/page/headers.ts';
import { makePageHandler } from '../../../../electron/shells/desktop/protocol.ts';
import { makeFolder, type TemporaryFolder } from '../../../support/folder.ts';

describe('the page’s files in the window', () => {
  let outer: TemporaryFolder;
  let ask: (url: string, options?: RequestInit) => Promise<Response>;

  beforeAll(() => {
    outer = makeFolder();
    const page = join(outer.path, 'page');
    mkdirSync(join(page, 'assets'), { recursive: true });
    writeFileSync(join(outer.path, 'secret.txt'), 'the secret');
    writeFileSync(join(page, 'index.html'), '<meta name="style-nonce" content="__CSP_NONCE__">');
    writeFileSync(join(page, 'assets/app.js'), 'run()');
    symlinkSync(join(outer.path, 'secret.txt'), join(page, 'assets/link.txt'));
    symlinkSync(outer.path, join(page, 'up'));
    const handler = makePageHandler(page);
    ask = (url, options) => handler(new Request(url, options));
  });

  afterAll(() => outer[Symbol.dispose]());

  it('come with their type, the policy as a header, and a nonce of this load', async () => {
    const answer = await ask('app://rockpool/');
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const nonce = /content="([^"]+)"/.exec(await answer.text())?.[1] ?? '';
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain(`style-src 'self' 'nonce-${nonce}'`);
    expect(policy).toContain("connect-src 'self';");
    const script = await ask('app://rockpool/assets/app.js');
    expect([script.status, await script.text()]).toEqual([200, 'run()']);
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  });

  it('are those of one folder: no way leads out of it (A9)', async () => {
    const urls = [
      'app://rockpool/..%2fsecret.txt',
      'app://rockpool/%2e%2e/secret.txt',
      'app://rockpool/assets/..%2f..%2fsecret.txt',
      'app://rockpool/assets/%5c..%5c..%5csecret.txt',
      'app://rockpool/assets/link.txt',
      'app://rockpool/up/secret.txt',
      'app://rockpool/%00',
      'app://rockpool/%zz',
      'app://rockpool//etc/passwd',
      'app://rockpool/none.js',
      'app://other/index.html',
      'app://rockpool.evil.test/index.html',
      'file:///etc/passwd',
    ];
    for (const url of urls) {
      const answer = await ask(url);
      expect([url, [400, 404].includes(answer.status), await answer.text()]).toEqual([url, true, '']);
    }
  });

  it('are read and nothing else', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'HEAD']) {
      expect((await ask('app://rockpool/', { method })).status).toBe(405);
    }
  });

  it('carry every header, also on what is refused (A1)', async () => {
    for (const url of ['app://rockpool/', 'app://rockpool/none.js', 'app://other/']) {
      const { headers } = await ask(url);
      for (const name of Object.keys(securityHeaders(null, null)))
        expect([name, headers.has(name)]).toEqual([name, true]);
    }
  });
});
