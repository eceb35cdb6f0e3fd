import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Place, readPlace, writePlace } from '../../../../electron/shells/desktop/place.ts';
import { windowOptions } from '../../../../electron/shells/desktop/window.ts';
import { makeFolder } from '../../../support/folder.ts';

const display = { x: 0, y: 0, width: 1920, height: 1080 };
const place: Place = { x: 100, y: 50, width: 1200, height: 700, isMaximized: true };
const common = { place, preload: '/app/preload.cjs', icon: null, isDark: false };

describe('the window', () => {
  it('shows a sandboxed page without Node, in every place where there could be some (A2)', () => {
    const { webPreferences } = windowOptions({ ...common, isPackaged: true });
    expect(webPreferences).toEqual({
      preload: '/app/preload.cjs',
      sandbox: true,
      contextIsolation: true,
      webSecurity: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: false,
    });
  });

  it('has developer tools in a checkout, and nothing else is otherwise there', () => {
    const packed = windowOptions({ ...common, isPackaged: true });
    const unpacked = windowOptions({ ...common, isPackaged: false });
    expect(unpacked).toEqual({ ...packed, webPreferences: { ...packed.webPreferences, devTools: true } });
  });

  it('is where it was, and where the system puts it the first time', () => {
    const again = windowOptions({ ...common, isPackaged: true });
    expect(again).toMatchObject({ x: 100, y: 50, width: 1200, height: 700, show: false });
    const first = windowOptions({ ...common, place: { ...place, x: null, y: null }, isPackaged: true });
    expect('x' in first || 'y' in first).toBe(false);
  });
});

describe('the place of the window', () => {
  it('is kept from run to run', () => {
    using folder = makeFolder();
    const file = join(folder.path, 'desktop', 'window.json');
    expect(readPlace(file, [display])).toMatchObject({ x: null, width: 1280, height: 800 });
    writePlace(file, place);
    expect(readPlace(file, [display])).toEqual(place);
  });

  it('is the usual one where what was kept is damaged or makes no sense', () => {
    using folder = makeFolder();
    const file = join(folder.path, 'window.json');
    for (const text of [
      '',
      '{',
      '[]',
      JSON.stringify({ ...place, width: 1 }),
      JSON.stringify({ ...place, x: 'a' }),
    ]) {
      writeFileSync(file, text);
      expect(readPlace(file, [display])).toMatchObject({ x: null, y: null, width: 1280, isMaximized: false });
    }
  });

  it('is on a display that is there', () => {
    using folder = makeFolder();
    const file = join(folder.path, 'window.json');
    for (const gone of [
      { x: 2500, y: 100 },
      { x: -1190, y: 100 },
      { x: 100, y: 3000 },
      { x: 100, y: -500 },
    ]) {
      writePlace(file, { ...place, ...gone });
      expect(readPlace(file, [display])).toEqual({ ...place, x: null, y: null });
    }
    const second = { x: 1920, y: 0, width: 1920, height: 1080 };
    writePlace(file, { ...place, x: 2500, y: 100 });
    expect(readPlace(file, [display, second])).toEqual({ ...place, x: 2500, y: 100 });
  });

  it('costs nothing where it cannot be written', () => {
    using folder = makeFolder();
    const file = join(folder.path, 'window.json');
    mkdirSync(file);
    expect(() => writePlace(file, place)).not.toThrow();
    expect(statSync(file).isDirectory()).toBe(true);
  });
});
