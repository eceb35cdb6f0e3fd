import type { MenuItemConstructorOptions } from 'electron';
import type { Card } from '../../contract/card.ts';

/** What the tray's menu does. Each is told of its own failure; none throws. */
export interface TrayActions {
  open(): void;
  show(path: string): void;
  reset(install: string): void;
  copyUrl(install: string): void;
  startServer(server: string): void;
  stopServer(server: string): void;
  quit(): void;
}

// A menu that is taller than the screen cannot be read.
const mostInstalls = 12;

/** The tray's menu: each install with what is done most, then the window and the end. */
export function trayTemplate(cards: readonly Card[], actions: TrayActions): MenuItemConstructorOptions[] {
  const shown = cards.slice(0, mostInstalls).map((card) => installItem(card, actions));
  const rest = cards.length - shown.length;
  return [
    { label: 'Open Rockpool', click: () => actions.open() },
    { type: 'separator' },
    ...(shown.length === 0 ? [{ label: 'No installs yet', enabled: false }] : shown),
    ...(rest > 0 ? [{ label: `${rest} more…`, click: () => actions.show('/') }] : []),
    { type: 'separator' },
    { label: 'Quit Rockpool', click: () => actions.quit() },
  ];
}

function installItem(card: Card, actions: TrayActions): MenuItemConstructorOptions {
  const isRunning = card.serverState === 'running';
  return {
    // An ampersand marks a key in menus of Windows and Linux; names have none, states have none.
    label: `${card.name} – ${stateText(card.serverState)}`,
    submenu: [
      { label: 'Show', click: () => actions.show(`/install/${encodeURIComponent(card.name)}`) },
      { label: 'Copy URL', click: () => actions.copyUrl(card.name) },
      { label: `Reset ${card.name}`, enabled: isRunning, click: () => actions.reset(card.name) },
      { type: 'separator' },
      isRunning
        ? { label: `Stop server ${card.server}`, click: () => actions.stopServer(card.server) }
        : { label: `Start server ${card.server}`, click: () => actions.startServer(card.server) },
    ],
  };
}

function stateText(state: Card['serverState']): string {
  if (state === 'running') return 'running';
  if (state === 'starting') return 'starting';
  return state === 'failed' ? 'server failed' : 'stopped';
}
