import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InstallResult, ResetResult } from '../../../electron/contract/install.ts';
import { openServers } from '../../../electron/servers/servers.ts';
import { withSession } from '../../../electron/sql/connect.ts';
import { comeAndGo, isDisconnect } from '../../support/coming.ts';
import { type Home, makeHome } from '../../support/home.ts';
import { rockpool, rockpoolError, rockpoolJson, sampleRevision, settle } from '../../support/rockpool.ts';
import { countByPrefix, readServerState } from '../../support/server-state.ts';
import { onTestServer, testServer } from '../../support/test-server.ts';

let home: Home;
let url: string;
let rows: Record<string, number>;

beforeAll(async () => {
  home = await makeHome();
  const installed = await rockpoolJson<InstallResult>(home, 'install', sampleRevision, '--as', 'acme');
  url = installed.install.url;
  rows = await countRows(url);
  await settle(home);
});

afterAll(() => home[Symbol.asyncDispose]());

const tables = ['accounts', 'users', 'projects', 'invoices', 'events'];

async function withClient<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function countRows(connectionString: string): Promise<Record<string, number>> {
  return withClient(connectionString, async (client) => {
    const counts: Record<string, number> = {};
    for (const table of tables) {
      const {
        rows: [row],
      } = await client.query(`SELECT count(*)::int AS n FROM public.${table}`);
      counts[table] = row.n;
    }
    return counts;
  });
}

