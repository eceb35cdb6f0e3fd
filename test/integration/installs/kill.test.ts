import { once } from 'node:events';
import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Install, InstallResult } from '../../../electron/contract/install.ts';
import { listJobs } from '../../../electron/jobs/history.ts';
import { openServers } from '../../../electron/servers/servers.ts';
import { withSession } from '../../../electron/sql/connect.ts';
import { type Home, makeHome } from '../../support/home.ts';
import { rockpoolJson, sample, sampleRevision, settle, startRockpool } from '../../support/rockpool.ts';
import { countByPrefix, readServerState } from '../../support/server-state.ts';
import { full } from '../../support/skip.ts';

let home: Home;

beforeAll(async () => {
  home = await makeHome();
});

afterAll(() => home[Symbol.asyncDispose]());

/** Something that state.db shows while a job runs. */
type Moment = () => boolean;

const running = (): { id: string; steps: Record<string, { state: string; done: number }> } | undefined => {
  const job = listJobs(home.core.state, { limit: 3 }).find(
    (each) => each.state === 'running' && each.kind !== 'spare',
  );
  return job && { id: job.id, steps: Object.fromEntries(job.steps.map((step) => [step.key, step])) };
};
const wrote =
  (kind: string): Moment =>
  () => {
    const job = running();
    return (
      job !== undefined &&
      home.core.state.rows('SELECT 1 FROM leftovers WHERE job = ? AND kind = ?', job.id, kind).length > 0
    );
  };
const runs =
  (step: string, done = 0): Moment =>
  () => {
    const at = running()?.steps[step];
    return at?.state === 'running' && at.done >= done;
  };

/** Starts a command and kills it, and nothing else, as soon as the moment has come; false if it ended before. */
async function killAt(moment: Moment, ...args: string[]): Promise<boolean> {
  const child = startRockpool(home, ...args);
  const closed = once(child, 'exit');
  let ended = false;
  void closed.then(() => {
    ended = true;
  });
  while (!ended && !moment()) await new Promise((resolve) => setTimeout(resolve, 1));
  child.kill('SIGKILL');
  await closed;
  return !ended || child.signalCode === 'SIGKILL';
}

const names = async (): Promise<string[]> =>
  (await rockpoolJson<{ installs: Install[] }>(home, 'list')).installs.map((install) => install.name);

async function countEvents(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query('SELECT count(*)::int AS n FROM public.events')).rows[0].n;
  } finally {
    await client.end();
  }
}

async function temporaryFiles(): Promise<string[]> {
  const names = await readdir(join(home.path, 'cache'), { recursive: true });
  return names.filter((name) => /tmp|incoming\/./.test(name));
}

describe('a killed install (E15)', () => {
  const moments: [string, Moment][] = [
    ['while it pulls', runs('pull')],
    ['when it begins to restore', wrote('database')],
    ['in the middle of the rows', runs('restore', 2_000_000)],
    ['while it publishes', runs('publish')],
    ['when all is ready for the last step', wrote('publish')],
  ];

  it.each(moments)('%s: is there whole or not at all, and a second try succeeds', async (_, moment) => {
    expect(await killAt(moment, 'install', sampleRevision, '--as', 'acme')).toBe(true);
    const after = await names();
    if (after.length === 0) await rockpoolJson(home, 'install', sampleRevision, '--as', 'acme');
    expect(await names()).toEqual(['acme']);
    const [install] = (await rockpoolJson<{ installs: Install[] }>(home, 'list')).installs;
    expect(await countEvents(install?.url ?? '')).toBeGreaterThan(20_000);
    await settle(home);
    await rockpoolJson(home, 'reset', 'acme');
    await settle(home);
    expect(countByPrefix(await readServerState(home))).toEqual({
      named: 2,
      rp_own: 1,
      rp_pristine: 1,
      rp_read: 1,
      rp_spare: 1,
    });
    await rockpoolJson(home, 'remove', 'acme');
    await settle(home);
    expect(await readServerState(home)).toEqual({ databases: [], roles: [] });
    expect(await temporaryFiles()).toEqual([]);
    const states = listJobs(home.core.state, { limit: 1000 }).map((job) => job.state);
    expect(states).not.toContain('running');
    expect(states).toContain('interrupted');
  });
});

