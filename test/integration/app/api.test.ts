import { MessageChannel } from 'node:worker_threads';
import { createORPCClient, isDefinedError, safe } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { RPCHandler } from '@orpc/server/message-port';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contextOf, router } from '../../../electron/app/api.ts';
import { type App, openApp } from '../../../electron/app.ts';
import type { Api } from '../../../electron/contract/api.ts';
import type { Changes } from '../../../electron/contract/card.ts';
import type { Job } from '../../../electron/contract/job.ts';
import { type Home, makeHome } from '../../support/home.ts';
import { queryAt } from '../../support/query.ts';

describe('the contract over a message port', () => {
  let home: Home;
  let app: App;
  let api: Api;
  let close: () => void;

  beforeAll(async () => {
    home = await makeHome();
    app = await openApp(home.environment);
    const { port1, port2 } = new MessageChannel();
    new RPCHandler(router).upgrade(port1, { context: contextOf(app) });
    port1.start();
    api = createORPCClient(new RPCLink({ port: port2 }));
    port2.start();
    close = () => {
      port1.close();
      port2.close();
    };
  });

  afterAll(async () => {
    close();
    await app[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
  });

  it('installs the sample, tells every change on the way, and shows it as a card', async () => {
    const abort = new AbortController();
    const seen: Changes[] = [];
    const watching = (async () => {
      for await (const changes of await api.machine.watch(undefined, { signal: abort.signal }))
        seen.push(changes);
    })().catch(() => {});
    const { install, job } = await api.installs.demo();
    expect(install.name).toBe('demo');
    await until(() => seen.some((each) => each.cards?.some((card) => card.name === 'demo')));
    abort.abort();
    await watching;
    expect(seen[0]).toMatchObject({ cards: [], sources: [] });
    const records = seen.flatMap((each) => each.jobs ?? []).filter((each) => each.id === job);
    expect(records.some(({ state }) => state === 'running')).toBe(true);
    const progress = records.map((record) => record.progress);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    const [card] = await api.installs.list();
    expect(card).toMatchObject({ name: 'demo', serverState: 'running', serverKind: 'embedded', undo: null });
  });

  it('carries an expected failure with its code, hint and detail', async () => {
    const { error } = await safe(api.installs.show({ name: 'nobody' }));
    if (!isDefinedError(error)) throw new Error(`no defined error: ${error}`);
    expect(error.code).toBe('FAILED');
    expect(error.data).toMatchObject({ code: 'install_not_found', detail: { name: 'nobody' }, job: null });
  });

  it('refuses input of the wrong shape before it reaches a room (A4)', async () => {
    const wrong = JSON.parse('{"name":5,"__proto__":{"polluted":true}}');
    const { error } = await safe(api.installs.show(wrong));
    expect(error).toMatchObject({ code: 'BAD_REQUEST' });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('follows a job with its log to the end, and lists it by what is searched', async () => {
    const { job } = await api.installs.reset({ name: 'demo' });
    const followed: Job[] = [];
    for await (const each of await api.jobs.follow({ id: job })) followed.push(each.job);
    expect(followed.at(-1)?.state).toBe('succeeded');
    const filter = { limit: 10, before: null, install: null, kinds: null, states: null };
    const found = await api.jobs.list({ ...filter, search: 'RESET demo' });
    expect(found.map(({ id }) => id)).toContain(job);
    expect(await api.jobs.list({ ...filter, search: 'no such thing' })).toEqual([]);
  });

  it('says about how many rows were changed since the last reset', async () => {
    const { text } = await api.installs.url({ name: 'demo', format: 'url' });
    await queryAt(text, 'UPDATE users SET email = email');
    await untilAsync(async () => (await api.installs.edits({ name: 'demo' })).length > 0);
    const [edited] = await api.installs.edits({ name: 'demo' });
    expect(edited).toMatchObject({ schema: 'public', name: 'users' });
    expect(edited?.rows).toBeGreaterThan(0);
  });

  it('does a job again from its own record', async () => {
    const [reset] = await api.jobs.list({
      limit: 1,
      before: null,
      install: 'demo',
      kinds: ['reset'],
      states: null,
      search: null,
    });
    await api.jobs.retry({ id: reset?.id ?? '' });
    const again = await api.jobs.list({
      limit: 9,
      before: null,
      install: 'demo',
      kinds: ['reset'],
      states: ['succeeded'],
      search: null,
    });
    expect(again.length).toBe(2);
  });

  it('keeps settings, and proposes a name that is free', async () => {
    expect((await api.machine.settings.set({ formerMinutes: 3 })).formerMinutes).toBe(3);
    expect((await api.machine.settings.get()).formerMinutes).toBe(3);
    const proposal = await api.installs.propose({ dataset: './demo' });
    expect(proposal.name).toBe('demo_2');
    expect(proposal.freeBytes).toBeGreaterThan(0);
  });
});

async function until(condition: () => boolean): Promise<void> {
  await untilAsync(async () => condition());
}

async function untilAsync(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
}
