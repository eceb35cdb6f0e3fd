import { EventEmitter } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import type { MenuItemConstructorOptions, MessagePortMain } from 'electron';
import { describe, expect, it } from 'vitest';
import { openApp } from '../../../../electron/app.ts';
import { openBackstage } from '../../../../electron/shells/desktop/backstage.ts';
import { type CoreProcess, openCoreLink } from '../../../../electron/shells/desktop/corelink.ts';
import type { CallPort } from '../../../../electron/shells/desktop/port.ts';
import { serveCore } from '../../../../electron/shells/desktop/serve.ts';
import { openCoreClient } from '../../../../electron/shells/desktop/watch.ts';
import { type Home, makeHome } from '../../../support/home.ts';

// A machine may be busy: this only ends what hangs.
const soon = { timeout: 60_000 };

const channel = () => new MessageChannel() as unknown as { port1: MessagePortMain; port2: MessagePortMain };

const openKeyring = () => channel().port2;

/** A core in this process, wired as Electron wires a utility process: messages in, an exit event out. */
function forkHere(home: Home): CoreProcess & { die(code: number): void } {
  const events = new EventEmitter();
  const waiting: [unknown, readonly CallPort[]][] = [];
  let tell = (data: unknown, ports: readonly CallPort[]): void => void waiting.push([data, ports]);
  void (async () => {
    await using app = await openApp(home.environment);
    await serveCore(app, {
      onMessage: (listener) => {
        tell = listener;
        for (const [data, ports] of waiting.splice(0)) listener(data, ports);
      },
    });
  })().then(() => events.emit('exit', 0));
  return Object.assign(events, {
    postMessage: (data: unknown, ports: readonly unknown[] = []) => tell(data, ports as readonly CallPort[]),
    kill: () => events.emit('exit', 1),
    die: (code: number) => events.emit('exit', code),
  }) as unknown as CoreProcess & { die(code: number): void };
}

describe('the core behind the window', () => {
  it('answers every page that connects, does the queued work, and ends when it is told to', async () => {
    await using home = await makeHome();
    let forks = 0;
    const lost: number[] = [];
    const link = openCoreLink(
      () => {
        forks += 1;
        return forkHere(home);
      },
      { onLost: (code) => lost.push(code), onReport: () => {}, openKeyring },
    );
    const clients = [channel(), channel()].map(({ port1, port2 }) => {
      link.connect(port2);
      return openCoreClient(port1 as unknown as CallPort);
    });
    for (const { api } of clients) expect(await api.machine.versions()).toHaveProperty('rockpool');
    const [first] = clients;
    const installed = await first?.api.installs.demo();
    expect(installed?.install).toMatchObject({ name: 'demo' });
    // The spare is queued by the install; no other process is there to make it.
    await expect
      .poll(async () => (await first?.api.installs.show({ name: 'demo' }))?.spare.ready, { timeout: 60_000 })
      .toBe(true);
    await expect(first?.api.installs.show({ name: 'nobody' })).rejects.toMatchObject({
      code: 'FAILED',
      data: { code: 'install_not_found' },
    });
    await link.end(30_000);
    expect([forks, lost]).toEqual([1, []]);
  });

  it('that died is told of, and the next page that asks starts another one', async () => {
    await using home = await makeHome();
    const cores: ReturnType<typeof forkHere>[] = [];
    const lost: number[] = [];
    const link = openCoreLink(
      () => {
        const core = forkHere(home);
        cores.push(core);
        return core;
      },
      { onLost: (code) => lost.push(code), onReport: () => {}, openKeyring },
    );
    const connect = () => {
      const { port1, port2 } = channel();
      link.connect(port2);
      return openCoreClient(port1 as unknown as CallPort);
    };
    await connect().api.machine.versions();
    cores[0]?.die(139);
    expect(lost).toEqual([139]);
    expect(await connect().api.machine.versions()).toHaveProperty('rockpool');
    expect(cores).toHaveLength(2);
    await link.end(30_000);
    // A page that asks now finds its port closed.
    const { port1, port2 } = new MessageChannel();
    const closed = new Promise((resolve) => port1.once('close', resolve));
    link.connect(port2 as unknown as MessagePortMain);
    await closed;
    cores[0]?.postMessage('end');
    expect(cores).toHaveLength(2);
  });

  it('that cannot open says why', () => {
    const reports: string[] = [];
    const events = new EventEmitter();
    const core = Object.assign(events, { postMessage: () => {}, kill: () => true }) as unknown as CoreProcess;
    const link = openCoreLink(() => core, {
      onLost: () => {},
      onReport: ({ code }) => reports.push(code),
      openKeyring,
    });
    const { port1, port2 } = channel();
    link.connect(port2);
    events.emit('message', { code: 'state_newer', message: 'Newer.', hint: null, detail: null });
    events.emit('message', 'something else');
    expect(reports).toEqual(['state_newer']);
    port1.close();
  });

  it('keeps the tray as things are, and does what is chosen there', async () => {
    await using home = await makeHome();
    const link = openCoreLink(() => forkHere(home), { onLost: () => {}, onReport: () => {}, openKeyring });
    let template: MenuItemConstructorOptions[] = [];
    const copied: string[] = [];
    const notified: string[] = [];
    const backstage = openBackstage({
      makeChannel: channel,
      giveToCore: link.connect,
      setTrayMenu: (items) => {
        template = items;
      },
      setProgress: () => {},
      notify: (title, body) => notified.push(`${title} | ${body}`),
      isWatched: () => true,
      copy: (text) => copied.push(text),
      show: () => {},
      quit: () => {},
    });
    expect(template.map((item) => item.label)).toContain('No installs yet');
    backstage.connect();
    const { port1, port2 } = channel();
    link.connect(port2);
    const { api } = openCoreClient(port1 as unknown as CallPort);
    await api.installs.demo();
    const item = () => template.find((each) => each.label?.startsWith('demo'));
    const choose = (label: string): void => {
      const items = item()?.submenu as MenuItemConstructorOptions[];
      const click = items.find((each) => each.label === label)?.click as (() => void) | undefined;
      click?.();
    };
    await expect.poll(() => item()?.label, soon).toBe('demo – running');
    choose('Copy URL');
    await expect.poll(() => copied, soon).toEqual([expect.stringMatching(/^postgres:\/\/demo:/)]);
    const before = (await api.installs.show({ name: 'demo' })).resetAt;
    choose('Reset demo');
    await expect
      .poll(async () => (await api.installs.show({ name: 'demo' })).resetAt, { timeout: 60_000 })
      .not.toBe(before);
    // The time of a reset is told before its job has let go of the install.
    const running = { limit: 10, before: null, install: 'demo', kinds: null, search: null };
    await expect
      .poll(() => api.jobs.list({ ...running, states: ['queued', 'running'] }), { timeout: 60_000 })
      .toEqual([]);
    await api.installs.remove({ name: 'demo' });
    await expect.poll(() => template.map((each) => each.label), soon).toContain('No installs yet');
    expect(notified).toEqual([]);
    await link.end(30_000);
  });
});
