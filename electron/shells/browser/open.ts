import { RPCHandler } from '@orpc/server/ws';
import { contextOf, router } from '../../app/api.ts';
import { workInBackground } from '../../app/background.ts';
import type { App } from '../../app.ts';
import { RockpoolError } from '../../contract/errors.ts';
import { askForUrl, removeNote, writeNote } from './note.ts';
import { openPageServer } from './server.ts';

/** The page as it is open now. */
export interface OpenPage {
  /** Opens it once, within 30 s. */
  readonly url: string;
  readonly port: number;
  /** False where another process serves it already. */
  readonly isOurs: boolean;
  /** Serves until the signal aborts; returns at once where another process serves. */
  serve(signal: AbortSignal): Promise<void>;
}

/** Tried first without `--port`, so that the page keeps its origin, and what it remembers by it, from run to run. */
const usualPort = 7465;

/**
 * Opens this home's page: by a server of its own, or, where one runs, by a new URL of that one. `port` null takes the
 * usual one or any that is free. Throws `port_taken`, and `busy` where the one that runs does not answer.
 */
export async function openPage(
  app: App,
  folder: string,
  port: number | null,
  signal: AbortSignal,
): Promise<OpenPage> {
  const held = app.holdPage();
  if (held === null) return openRunning(app, signal);
  try {
    const handler = new RPCHandler(router);
    const server = await openPageServer({
      folder,
      ports: port === null ? [usualPort, 0] : [port],
      onPage: (page) => void handler.upgrade(page, { context: contextOf(app) }),
    });
    app.hideSecret(server.token);
    await writeNote(app.paths.secrets, server);
    return {
      url: server.makeUrl(),
      port: server.port,
      isOurs: true,
      serve: async (until) => {
        try {
          await workInBackground(app, until);
        } finally {
          await app.stopOwnJobs();
          await removeNote(app.paths.secrets);
          await server[Symbol.asyncDispose]();
          held.close();
        }
      },
    };
  } catch (error) {
    held.close();
    throw error;
  }
}

async function openRunning(app: App, signal: AbortSignal): Promise<OpenPage> {
  const deadline = Date.now() + 5000;
  for (;;) {
    const url = await askForUrl(app.paths.secrets, signal);
    if (url !== null) return { url, port: Number(new URL(url).port), isOurs: false, serve: async () => {} };
    if (Date.now() > deadline) break;
    // It may be about to begin.
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new RockpoolError('busy', 'Another process of Rockpool serves the page and does not answer.', {
    hint: 'End it, or wait a moment and try again.',
  });
}
