import type { MenuItemConstructorOptions } from 'electron';

/** What the menu bar does that no role of the system does. */
export interface MenuActions {
  /** Shows a part of the page, such as `/jobs`. */
  show(path: string): void;
  openOutside(url: string): void;
}

const pages: readonly (readonly [string, string])[] = [
  ['Home', '/'],
  ['Datasets', '/datasets'],
  ['Jobs', '/jobs'],
  ['Sources', '/sources'],
];

/** The menu bar, with the shortcuts that people expect on their platform. */
export function menuTemplate(
  actions: MenuActions,
  { platform, isPackaged }: { platform: NodeJS.Platform; isPackaged: boolean },
): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin';
  const settings: MenuItemConstructorOptions = {
    label: 'Settings…',
    accelerator: 'CommandOrControl+,',
    click: () => actions.show('/settings'),
  };
  const application: MenuItemConstructorOptions = {
    role: 'appMenu',
    submenu: [
      { role: 'about' },
      { type: 'separator' },
      settings,
      { type: 'separator' },
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      { type: 'separator' },
      { role: 'quit' },
    ],
  };
  const file: MenuItemConstructorOptions = {
    role: 'fileMenu',
    submenu: isMac ? [{ role: 'close' }] : [settings, { type: 'separator' }, { role: 'quit' }],
  };
  const view: MenuItemConstructorOptions = {
    label: 'View',
    submenu: [
      ...pages.map(([label, path], index) => ({
        label,
        accelerator: `CommandOrControl+${index + 1}`,
        click: () => actions.show(path),
      })),
      { type: 'separator' },
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { type: 'separator' },
      { role: 'togglefullscreen' },
      ...(isPackaged ? [] : [{ role: 'reload' as const }, { role: 'toggleDevTools' as const }]),
    ],
  };
  const help: MenuItemConstructorOptions = {
    role: 'help',
    submenu: [
      {
        label: 'PostgreSQL documentation',
        click: () => actions.openOutside('https://www.postgresql.org/docs/current/'),
      },
      ...(isMac ? [] : [{ type: 'separator' as const }, { role: 'about' as const }]),
    ],
  };
  return [...(isMac ? [application] : []), file, { role: 'editMenu' }, view, { role: 'windowMenu' }, help];
}
