import { contextBridge, ipcRenderer, webUtils } from 'electron';

// One CommonJS file in a sandbox: nothing is imported from beside it. The names are those of address.ts.
const connectChannel = 'rockpool:connect';
const portChannel = 'rockpool:port';

const page = globalThis as unknown as {
  postMessage(message: string, targetOrigin: string, ports: readonly object[]): void;
};

ipcRenderer.on(portChannel, (event) => {
  // Ports cannot cross the bridge; they go to the window itself, to our own origin only.
  page.postMessage('rockpool-port', '/', event.ports);
});

contextBridge.exposeInMainWorld('rockpool', {
  connect: (): void => {
    ipcRenderer.send(connectChannel);
  },
  pathOf: (file: File): string => webUtils.getPathForFile(file),
});
