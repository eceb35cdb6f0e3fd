import type { MenuItemConstructorOptions, MessagePortMain } from 'electron';
import type { Api } from '../../contract/api.ts';
import type { Card } from '../../contract/card.ts';
import type { MakeChannel } from './ipc.ts';
import { followJobs, type TaskbarProgress } from './jobs.ts';
import type { CallPort } from './port.ts';
import { trayTemplate } from './tray.ts';
import { openCoreClient } from './watch.ts';

/** What the main process shows beside the window. */
export interface Stage {
  readonly makeChannel: MakeChannel;
  giveToCore(port: MessagePortMain): void;
  setTrayMenu(template: MenuItemConstructorOptions[]): void;
  setProgress(progress: TaskbarProgress | null): void;
  notify(title: string, body: string): void;
  isWatched(): boolean;
  copy(text: string): void;
  show(path?: string): void;
  quit(): void;
}

/**
 * Keeps the tray's menu, the taskbar and notifications as the core says things are. `connect` connects, and again after
 * the core died.
 */
export function openBackstage(stage: Stage): { connect(afterMs?: number): void } {
  let api: Api | null = null;
  let shown = '';
  let cards: readonly Card[] = [];
  let timer: NodeJS.Timeout | undefined;
  const onJobs = followJobs(stage);

  // What a person starts from the tray is told of when it fails; what it does is seen as it happens.
  const act = (title: string, work: (api: Api) => Promise<unknown>): void => {
    if (api === null) return;
    work(api).catch((error: unknown) => {
      stage.notify(`${title}: failed`, error instanceof Error ? error.message : 'The app does not answer.');
    });
  };
  const drawTray = (): void => {
    const template = trayTemplate(cards, {
      open: () => stage.show(),
      show: (path) => stage.show(path),
      reset: (name) => act(`Reset ${name}`, (core) => core.installs.reset({ name })),
      copyUrl: (name) =>
        act(`Copy the URL of ${name}`, async (core) => {
          stage.copy((await core.installs.url({ name, format: 'url' })).text);
        }),
      startServer: (name) => act(`Start server ${name}`, (core) => core.servers.start({ name })),
      stopServer: (name) => act(`Stop server ${name}`, (core) => core.servers.stop({ name })),
      quit: () => stage.quit(),
    });
    // A menu that is open closes when it is set anew: only what reads differently is.
    const text = JSON.stringify(template);
    if (text === shown) return;
    shown = text;
    stage.setTrayMenu(template);
  };
  const connectNow = (): void => {
    const { port1, port2 } = stage.makeChannel();
    stage.giveToCore(port2);
    const client = openCoreClient(port1 as unknown as CallPort);
    api = client.api;
    client
      .watch((changes) => {
        cards = changes.cards ?? cards;
        drawTray();
        if (changes.jobs !== undefined) onJobs(changes.jobs);
      })
      .catch(() => {})
      .finally(() => {
        if (api === client.api) api = null;
      });
  };
  drawTray();
  return {
    connect: (afterMs = 0) => {
      clearTimeout(timer);
      timer = setTimeout(connectNow, afterMs);
    },
  };
}
