import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import type { Card } from '../../../../electron/contract/card.ts';
import { menuTemplate } from '../../../../electron/shells/desktop/menu.ts';
import { trayTemplate } from '../../../../electron/shells/desktop/tray.ts';

const submenu = (item: MenuItemConstructorOptions | undefined) =>
  (item?.submenu ?? []) as MenuItemConstructorOptions[];
const click = (item: MenuItemConstructorOptions | undefined): void => (item?.click as () => void)?.();

describe('the menu bar', () => {
  const shown: string[] = [];
  const actions = { show: (path: string) => shown.push(path), openOutside: (url: string) => shown.push(url) };
  const of = (platform: NodeJS.Platform, isPackaged = true) =>
    menuTemplate(actions, { platform, isPackaged });
  const flat = (items: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
    items.flatMap((item) => [item, ...flat(submenu(item))]);

  it('has the platform’s own places: settings and quit under the app’s name on a Mac, under File elsewhere', () => {
    expect(of('darwin')[0]).toMatchObject({ role: 'appMenu' });
    expect(submenu(of('darwin')[0]).map((item) => item.label ?? item.role)).toContain('Settings…');
    for (const platform of ['linux', 'win32'] as const) {
      expect(of(platform)[0]).toMatchObject({ role: 'fileMenu' });
      expect(submenu(of(platform)[0]).map((item) => item.label ?? item.role ?? item.type)).toEqual([
        'Settings…',
        'separator',
        'quit',
      ]);
    }
    for (const platform of ['darwin', 'linux', 'win32'] as const) {
      expect(of(platform).map((item) => item.role)).toContain('editMenu');
    }
  });

  it('opens each part of the page by a key of its own', () => {
    for (const item of flat(of('linux'))) if (item.accelerator !== undefined) click(item);
    expect(shown.splice(0)).toEqual(['/settings', '/', '/datasets', '/jobs', '/sources']);
    const keys = flat(of('linux')).flatMap((item) => item.accelerator ?? []);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('has developer tools in a checkout only', () => {
    const roles = (isPackaged: boolean) => flat(of('linux', isPackaged)).map((item) => item.role);
    expect(roles(true)).not.toContain('toggleDevTools');
    expect(roles(true)).not.toContain('reload');
    expect(roles(false)).toContain('toggleDevTools');
  });
});

describe('the tray’s menu', () => {
  const done: string[] = [];
  const note =
    (what: string) =>
    (name = '') =>
      done.push(`${what} ${name}`.trim());
  const actions = {
    open: () => done.push('open'),
    show: note('show'),
    reset: note('reset'),
    copyUrl: note('copy'),
    startServer: note('start'),
    stopServer: note('stop'),
    quit: () => done.push('quit'),
  };
  const card = (name: string, serverState: Card['serverState']): Card =>
    ({ name, server: `${name}_server`, serverState }) as Card;

  it('resets, copies and stops what runs, and starts what does not', () => {
    const template = trayTemplate([card('acme', 'running'), card('old', 'stopped')], actions);
    expect(template.map((item) => item.label ?? item.type)).toEqual([
      'Open Rockpool',
      'separator',
      'acme – running',
      'old – stopped',
      'separator',
      'Quit Rockpool',
    ]);
    for (const item of [...submenu(template[2]), ...submenu(template[3])]) {
      if (item.enabled !== false && item.type !== 'separator') click(item);
    }
    expect(done.splice(0)).toEqual([
      'show /install/acme',
      'copy acme',
      'reset acme',
      'stop acme_server',
      'show /install/old',
      'copy old',
      'start old_server',
    ]);
  });

  it('says so where nothing is installed, and does not grow beyond the screen', () => {
    expect(trayTemplate([], actions)[2]).toMatchObject({ label: 'No installs yet', enabled: false });
    const many = trayTemplate(
      Array.from({ length: 1000 }, (_, index) => card(`a${index}`, 'running')),
      actions,
    );
    expect(many.length).toBeLessThan(20);
    expect(many.map((item) => item.label)).toContain('988 more…');
  });
});