describe('a killed reset (E15, E18)', () => {
  let url: string;
  let events: number;

  beforeAll(async () => {
    const { install } = await rockpoolJson<InstallResult>(home, 'install', sampleRevision, '--as', 'acme');
    url = install.url;
    events = await countEvents(url);
  });

  const withSpare = async (): Promise<void> => {
    await settle(home);
  };
  const withoutSpare = async (): Promise<void> => {
    await settle(home);
    const server = await openServers(home.core).running('embedded');
    if (server === null) throw new Error('the server does not run');
    const spare = (await readServerState(home)).databases.find(({ name }) => name.startsWith('rp_spare_'));
    await withSession(server.admin, {}, (admin) => admin.query(`DROP DATABASE IF EXISTS ${spare?.name}`));
  };
  const moments: [string, () => Promise<void>, Moment][] = [
    ['as soon as it begins', withSpare, () => running() !== undefined],
    ['while it copies', withoutSpare, wrote('database')],
    ['before the switch', withSpare, wrote('publish')],
    ['while it switches', withSpare, runs('switch')],
    ['when it has switched', withSpare, () => listJobs(home.core.state, { limit: 1 })[0]?.kind === 'spare'],
  ];

  it.each(moments)(
    '%s: the live is the old or the new, open, and the next reset succeeds',
    async (_, prepare, moment) => {
      await prepare();
      await killAt(moment, 'reset', 'acme');
      expect(await names()).toEqual(['acme']);
      expect(await countEvents(url)).toBe(events);
      await rockpoolJson(home, 'reset', 'acme');
      expect(await countEvents(url)).toBe(events);
      await settle(home);
      const counts = countByPrefix(await readServerState(home));
      expect(counts.rp_former ?? 0).toBe(0);
      expect(counts).toMatchObject({ named: 2, rp_own: 1, rp_pristine: 1 });
      expect(counts.rp_spare).toBe(1);
    },
  );

  it('at random moments: never half', async () => {
    for (let round = 0; round < (full ? 40 : 4); round += 1) {
      const atMs = performance.now() + 50 + Math.random() * 500;
      await killAt(() => performance.now() > atMs, 'reset', 'acme');
      await names();
      expect(await countEvents(url)).toBe(events);
    }
    await rockpoolJson(home, 'reset', 'acme');
    await settle(home);
    expect(countByPrefix(await readServerState(home)).rp_former ?? 0).toBe(0);
  });
});

describe('a killed update (E15)', () => {
  let workflow: string;
  let url: string;

  beforeAll(async () => {
    workflow = join(home.path, '..', 'workflow');
    await cp(join(sample, '1'), join(workflow, '1'), { recursive: true });
    const { install } = await rockpoolJson<InstallResult>(home, 'install', workflow, '--as', 'upward');
    url = install.url;
    await cp(join(sample, '2'), join(workflow, '2'), { recursive: true });
  });

  const moments: [string, Moment][] = [
    ['as soon as it begins', () => running() !== undefined],
    ['while it pulls', runs('pull')],
    ['while it copies the old pristine', wrote('database')],
    ['while it reloads', runs('restore', 1)],
    ['before the switch', wrote('publish')],
  ];

  it.each(moments)(
    '%s: the live holds one revision or the other, and a second try succeeds',
    async (_, moment) => {
      await settle(home);
      await killAt(moment, 'update', 'upward');
      expect([21_595, 22_015]).toContain(await countEvents(url));
      await rockpoolJson(home, 'update', 'upward');
      expect(await countEvents(url)).toBe(22_015);
      await rockpoolJson(home, 'update', 'upward', '--to', '1');
      expect(await countEvents(url)).toBe(21_595);
    },
  );

  it('leaves nothing behind in the end', async () => {
    await settle(home);
    await rockpoolJson(home, 'remove', 'upward');
    if ((await names()).includes('acme')) await rockpoolJson(home, 'remove', 'acme');
    await settle(home);
    expect(await readServerState(home)).toEqual({ databases: [], roles: [] });
  });
});
