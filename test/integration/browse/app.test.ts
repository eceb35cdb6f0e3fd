import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, openApp } from '../../../electron/app.ts';
import { type BrowseResult, RowsWish } from '../../../electron/contract/browse.ts';
import type { InstallResult } from '../../../electron/contract/install.ts';
import { openServers } from '../../../electron/servers/servers.ts';
import { withSession } from '../../../electron/sql/connect.ts';
import { type Home, makeHome } from '../../support/home.ts';
import { queryAt } from '../../support/query.ts';
import { rockpool, rockpoolError, rockpoolJson, sampleRevision, settle } from '../../support/rockpool.ts';

let home: Home;
let app: App;
let url: string;

beforeAll(async () => {
  home = await makeHome();
  url = (await rockpoolJson<InstallResult>(home, 'install', sampleRevision, '--as', 'acme')).install.url;
  await settle(home);
  app = await openApp(home.environment);
});

afterAll(async () => {
  await app?.[Symbol.asyncDispose]();
  await home?.[Symbol.asyncDispose]();
});

const users = { schema: 'public', name: 'users' };

describe('rockpool browse', () => {
  it('lists the tables without one', async () => {
    const { columns, rows, next } = await rockpoolJson<BrowseResult>(home, 'browse', 'acme');
    expect(columns.map((column) => column.name).slice(0, 4)).toEqual(['schema', 'name', 'kind', 'rows']);
    expect(rows.map(([, name]) => name)).toEqual(expect.arrayContaining(['accounts', 'users', 'events']));
    expect(next).toBeNull();
    const text = await rockpool(home, 'browse', 'acme');
    expect(text.stdout).toMatch(/^table +kind +rows +size/);
  });

  it('prints rows that fulfil conditions, and goes on behind them', async () => {
    const all = await queryAt(url, 'SELECT id::text FROM users ORDER BY users.id LIMIT 25');
    const first = await rockpoolJson<BrowseResult>(home, 'browse', 'acme', 'users', '--limit', '10');
    expect(first.columns[0]).toEqual({ name: 'id', type: expect.any(String) });
    expect(first.rows.map(([id]) => id)).toEqual(all.slice(0, 10).map((row) => row.id));
    const args = ['browse', 'acme', 'public.users', '--limit', '15', '--after', first.next ?? ''];
    const second = await rockpoolJson<BrowseResult>(home, ...args);
    expect(second.rows.map(([id]) => id)).toEqual(all.slice(10).map((row) => row.id));
    const id = String(all[3]?.id);
    const one = await rockpoolJson<BrowseResult>(home, 'browse', 'acme', 'users', '--where', `id=${id}`);
    expect(one.rows.map(([first]) => first)).toEqual([id]);
    expect(one.next).toBeNull();
  });

  it('reads more rows than a page has', async () => {
    const [count] = await queryAt(url, 'SELECT count(*)::int AS n FROM events');
    const found = await rockpoolJson<BrowseResult>(home, 'browse', 'acme', 'events', '--limit', '1700');
    expect(found.rows).toHaveLength(Math.min(1700, Number(count?.n)));
  });

  it('says what is wrong: table, column, condition, value, install', async () => {
    const failed = async (...args: string[]) => (await rockpoolError(home, 'browse', ...args)).error;
    expect(await failed('acme', 'user')).toMatchObject({
      code: 'table_not_found',
      hint: expect.stringContaining('users'),
    });
    expect(await failed('acme', 'users', '--where', 'idd=1')).toMatchObject({ code: 'column_not_found' });
    expect(await failed('acme', 'users', '--where', 'nothing')).toMatchObject({ code: 'usage' });
    const secret = await failed('acme', 'users', '--where', 'id=secret-value');
    expect(secret).toMatchObject({ code: 'usage' });
    expect(JSON.stringify(secret)).not.toContain('secret-value');
    expect(await failed('nobody')).toMatchObject({ code: 'install_not_found' });
  });
});

describe('a live that is reset meanwhile', () => {
  it('is read on without an error, and shows the fresh copy', async () => {
    await queryAt(url, 'TRUNCATE users CASCADE');
    expect((await app.countRows('acme', { table: users, filters: [] })).rows).toBe(0);
    let isOver = false;
    const reads: number[] = [];
    const reading = Array.from({ length: 3 }, async () => {
      while (!isOver) {
        const [page, result] = await Promise.all([
          app.browseRows('acme', RowsWish.parse({ table: users, limit: 1 })),
          app.runConsole('acme', { sql: 'SELECT count(*) FROM users', limit: 1 }),
        ]);
        reads.push(page.rows.length, result.rows.length);
      }
    });
    for (let round = 0; round < 3; round++) await rockpoolJson(home, 'reset', 'acme');
    isOver = true;
    await Promise.all(reading);
    expect(reads.length).toBeGreaterThan(0);
    expect((await app.countRows('acme', { table: users, filters: [] })).rows).toBeGreaterThan(0);
    await settle(home);
  });

  it('may have its idle sessions ended: the next read opens new ones', async () => {
    await app.browseTables('acme');
    const server = await openServers(home.core).running('embedded');
    if (server === null) throw new Error('the server does not run');
    const ended = await withSession(server.admin, {}, (admin) =>
      admin.query(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'rp_read_acme'",
      ),
    );
    expect(ended.rows.length).toBeGreaterThan(0);
    expect((await app.browseTables('acme')).length).toBeGreaterThan(0);
  });
});

describe('the reader', () => {
  it('is let into a live that was opened without it', async () => {
    const server = await openServers(home.core).running('embedded');
    if (server === null) throw new Error('the server does not run');
    await withSession(server.admin, {}, (admin) =>
      admin.query('REVOKE CONNECT ON DATABASE acme FROM rp_read_acme'),
    );
    await app.closeBrowse();
    expect((await app.browseTables('acme')).length).toBeGreaterThan(0);
  });

  it('is in no other database than the lives', async () => {
    const server = await openServers(home.core).running('embedded');
    if (server === null) throw new Error('the server does not run');
    const open = await withSession(server.admin, {}, (admin) =>
      admin.query(
        "SELECT datname FROM pg_database WHERE datallowconn AND has_database_privilege('rp_read_acme', oid, 'CONNECT') ORDER BY 1",
      ),
    );
    expect(open.rows.map((row) => row.datname)).toEqual(['acme']);
  });
});

describe('a server that does not run', () => {
  it('is named with the command that starts it, and read again once it does', async () => {
    await rockpoolJson(home, 'server', 'stop');
    await expect(app.browseTables('acme')).rejects.toMatchObject({
      code: 'server_stopped',
      hint: expect.stringContaining('rockpool server start embedded'),
    });
    await rockpoolJson(home, 'server', 'start');
    expect((await app.browseTables('acme')).length).toBeGreaterThan(0);
  });
});
