import { EventEmitter } from 'node:events';
import { basename } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import type { BrowserWindowConstructorOptions, CustomScheme, MenuItemConstructorOptions } from 'electron';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

// A machine may be busy: this only ends what hangs.
const soon = { timeout: 60_000 };

/** Electron's objects as far as main.ts touches them; what it does with them is written down. */
const electron = vi.hoisted(() => ({ calls: [] as string[], made: {} as Record<string, unknown> }));
const { calls, made } = electron;

class StandInWindow extends EventEmitter {
  readonly options: BrowserWindowConstructorOptions;
  constructor(options: BrowserWindowConstructorOptions) {
    super();
    this.options = options;
    made.window = this;
  }
  loadURL = async (url: string): Promise<void> => void calls.push(`load ${url}`);
  show = (): void => void calls.push('show');
  focus = (): void => void calls.push('focus');
  maximize = (): void => {};
  isMinimized = (): boolean => false;
  isMaximized = (): boolean => false;
  isFocused = (): boolean => true;
  getNormalBounds = () => ({ x: 1, y: 2, width: 1000, height: 700 });
  setProgressBar = (): void => {};
}

vi.mock('electron', async () => {
  const { EventEmitter: Emitter } = await import('node:events');
  const app = Object.assign(new Emitter(), {
    isPackaged: true,
    setPath: (name: string, path: string) => calls.push(`path ${name} ${path}`),
    getPath: () => '/nowhere/that/can/be/written',
    enableSandbox: () => calls.push('sandbox'),
    requestSingleInstanceLock: () => true,
    whenReady: async () => void calls.push('ready'),
    quit: () => calls.push('quit'),
    exit: (code: number) => calls.push(`exit ${code}`),
  });
  const session = Object.assign(new Emitter(), {
    setPermissionRequestHandler: () => calls.push('permissions'),
    setPermissionCheckHandler: () => {},
    setDevicePermissionHandler: () => {},
    setDisplayMediaRequestHandler: () => {},
  });
  const core = Object.assign(new Emitter(), {
    postMessage: (message: unknown) => {
      calls.push(`core ${String(message)}`);
      if (message === 'end') queueMicrotask(() => core.emit('exit', 0));
    },
    kill: () => true,
  });
  Object.assign(made, { app, core });
  return {
    app,
    BrowserWindow: StandInWindow,
    clipboard: { writeText: () => {} },
    dialog: { showErrorBox: (title: string) => calls.push(`box ${title}`) },
    ipcMain: new Emitter(),
    Menu: {
      buildFromTemplate: (template: MenuItemConstructorOptions[]) => template,
      setApplicationMenu: () => calls.push('menu'),
    },
    MessageChannelMain: MessageChannel,
    Notification: Emitter,
    nativeImage: { createFromPath: (path: string) => ({ resize: () => basename(path) }) },
    nativeTheme: { shouldUseDarkColors: true },
    protocol: {
      registerSchemesAsPrivileged: (schemes: CustomScheme[]) =>
        calls.push(`scheme ${JSON.stringify(schemes)}`),
      handle: (scheme: string) => calls.push(`handle ${scheme}`),
    },
    safeStorage: { isAsyncEncryptionAvailable: async () => false },
    screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
    session: { defaultSession: session },
    shell: { openExternal: () => {} },
    Tray: class extends Emitter {
      setToolTip = (): void => {};
      setContextMenu = (): void => void calls.push('tray');
    },
    utilityProcess: {
      fork: (path: string) => {
        calls.push(`fork ${basename(path)}`);
        return core;
      },
    },
  };
});

describe('the desktop shell’s start', () => {
  const home = process.env.ROCKPOOL_HOME;
  beforeAll(async () => {
    process.env.ROCKPOOL_HOME = '/a/home';
    await import('../../../../electron/shells/desktop/main.ts');
    await vi.waitFor(() => expect(calls).toContain('load app://rockpool/'), soon);
    await vi.waitFor(() => expect(calls).toContain('core page'), soon);
  });
  afterAll(() => {
    if (home === undefined) delete process.env.ROCKPOOL_HOME;
    else process.env.ROCKPOOL_HOME = home;
  });

  it('sets sandbox, scheme and data folder before Electron is ready, and permissions before there is a window (A2, A8)', () => {
    const order = [
      'path userData /a/home/desktop',
      'sandbox',
      'ready',
      'permissions',
      'handle app',
      'load app://rockpool/',
    ];
    const places = order.map((call) => calls.indexOf(call));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
    const scheme = calls.findIndex((call) => call.startsWith('scheme '));
    expect(scheme).toBeLessThan(calls.indexOf('ready'));
    expect(calls[scheme]).toContain('"standard":true,"secure":true,"supportFetchAPI":true');
  });

  it('gives the window a sandboxed preload, and guards every web contents (A2, A6)', () => {
    const { options } = made.window as StandInWindow;
    expect(options.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
    });
    let opener: ((details: { url: string }) => unknown) | undefined;
    const contents = Object.assign(new EventEmitter(), {
      setWindowOpenHandler: (handler: typeof opener) => {
        opener = handler;
      },
    });
    (made.app as EventEmitter).emit('web-contents-created', {}, contents);
    expect(opener?.({ url: 'https://evil.test/' })).toEqual({ action: 'deny' });
    expect(contents.listenerCount('will-navigate')).toBe(1);
  });

  it('starts its core as a process of its own, and another one when that one died', async () => {
    expect(calls.filter((call) => call.startsWith('fork '))).toHaveLength(1);
    const core = calls.filter((call) => call.startsWith('core '));
    expect(core.slice(0, 2)).toEqual(['core keyring', 'core page']);
    (made.core as EventEmitter).emit('exit', 139);
    await expect.poll(() => calls.filter((call) => call.startsWith('fork ')), soon).toHaveLength(2);
  });

  it('brings its window to the front when it is started a second time (A14)', () => {
    calls.length = 0;
    (made.app as EventEmitter).emit('second-instance');
    expect(calls).toEqual(['show', 'focus']);
  });

  it('stays in the tray without a window, and makes another one when it is asked for', () => {
    calls.length = 0;
    const window = made.window as StandInWindow;
    window.emit('close');
    window.emit('closed');
    (made.app as EventEmitter).emit('window-all-closed');
    expect(calls).toEqual([]);
    (made.app as EventEmitter).emit('activate');
    expect(calls).toEqual(['load app://rockpool/']);
    expect(made.window).not.toBe(window);
  });

  it('lets the core end its jobs before it quits', async () => {
    calls.length = 0;
    let prevented = 0;
    const event = { preventDefault: () => (prevented += 1) };
    (made.app as EventEmitter).emit('before-quit', event);
    await expect.poll(() => calls, soon).toEqual(['core end', 'quit']);
    (made.app as EventEmitter).emit('before-quit', event);
    expect(prevented).toBe(1);
  });
});
