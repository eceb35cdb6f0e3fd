import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  InstallResult,
  MoveResult,
  ResetResult,
  Snapshot,
  SnapshotSaved,
} from '../../../electron/contract/install.ts';
import { type Home, makeHome } from '../../support/home.ts';
import { freePort } from '../../support/port.ts';
import { countAt, queryAt, withClient } from '../../support/query.ts';
import { rockpoolError, rockpoolJson, sampleRevision, settle } from '../../support/rockpool.ts';
import { countByPrefix, readServerState } from '../../support/server-state.ts';
import { onTestServer, testServer } from '../../support/test-server.ts';

let home: Home;
let url: string;

beforeAll(async () => {
  home = await makeHome();
  url = (await rockpoolJson<InstallResult>(home, 'install', sampleRevision, '--as', 'acme')).install.url;
});

afterAll(() => home[Symbol.asyncDispose]());

describe('snapshots', onTestServer, () => {
  it('keep the live as it is, open sessions or not, and say for how long it was closed', async () => {
    await queryAt(url, 'DELETE FROM events WHERE id % 2 = 0');
    const half = await countAt(url, 'events');
    const saved = await withClient(url, () =>
      rockpoolJson<SnapshotSaved>(home, 'snapshot', 'save', 'acme', 'half the events'),
    );
    expect(saved.snapshot).toMatchObject({ label: 'half the events', revision: '2', expiresAt: null });
    expect(saved.ms.closed).toBeGreaterThan(0);
    expect(await countAt(url, 'events')).toBe(half);
  });

  it('can be gone back to, again and again, under the same URL', async () => {
    const [{ n: half } = { n: 0 }] = await queryAt(url, 'SELECT count(*)::int AS n FROM events');
    for (const round of [1, 2]) {
      await queryAt(url, `CREATE TABLE after_${round} (id int); DELETE FROM invoice_lines`);
      const back = await rockpoolJson<ResetResult>(home, 'snapshot', 'restore', 'acme', 'half the events');
      expect(back.install.url).toBe(url);
      expect(await countAt(url, 'events')).toBe(half);
      expect(await countAt(url, 'invoice_lines')).toBe(3035);
      expect(await queryAt(url, `SELECT to_regclass('public.after_${round}') AS t`)).toEqual([{ t: null }]);
    }
    await rockpoolJson(home, 'reset', 'acme');
    expect(await countAt(url, 'events')).toBe(22_015);
  });

  it('have labels of their own: a taken one, an unknown one and a bad one are refused', async () => {
    expect((await rockpoolError(home, 'snapshot', 'save', 'acme', 'half the events')).error.code).toBe(
      'name_taken',
    );
    expect((await rockpoolError(home, 'snapshot', 'restore', 'acme', 'nothing')).error).toMatchObject({
      code: 'snapshot_not_found',
      hint: expect.stringContaining('half the events'),
    });
    expect((await rockpoolError(home, 'snapshot', 'save', 'acme', '../x')).error.code).toBe('name_invalid');
  });

  it('stand in the way of a move, which would lose them', async () => {
    const { error } = await rockpoolError(home, 'move', 'acme', '--port', String(await freePort()));
    expect(error.code).toBe('snapshot_in_the_way');
  });

  it('are deleted with their database', async () => {
    await settle(home);
    const { snapshots } = await rockpoolJson<{ snapshots: Snapshot[] }>(home, 'snapshot', 'list', 'acme');
    for (const { label } of snapshots) await rockpoolJson(home, 'snapshot', 'delete', 'acme', label);
    await settle(home);
    expect(countByPrefix(await readServerState(home))).toEqual({
      named: 2,
      rp_own: 1,
      rp_pristine: 1,
      rp_spare: 1,
    });
  });
});

describe('move', onTestServer, () => {
  it('brings an install to another port with its user and password, and leaves nothing behind', async () => {
    const port = await freePort();
    await queryAt(url, 'DELETE FROM events WHERE id < 100');
    const moved = await rockpoolJson<MoveResult>(home, 'move', 'acme', '--port', String(port));
    expect(moved).toMatchObject({
      changed: true,
      install: { name: 'acme', port, server: `${testServer.name}_${port}` },
    });
    expect(new URL(moved.install.url).password).toBe(new URL(url).password);
    expect(await countAt(moved.install.url, 'events')).toBe(22_015);
    await settle(home);
    expect(await readServerState(home)).toEqual({ databases: [], roles: [] });
    const again = await rockpoolJson<MoveResult>(home, 'move', 'acme', '--port', String(port));
    expect(again.changed).toBe(false);
    const reset = await rockpoolJson<ResetResult>(home, 'reset', 'acme');
    expect(reset.install.url).toBe(moved.install.url);
  });

  it('goes back to the shared server and removes the one that was made for it', async () => {
    await settle(home);
    const moved = await rockpoolJson<MoveResult>(home, 'move', 'acme');
    expect(moved.install.url).toBe(url);
    expect(await countAt(url, 'events')).toBe(22_015);
    const { servers } = await rockpoolJson<{ servers: { name: string }[] }>(home, 'server', 'list');
    expect(servers.map((server) => server.name)).toEqual([testServer.name]);
  });
});
