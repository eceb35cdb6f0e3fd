import { MessageChannel } from 'node:worker_threads';
import type { IpcMain, IpcMainEvent, MessagePortMain } from 'electron';
import { describe, expect, it } from 'vitest';
import { channels } from '../../../../electron/shells/desktop/address.ts';
import { isOurPage, listenForPages } from '../../../../electron/shells/desktop/ipc.ts';

type Frame = Pick<IpcMainEvent, 'senderFrame'>;
const frame = (url: string, parent: object | null = null) =>
  ({ senderFrame: { url, parent } }) as unknown as Frame;

describe('who may ask for a connection to the core', () => {
  it('is our page’s main frame: no frame within it, no other origin, no frame that is gone (A3)', () => {
    expect(isOurPage(frame('app://rockpool/'))).toBe(true);
    expect(isOurPage(frame('app://rockpool/#/jobs'))).toBe(true);
    expect(isOurPage(frame('app://rockpool/', {}))).toBe(false);
    for (const url of [
      'https://rockpool/',
      'app://rockpool.evil.test/',
      'file:///app://rockpool/',
      'about:blank',
      '',
    ]) {
      expect([url, isOurPage(frame(url))]).toEqual([url, false]);
    }
    expect(isOurPage({ senderFrame: null })).toBe(false);
  });

  it('gets one end of a channel of its own, and the core the other (A5)', () => {
    const given: { channel: string; message: unknown; ports: unknown[] }[] = [];
    const ports: MessagePortMain[] = [];
    let listener: ((event: unknown) => void) | undefined;
    const listened: string[] = [];
    const ipcMain = {
      on: (channel: string, handler: (event: unknown) => void) => {
        listened.push(channel);
        listener = handler;
      },
    } as unknown as IpcMain;
    const made: MessageChannel[] = [];
    listenForPages(
      ipcMain,
      () => {
        const channel = new MessageChannel();
        made.push(channel);
        return channel as never;
      },
      (port) => ports.push(port),
    );
    const ask = (url: string, parent: object | null = null): void =>
      listener?.({
        senderFrame: {
          url,
          parent,
          postMessage: (channel: string, message: unknown, transfer: unknown[]) => {
            given.push({ channel, message, ports: transfer });
          },
        },
      });
    ask('https://evil.test/');
    ask('app://rockpool/', {});
    expect([made.length, given.length, ports.length]).toEqual([0, 0, 0]);
    ask('app://rockpool/');
    ask('app://rockpool/');
    expect(listened).toEqual([channels.connect]);
    expect(ports).toEqual([made[0]?.port1, made[1]?.port1]);
    expect(given.map((each) => each.ports[0])).toEqual([made[0]?.port2, made[1]?.port2]);
    expect(given[0]).toMatchObject({ channel: channels.port, message: null });
    for (const { port1, port2 } of made) {
      port1.close();
      port2.close();
    }
  });
});
