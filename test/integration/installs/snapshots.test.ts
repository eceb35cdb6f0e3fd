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

  it('are told with what had been done to them, after going back too', async () => {
    const changedRows = async () => {
      const { former } = await rockpoolJson<ResetResult>(home, 'reset', 'acme');
      return former?.edited ?? [];
    };
    const table = (name: string, rows: number) => ({ schema: 'public', name, rows });
    await queryAt(url, 'DELETE FROM invoice_lines WHERE id IN (SELECT id FROM invoice_lines LIMIT 100)');
    await queryAt(url, 'TRUNCATE attachments');
    await queryAt(url, 'DROP TABLE api_keys CASCADE');
    const edited = await changedRows();
    const attachments = edited.find(({ name }) => name === 'attachments')?.rows ?? 0;
    const keys = edited.find(({ name }) => name === 'api_keys')?.rows ?? 0;
    expect(edited).toEqual([
      table('attachments', attachments),
      table('api_keys', keys),
      table('invoice_lines', 100),
    ]);
    expect(attachments).toBeGreaterThan(1000);
    expect(keys).toBeGreaterThan(200);
    expect(await changedRows()).toEqual([]);
    await rockpoolJson(home, 'snapshot', 'restore', 'acme', 'before reset');
    await queryAt(url, 'UPDATE plans SET name = name');
    const [{ n: plans } = { n: 0 }] = await queryAt(url, 'SELECT count(*)::int AS n FROM plans');
    expect(await changedRows()).toEqual([...edited, table('plans', Number(plans))]);
  });

  it('that were deleted can be had back for a while, under a label that is free', async () => {
    const labels = async () =>
      (await rockpoolJson<{ snapshots: Snapshot[] }>(home, 'snapshot', 'list', 'acme')).snapshots
        .filter(({ expiresAt }) => expiresAt === null)
        .map(({ label }) => label);
    await rockpoolJson(home, 'snapshot', 'save', 'acme', 'Söns & Co, 1st');
    const { snapshot } = await rockpoolJson<{ snapshot: { until: string } }>(
      home,
      'snapshot',
      'delete',
      'acme',
      'Söns & Co, 1st',
      '--keep',
    );
    expect(Date.parse(snapshot.until)).toBeGreaterThan(Date.now());
    expect(await labels()).toEqual(['half the events']);
    await rockpoolJson(home, 'snapshot', 'save', 'acme', 'Söns & Co, 1st');
    const undelete = ['snapshot', 'undelete', 'acme', 'Söns & Co, 1st'] as const;
    expect((await rockpoolError(home, ...undelete)).error.code).toBe('name_taken');
    await rockpoolJson(home, 'snapshot', 'delete', 'acme', 'Söns & Co, 1st');
    await rockpoolJson(home, ...undelete);
    expect(await labels()).toEqual(['Söns & Co, 1st', 'half the events']);
    await rockpoolJson(home, 'snapshot', 'restore', 'acme', 'Söns & Co, 1st');
    await rockpoolJson(home, 'snapshot', 'delete', 'acme', 'Söns & Co, 1st');
    expect((await rockpoolError(home, ...undelete)).error.code).toBe('snapshot_not_found');
    await rockpoolJson(home, 'reset', 'acme');
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
      rp_read: 1,
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
