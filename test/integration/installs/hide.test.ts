import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InstallResult, RemoveResult } from '../../../electron/contract/install.ts';
import { getInstall, getRemoved, putInstall } from '../../../electron/installs/records.ts';
import { type Home, makeHome } from '../../support/home.ts';
import { countAt, queryAt } from '../../support/query.ts';
import { rockpool, rockpoolError, rockpoolJson, sampleRevision, settle } from '../../support/rockpool.ts';
import { onTestServer } from '../../support/test-server.ts';

let home: Home;

beforeAll(async () => {
  home = await makeHome();
});

afterAll(() => home[Symbol.asyncDispose]());

const install = async (name: string) =>
  (await rockpoolJson<InstallResult>(home, 'install', sampleRevision, '--as', name)).install;
const names = async () =>
  (await rockpoolJson<{ installs: { name: string }[] }>(home, 'list')).installs.map(({ name }) => name);
const endTime = (name: string) =>
  putInstall(home.core.state, {
    ...getRemoved(home.core.state, name),
    removedUntil: new Date(Date.now() - 1000).toISOString(),
  });
const databases = async (url: string) =>
  (await queryAt(url, 'SELECT datname FROM pg_database')).map((row) => String(row.datname));

describe('a removal that can be undone', onTestServer, () => {
  it('hides the install, ends who is in it, and brings it back as it was', async () => {
    const { url } = await install('acme');
    await queryAt(url, 'DELETE FROM events');
    const removed = await rockpoolJson<RemoveResult>(home, 'remove', 'acme', '--keep');
    expect(removed).toMatchObject({ install: { name: 'acme', tables: 17 }, changedRows: 22_015 });
    expect(Date.parse(removed.until ?? '')).toBeGreaterThan(Date.now());
    expect(await names()).toEqual([]);
    await expect(queryAt(url, 'SELECT 1')).rejects.toThrow('not currently accepting connections');
    const { error } = await rockpoolError(home, 'reset', 'acme');
    expect(error).toMatchObject({ code: 'install_not_found', hint: expect.stringContaining('--undo') });
    const back = await rockpoolJson<{ install: { url: string } }>(home, 'remove', 'acme', '--undo');
    expect(back.install.url).toBe(url);
    expect(await countAt(url, 'events')).toBe(0);
    expect((await rockpoolError(home, 'remove', 'acme', '--undo')).error.code).toBe('install_not_found');
    await rockpoolJson(home, 'reset', 'acme');
    expect(await countAt(url, 'events')).toBe(22_015);
  });

  it('keeps the schedules of an install asleep, not lost', async () => {
    const list = async () => rockpoolJson<{ schedules: { install: string }[] }>(home, 'schedule', 'list');
    await rockpoolJson(home, 'schedule', 'acme', '0 3 * * *', 'reset');
    await rockpoolJson(home, 'remove', 'acme', '--keep');
    expect((await list()).schedules).toEqual([]);
    await rockpoolJson(home, 'remove', 'acme', '--undo');
    expect((await list()).schedules).toMatchObject([{ install: 'acme' }]);
  });

  it('is finished by an install that wants the name', async () => {
    const { url } = await rockpoolJson<{ url: string }>(home, 'url', 'acme');
    await queryAt(url, 'CREATE TABLE mine (id int)');
    await rockpoolJson(home, 'remove', 'acme', '--keep');
    const next = await install('acme');
    expect(await queryAt(next.url, "SELECT to_regclass('public.mine') AS t")).toEqual([{ t: null }]);
    expect((await rockpoolError(home, 'remove', 'acme', '--undo')).error.code).toBe('install_not_found');
  });

  it('is finished at once by a plain remove, and by the background when its time is over', async () => {
    const { url } = await install('witness');
    await install('second');
    for (const name of ['acme', 'second']) await rockpoolJson(home, 'remove', name, '--keep');
    expect(await databases(url)).toEqual(expect.arrayContaining(['acme', 'second']));
    await rockpoolJson(home, 'remove', 'acme');
    expect(await databases(url)).not.toContain('acme');
    endTime('second');
    // Any command leaves to the background what is to be done.
    await rockpoolJson(home, 'list');
    await expect.poll(() => databases(url)).not.toContain('second');
    await settle(home);
    expect(await names()).toEqual(['witness']);
  });

  it('that was killed before it closed the live is one that happened (E15)', async () => {
    const { url } = await rockpoolJson<{ url: string }>(home, 'url', 'witness');
    const { state } = home.core;
    const removedUntil = new Date(Date.now() + 3_600_000).toISOString();
    putInstall(state, { ...getInstall(state, 'witness'), removedUntil });
    expect(await queryAt(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await rockpool(home, 'server', 'start');
    await expect(queryAt(url, 'SELECT 1')).rejects.toThrow('not currently accepting connections');
    await rockpool(home, 'remove', 'witness', '--undo');
    expect(await queryAt(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});
