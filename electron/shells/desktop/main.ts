import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  app,
  BrowserWindow,
  clipboard,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  Notification,
  nativeImage,
  nativeTheme,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  Tray,
  utilityProcess,
} from 'electron';
import { pageOrigin, scheme } from './address.ts';
import { openBackstage } from './backstage.ts';
import { openCoreLink } from './corelink.ts';
import { denyPermissions, guardContents } from './guards.ts';
import { listenForPages } from './ipc.ts';
import { serveKeyring } from './keyring.ts';
import { menuTemplate } from './menu.ts';
import { readPlace, writePlace } from './place.ts';
import type { CallPort } from './port.ts';
import { makePageHandler } from './protocol.ts';
import { openSealed } from './secrets.ts';
import { windowOptions } from './window.ts';

/** The desktop shell: Electron's objects are handed to the pieces beside this file, and nothing is decided here. */
const page = fileURLToPath(new URL('../../../dist/renderer', import.meta.url));
const icon = fileURLToPath(new URL('../../../resources/icons/icon.png', import.meta.url));
const preload = fileURLToPath(new URL('./preload.ts', import.meta.url));
const core = fileURLToPath(new URL('./core.ts', import.meta.url));
// A job cleans up within this, or the next start does it.
const endWithinMs = 20_000;

if (process.env.ROCKPOOL_HOME) app.setPath('userData', join(process.env.ROCKPOOL_HOME, 'desktop'));
app.enableSandbox();
protocol.registerSchemesAsPrivileged([
  { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);

let window: BrowserWindow | null = null;
let isQuitting = false;

const openOutside = (url: string): void => void shell.openExternal(url);
app.on('web-contents-created', (_event, contents) => guardContents(contents, openOutside));

if (!app.requestSingleInstanceLock()) app.quit();
else void start();

async function start(): Promise<void> {
  app.on('second-instance', () => show());
  await app.whenReady();
  denyPermissions(session.defaultSession);
  protocol.handle(scheme, makePageHandler(page));

  const sealed = openSealed(safeStorage, join(app.getPath('userData'), 'secrets', 'sealed.json'));
  const link = openCoreLink(() => utilityProcess.fork(core, [], { serviceName: 'Rockpool core' }), {
    onLost: () => backstage.connect(1000),
    onReport: ({ message, hint }) => {
      dialog.showErrorBox(message, hint ?? '');
      app.exit(1);
    },
    openKeyring: () => {
      const { port1, port2 } = new MessageChannelMain();
      serveKeyring(sealed, port1 as unknown as CallPort);
      return port2;
    },
  });
  listenForPages(ipcMain, () => new MessageChannelMain(), link.connect);

  const tray = new Tray(nativeImage.createFromPath(icon).resize({ width: 18, height: 18 }));
  tray.setToolTip('Rockpool');
  tray.on('click', () => show());
  const backstage = openBackstage({
    makeChannel: () => new MessageChannelMain(),
    giveToCore: link.connect,
    setTrayMenu: (template) => tray.setContextMenu(Menu.buildFromTemplate(template)),
    setProgress: (progress) =>
      window?.setProgressBar(progress?.share ?? -1, { mode: progress?.mode ?? 'none' }),
    notify: (title, body) => {
      const notification = new Notification({ title, body });
      notification.on('click', () => show('/jobs'));
      notification.show();
    },
    isWatched: () => window?.isFocused() ?? false,
    copy: (text) => clipboard.writeText(text),
    show,
    quit: () => app.quit(),
  });
  backstage.connect();

  Menu.setApplicationMenu(
    Menu.buildFromTemplate(
      menuTemplate({ show, openOutside }, { platform: process.platform, isPackaged: app.isPackaged }),
    ),
  );
  app.on('activate', () => show());
  // The tray stays: installs are used while nobody looks. Quitting is a word of its own.
  app.on('window-all-closed', () => {});
  app.on('before-quit', (event) => {
    if (isQuitting) return;
    isQuitting = true;
    event.preventDefault();
    void link.end(endWithinMs).finally(() => app.quit());
  });
  show();
}

/** Brings the window to the front, makes it where there is none, and shows a part of the page such as `/jobs`. */
function show(path?: string): void {
  if (isQuitting) return;
  const url = `${pageOrigin}/${path === undefined ? '' : `#${path}`}`;
  if (window === null) {
    window = openWindow();
    void window.loadURL(url);
    return;
  }
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
  if (path !== undefined) void window.loadURL(url);
}

function openWindow(): BrowserWindow {
  const file = join(app.getPath('userData'), 'window.json');
  const place = readPlace(
    file,
    screen.getAllDisplays().map((display) => display.workArea),
  );
  const isDark = nativeTheme.shouldUseDarkColors;
  const opened = new BrowserWindow(
    windowOptions({ place, preload, icon, isPackaged: app.isPackaged, isDark }),
  );
  if (place.isMaximized) opened.maximize();
  opened.once('ready-to-show', () => opened.show());
  opened.on('close', () => {
    writePlace(file, { ...opened.getNormalBounds(), isMaximized: opened.isMaximized() });
  });
  opened.on('closed', () => {
    window = null;
  });
  return opened;
}