describe('reset', onTestServer, () => {
  it('brings back what was deleted, dropped, altered and made, under the same URL', async () => {
    await withClient(url, async (client) => {
      await client.query('DELETE FROM events');
      await client.query('DROP TABLE invoices CASCADE');
      await client.query('ALTER TABLE users ADD COLUMN nickname text');
      await client.query('CREATE TABLE scratch (id int)');
      await client.query('CREATE SCHEMA mine');
    });
    const reset = await rockpoolJson<ResetResult>(home, 'reset', 'acme');
    expect(reset.install.url).toBe(url);
    expect(await countRows(url)).toEqual(rows);
    const left = await withClient(url, (client) =>
      client.query(`SELECT to_regclass('public.scratch') AS scratch, to_regnamespace('mine') AS mine,
        (SELECT count(*)::int FROM information_schema.columns WHERE table_name = 'users' AND column_name = 'nickname') AS nickname`),
    );
    expect(left.rows[0]).toEqual({ scratch: null, mine: null, nickname: 0 });
  });

  it('ends open sessions and says how many', async () => {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    await client.connect();
    await client.query('BEGIN; LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE');
    const reset = await rockpoolJson<ResetResult>(home, 'reset', 'acme');
    expect(reset.ended).toBe(1);
    await expect(client.query('SELECT 1')).rejects.toThrow();
    await client.end().catch(() => {});
  });

  it('uses the spare that the background made, and has the next one made', async () => {
    await settle(home);
    const before = await readServerState(home);
    const spare = before.databases.find((database) => database.name.startsWith('rp_spare_'));
    await rockpoolJson(home, 'reset', 'acme');
    await settle(home);
    const after = await readServerState(home);
    expect(after.databases.find((database) => database.name === 'acme')?.oid).toBe(spare?.oid);
    const { rp_former: _, ...others } = countByPrefix(after);
    expect(others).toEqual({ named: 2, rp_own: 1, rp_pristine: 1, rp_read: 1, rp_spare: 1 });
    expect(after.databases.filter((database) => database.open).map((database) => database.name)).toEqual([
      'acme',
    ]);
  });

  it('never shows a half-filled database to 20 clients that reconnect in a loop (E16)', async () => {
    let going = true;
    const seen = new Set<string>();
    let answers = 0;
    const surprises: string[] = [];
    const clients = Array.from({ length: 20 }, async () => {
      while (going) {
        try {
          const counts = await countRows(url);
          seen.add(JSON.stringify(counts));
          answers += 1;
        } catch (error) {
          if (!isDisconnect(error)) surprises.push(String(error));
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
    for (let round = 0; round < 4; round += 1) {
      await withClient(url, (client) => client.query('SELECT 1'));
      const reset = await rockpoolJson<ResetResult>(home, 'reset', 'acme');
      expect(reset.install.url).toBe(url);
    }
    going = false;
    await Promise.all(clients);
    expect(surprises).toEqual([]);
    expect(answers).toBeGreaterThan(20);
    expect([...seen]).toEqual([JSON.stringify(rows)]);
  });

  it('ends none of 20 clients once it was told done (E16)', async () => {
    await using people = comeAndGo(url, 20);
    const ended: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await rockpoolJson<ResetResult>(home, 'reset', 'acme');
      const live = await withClient(url, (client) =>
        client.query('SELECT oid::text FROM pg_database WHERE datname = current_database()'),
      );
      const { oid } = live.rows[0] as { oid: string };
      const before = people.entered(oid);
      await expect.poll(() => people.entered(oid), { timeout: 60_000 }).toBeGreaterThan(before + 20);
      ended.push(people.endedIn(oid));
    }
    await people.stop();
    expect(ended).toEqual([0, 0, 0]);
    expect(people.surprises).toEqual([]);
  });

  it('keeps a live that was edited for a while, drops one that was not, and gives back what was there', async () => {
    await rockpoolJson(home, 'reset', 'acme');
    const clean = await rockpoolJson<ResetResult>(home, 'reset', 'acme');
    expect(clean.former).toBeNull();
    await withClient(url, async (client) => {
      await client.query("UPDATE accounts SET notes = 'mine' WHERE id = 1");
      // Statistics are told when a session ends or is idle.
      await client.query('SELECT pg_stat_force_next_flush()').catch(() => {});
    });
    const reset = await rockpoolJson<ResetResult>(home, 'reset', 'acme');
    expect(reset.former).toMatchObject({ label: 'before reset', edited: [{ name: 'accounts', rows: 1 }] });
    await rockpoolJson(home, 'snapshot', 'restore', 'acme', 'before reset');
    const notes = await withClient(url, (client) => client.query('SELECT notes FROM accounts WHERE id = 1'));
    expect(notes.rows).toEqual([{ notes: 'mine' }]);
    await rockpoolJson(home, 'reset', 'acme');
  });

  it('copies anew where somebody dropped the spare, and restores from the cache where the pristine is gone (E21)', async () => {
    await settle(home);
    const server = await openServers(home.core).running(testServer.name);
    if (server === null) throw new Error('the server does not run');
    const { databases } = await readServerState(home);
    await withSession(server.admin, {}, async (admin) => {
      for (const { name } of databases.filter((database) => /^rp_(spare|pristine)_/.test(database.name))) {
        await admin.query(`DROP DATABASE ${name}`);
      }
    });
    await withClient(url, (client) => client.query('DELETE FROM events'));
    await rockpoolJson(home, 'reset', 'acme');
    expect(await countRows(url)).toEqual(rows);
    await settle(home);
    const { rp_former: _, ...others } = countByPrefix(await readServerState(home));
    expect(others).toEqual({ named: 2, rp_own: 1, rp_pristine: 1, rp_read: 1, rp_spare: 1 });
  });

  it('brings a live back that somebody dropped from the server', async () => {
    await settle(home);
    const server = await openServers(home.core).running(testServer.name);
    if (server === null) throw new Error('the server does not run');
    await withSession(server.admin, {}, (admin) => admin.query('DROP DATABASE acme WITH (FORCE)'));
    await rockpoolJson(home, 'reset', 'acme');
    expect(await countRows(url)).toEqual(rows);
  });

  it('keeps a live for a while that nobody can look into, as if it had been edited', async () => {
    await settle(home);
    const server = await openServers(home.core).running(testServer.name);
    if (server === null) throw new Error('the server does not run');
    await withClient(url, (client) => client.query("UPDATE accounts SET notes = 'mine' WHERE id = 1"));
    await withSession(server.admin, {}, (admin) => admin.query('ALTER DATABASE acme CONNECTION LIMIT 0'));
    const reset = await rockpoolJson<ResetResult>(home, 'reset', 'acme');
    expect(reset.former).toMatchObject({ label: 'before reset', edited: [] });
    expect(await countRows(url)).toEqual(rows);
  });

  it('lays the password anew where the user changed it, so that the URL stays true (C8)', async () => {
    await withClient(url, (client) => client.query("SET ROLE NONE; ALTER ROLE acme PASSWORD 'changed'"));
    await rockpoolJson(home, 'reset', 'acme');
    expect(await countRows(url)).toEqual(rows);
  });

  it('starts the server where it is stopped', async () => {
    await settle(home);
    expect((await rockpool(home, 'server', 'stop')).code).toBe(0);
    await rockpoolJson(home, 'reset', 'acme');
    expect(await countRows(url)).toEqual(rows);
  });

  it('says which installs there are where the name is unknown', async () => {
    const { code, error } = await rockpoolError(home, 'reset', 'acne');
    expect(code).toBe(1);
    expect(error).toMatchObject({ code: 'install_not_found', hint: 'There are: acme.' });
  });
});
