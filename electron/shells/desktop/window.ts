import type { BrowserWindowConstructorOptions } from 'electron';
import type { Place } from './place.ts';

/** Settings of the one window: a sandboxed page that has nothing but what the preload gives it. */
export function windowOptions(options: {
  readonly place: Place;
  readonly preload: string;
  readonly icon: string | null;
  readonly isPackaged: boolean;
  readonly isDark: boolean;
}): BrowserWindowConstructorOptions {
  const { x, y, width, height } = options.place;
  return {
    ...(x === null || y === null ? {} : { x, y }),
    width,
    height,
    minWidth: 640,
    minHeight: 480,
    title: 'Rockpool',
    show: false,
    // What is seen until the page has drawn: its own background, so that nothing flashes.
    backgroundColor: options.isDark ? '#0f1a1f' : '#ffffff',
    ...(options.icon === null ? {} : { icon: options.icon }),
    webPreferences: {
      preload: options.preload,
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
      devTools: !options.isPackaged,
    },
  };
}
