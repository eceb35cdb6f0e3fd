import { EventEmitter } from 'node:events';
import type { Session, WebContents } from 'electron';
import { beforeEach, describe, expect, it } from 'vitest';
import { isOutsideUrl, isPageUrl } from '../../../../electron/shells/desktop/address.ts';
import { denyPermissions, guardContents } from '../../../../electron/shells/desktop/guards.ts';

type OpenHandler = Parameters<WebContents['setWindowOpenHandler']>[0];
type RequestHandler = NonNullable<Parameters<Session['setPermissionRequestHandler']>[0]>;
type CheckHandler = NonNullable<Parameters<Session['setPermissionCheckHandler']>[0]>;

const elsewhere = [
  'https://evil.test/',
  'http://127.0.0.1:7465/',
  'file:///etc/passwd',
  'app://rockpool.evil.test/',
  'app://other/',
  'app://user@rockpool/',
  'data:text/html,x',
  'javascript:alert(1)',
  'about:blank',
  'blob:app://other/1',
  '',
];

describe('where a page may go', () => {
  const events = new EventEmitter();
  const opened: string[] = [];
  let open: OpenHandler;
  beforeEach(() => {
    events.removeAllListeners();
    opened.length = 0;
    const contents = Object.assign(events, {
      setWindowOpenHandler: (handler: OpenHandler) => {
        open = handler;
      },
    });
    guardContents(contents as unknown as WebContents, (url) => opened.push(url));
  });

  function isPrevented(event: string, url: string): boolean {
    let prevented = false;
    events.emit(event, { url, preventDefault: () => (prevented = true) });
    return prevented;
  }

  it('is nowhere: neither by a link, a drop, a frame nor a redirect (A6)', () => {
    for (const url of elsewhere) {
      for (const event of ['will-navigate', 'will-frame-navigate', 'will-redirect']) {
        expect([event, url, isPrevented(event, url)]).toEqual([event, url, true]);
      }
    }
    expect(isPrevented('will-navigate', 'app://rockpool/#/jobs')).toBe(false);
    expect(isPrevented('will-attach-webview', 'app://rockpool/')).toBe(true);
  });

  it('never opens a window; addresses of the list go to the browser, others nowhere (A6, A7)', () => {
    const asked = [
      ...elsewhere,
      'https://www.postgresql.org/docs/',
      'http://localhost:3000/login',
      'app://rockpool/',
    ];
    for (const url of asked) expect(open({ url } as Parameters<OpenHandler>[0])).toEqual({ action: 'deny' });
    expect(opened).toEqual([
      'http://127.0.0.1:7465/',
      'https://www.postgresql.org/docs/',
      'http://localhost:3000/login',
    ]);
  });

  it('outside is https of a known host, or this machine, and nothing else (A7)', () => {
    const refused = [
      'file:///etc/passwd',
      'smb://server/share',
      'javascript:alert(1)',
      'ms-msdt:/id',
      'http://www.postgresql.org/',
      'https://www.postgresql.org.evil.test/',
      'https://evil.test/?www.postgresql.org',
      'https://www.postgresql.org@evil.test/',
      'https://a:b@www.postgresql.org/',
      'https://www.postgresql.org:8443/',
      'http://localhost.evil.test/',
      'http://user@localhost/',
      'ftp://localhost/',
      'vscode://file/x',
      'not an address',
    ];
    for (const url of refused) expect([url, isOutsideUrl(url)]).toEqual([url, false]);
    for (const url of ['https://docs.docker.com/x', 'http://127.0.0.1:8000/', 'https://[::1]:8443/']) {
      expect([url, isOutsideUrl(url)]).toEqual([url, true]);
    }
  });

  it('knows its own page by scheme and host, whole', () => {
    for (const url of elsewhere) expect([url, isPageUrl(url)]).toEqual([url, false]);
    expect(isPageUrl('app://rockpool/#/install/acme')).toBe(true);
  });
});

describe('what a page may have', () => {
  const events = new EventEmitter();
  const handlers: { request?: RequestHandler; check?: CheckHandler; device?: () => boolean } = {};
  denyPermissions(
    Object.assign(events, {
      setPermissionRequestHandler: (handler: RequestHandler) => {
        handlers.request = handler;
      },
      setPermissionCheckHandler: (handler: CheckHandler) => {
        handlers.check = handler;
      },
      setDevicePermissionHandler: (handler: () => boolean) => {
        handlers.device = handler;
      },
      setDisplayMediaRequestHandler: () => {},
    }) as unknown as Session,
  );

  function request(permission: string, requestingUrl: string, isMainFrame = true): boolean {
    let granted = false;
    const details = { requestingUrl, isMainFrame };
    const decide = (answer: boolean) => {
      granted = answer;
    };
    handlers.request?.(null as never, permission as never, decide, details as never);
    return granted;
  }
  const check = (permission: string, origin: string) =>
    handlers.check?.(null, permission as never, origin, {} as never) ?? true;

  it('is nothing that it asks for or looks up, but to copy a text (A8)', () => {
    const permissions = [
      'media',
      'geolocation',
      'notifications',
      'clipboard-read',
      'fileSystem',
      'hid',
      'openExternal',
      'unknown',
    ];
    for (const permission of permissions) {
      expect([permission, request(permission, 'app://rockpool/')]).toEqual([permission, false]);
      expect([permission, check(permission, 'app://rockpool')]).toEqual([permission, false]);
    }
    expect(request('clipboard-sanitized-write', 'app://rockpool/')).toBe(true);
    expect(check('clipboard-sanitized-write', 'app://rockpool/')).toBe(true);
    expect(request('clipboard-sanitized-write', 'https://evil.test/')).toBe(false);
    expect(request('clipboard-sanitized-write', 'app://rockpool/', false)).toBe(false);
    expect(check('clipboard-sanitized-write', 'https://evil.test')).toBe(false);
    expect(handlers.device?.()).toBe(false);
  });

  it('is no download but of what the page has made itself', () => {
    const isPrevented = (url: string): boolean => {
      let prevented = false;
      events.emit('will-download', { preventDefault: () => (prevented = true) }, { getURL: () => url });
      return prevented;
    };
    expect(isPrevented('https://evil.test/x.exe')).toBe(true);
    expect(isPrevented('blob:https://evil.test/1')).toBe(true);
    expect(isPrevented('blob:app://rockpool/1')).toBe(false);
  });
});
