import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openApp } from '../../../../electron/app.ts';
import type { Api } from '../../../../electron/contract/api.ts';
import { type OpenPage, openPage } from '../../../../electron/shells/browser/open.ts';
import { makeFolder } from '../../../support/folder.ts';
import { type Home, makeHome } from '../../../support/home.ts';
import { listenOn } from '../../../support/port.ts';

/** The page of a home as it is opened, served until the end of the block. */
interface Serving extends AsyncDisposable {
  readonly page: OpenPage;
  end(): Promise<void>;
}

async function serve(home: Home, folder: string, port: number | null = null): Promise<Serving> {
  const app = await openApp(home.environment);
  const ending = new AbortController();
  const page = await openPage(app, folder, port, ending.signal);
  const served = page.serve(ending.signal);
  const end = async (): Promise<void> => {
    ending.abort();
    await served;
  };
  return {
    page,
    end,
    [Symbol.asyncDispose]: async () => {
      await end();
      await app[Symbol.asyncDispose]();
    },
  };
}

const noteOf = (home: Home): string => join(home.core.paths.secrets, 'page.json');

async function exchange(url: string): Promise<Response> {
  const { origin, hash } = new URL(url);
  return fetch(`${origin}/token`, {
    method: 'POST',
    headers: { Origin: origin, 'Content-Type': 'application/json' },
    body: JSON.stringify({ code: hash.slice('#code='.length) }),
  });
}

async function connect(url: string): Promise<{ api: Api; socket: WebSocket }> {
  const { token } = (await (await exchange(url)).json()) as { token: string };
  const { origin, host } = new URL(url);
  const socket = new WebSocket(`ws://${host}/rpc`, { headers: { Origin: origin } });
  await once(socket, 'open');
  socket.send(JSON.stringify({ token }));
  const api: Api = createORPCClient(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }));
  return { api, socket };
}

describe('opening the page', () => {
  it('answers the app’s procedures to who has the link', async () => {
    await using home = await makeHome();
    using folder = makeFolder();
    await using serving = await serve(home, folder.path);
    const { api, socket } = await connect(serving.page.url);
    expect(await api.machine.versions()).toHaveProperty('rockpool');
    await expect(api.installs.show({ name: 'nobody' })).rejects.toMatchObject({
      code: 'FAILED',
      data: { code: 'install_not_found' },
    });
    socket.close();
  });

  it('a second time opens another tab of the one that runs, by a link of its own', async () => {
    await using home = await makeHome();
    using folder = makeFolder();
    await using first = await serve(home, folder.path);
    await using second = await serve(home, folder.path);
    expect([first.page.isOurs, second.page.isOurs]).toEqual([true, false]);
    expect(second.page.port).toBe(first.page.port);
    expect(second.page.url).not.toBe(first.page.url);
    for (const { page } of [first, second]) expect((await exchange(page.url)).status).toBe(200);
    for (const { page } of [first, second]) expect((await exchange(page.url)).status).toBe(401);
  });

  it('writes its token where only this user can read it, and takes it away in the end (B13)', async () => {
    await using home = await makeHome();
    using folder = makeFolder();
    // Put there by somebody who would like to read it.
    writeFileSync(noteOf(home), '{}', { mode: 0o666 });
    await using serving = await serve(home, folder.path);
    expect(statSync(noteOf(home)).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(noteOf(home))).mode & 0o777).toBe(0o700);
    const { token } = JSON.parse(readFileSync(noteOf(home), 'utf8')) as { token: string };
    expect(serving.page.url).not.toContain(token);
    await serving.end();
    expect(() => statSync(noteOf(home))).toThrow();
  });

  it('keeps the token out of the log (B7)', async () => {
    await using home = await makeHome();
    using folder = makeFolder();
    await using serving = await serve(home, folder.path);
    const { token } = JSON.parse(readFileSync(noteOf(home), 'utf8')) as { token: string };
    home.core.log.write('info', `somebody wrote ${token} here`);
    expect(readFileSync(home.core.log.file, 'utf8')).not.toContain(token);
    await serving.end();
  });

  it('works again after a process that served was killed', async () => {
    await using home = await makeHome();
    using folder = makeFolder();
    await using stranger = await listenOn(0);
    writeFileSync(noteOf(home), JSON.stringify({ port: stranger.port, token: 'x'.repeat(43) }));
    await using serving = await serve(home, folder.path);
    expect(serving.page.isOurs).toBe(true);
    expect((await exchange(serving.page.url)).status).toBe(200);
  });

  it('says that the port which was asked for is taken, and leaves the page to others', async () => {
    await using home = await makeHome();
    using folder = makeFolder();
    await using taken = await listenOn(0);
    const app = await openApp(home.environment);
    const never = new AbortController().signal;
    await expect(openPage(app, folder.path, taken.port, never)).rejects.toMatchObject({ code: 'port_taken' });
    const page = await openPage(app, folder.path, null, never);
    expect(page.isOurs).toBe(true);
    await page.serve(AbortSignal.abort());
    await app[Symbol.asyncDispose]();
  });

  it('cancels and cleans up the jobs of its pages when it ends', async () => {
    await using home = await makeHome();
    using folder = makeFolder();
    await using serving = await serve(home, folder.path);
    const { api, socket } = await connect(serving.page.url);
    const installing = api.installs.demo().catch((error: unknown) => error);
    const started = new Promise<void>((resolve) => {
      void (async () => {
        for await (const { jobs } of await api.machine.watch()) {
          if (jobs?.some((job) => job.state === 'running' && job.progress > 0)) return resolve();
        }
      })().catch(() => {});
    });
    await started;
    await serving.end();
    await installing;
    socket.terminate();
    await using app = await openApp(home.environment);
    const [job] = app.listJobs(10).filter((each) => each.kind === 'install');
    expect(job?.state).toBe('cancelled');
    expect(await app.listInstalls()).toEqual([]);
  });
});
