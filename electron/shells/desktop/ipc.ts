import type { IpcMain, IpcMainEvent, MessageChannelMain, MessagePortMain } from 'electron';
import { channels, isPageUrl } from './address.ts';

/** What Electron gives to make a pair of ports. */
export type MakeChannel = () => Pick<MessageChannelMain, 'port1' | 'port2'>;

/** True for a message of our own page's main frame; frames within it and other origins are nobody. */
export function isOurPage({ senderFrame }: Pick<IpcMainEvent, 'senderFrame'>): boolean {
  return senderFrame !== null && senderFrame.parent === null && isPageUrl(senderFrame.url);
}

/**
 * Answers a page that asks for a connection with one end of a new channel, and hands the other to `onPort`. This is the
 * only channel there is; its message carries nothing, so nothing in it can be wrong.
 */
export function listenForPages(
  ipcMain: Pick<IpcMain, 'on'>,
  makeChannel: MakeChannel,
  onPort: (port: MessagePortMain) => void,
): void {
  ipcMain.on(channels.connect, (event) => {
    if (!isOurPage(event)) return;
    const { port1, port2 } = makeChannel();
    onPort(port1);
    event.senderFrame?.postMessage(channels.port, null, [port2]);
  });
}
