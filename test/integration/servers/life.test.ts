import { readFileSync, readlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clusterFiles } from '../../../electron/servers/cluster.ts';
import { findPostmaster } from '../../../electron/servers/postmaster.ts';
import { readerAddress } from '../../../electron/servers/reader.ts';
import type { RunningServer } from '../../../electron/servers/server.ts';
import { openServers, type Servers } from '../../../electron/servers/servers.ts';
import { withSession } from '../../../electron/sql/connect.ts';
import { runCommand } from '../../support/command.ts';
import { type Home, makeHome } from '../../support/home.ts';

let home: Home;
let servers: Servers;
let server: RunningServer;

beforeAll(async () => {
  home = await makeHome();
  servers = openServers(home.core);
  // Started by a process of its own, which has ended when the tests begin.
  const command = {
    ...home.environment,
    AWS_SECRET_ACCESS_KEY: 'never-to-be-inherited',
    PGPASSWORD: 'nor-this',
  };
  await runCommand(command, ['ensure']);
  const running = await servers.running('embedded');
  if (running === null) throw new Error('the server does not run');
  server = running;
});

afterAll(() => home[Symbol.asyncDispose]());

function show(name: string): Promise<string> {
  return withSession(server.admin, {}, async (session) => {
    const { rows } = await session.query<{ value: string }>('SELECT current_setting($1) AS value', [name]);
    return String(rows[0]?.value);
  });
}

function postmasterPid(): number {
  const found = findPostmaster(clusterFiles(server.place).data);
  if (found.state !== 'running') throw new Error(`the postmaster is ${found.state}`);
  return found.process.pid;
}

describe('a server of ours', () => {
  it('outlives the command that started it and is taken over by the next (E8)', async () => {
    const before = postmasterPid();
    const again = await servers.ensure({ kind: 'embedded' });
    expect(again.port).toBe(server.port);
    expect(postmasterPid()).toBe(before);
  });

  it('is listed as running with its version and size', async () => {
    const [listed] = await servers.list();
    expect(listed).toMatchObject({
      name: 'embedded',
      kind: 'embedded',
      state: 'running',
      version: server.version,
    });
    expect(listed?.sizeBytes).toBeGreaterThan(1_000_000);
  });

  it.runIf(process.platform === 'linux')('inherits nothing but the allow-list (F4)', () => {
    const variables = readFileSync(`/proc/${postmasterPid()}/environ`, 'utf8')
      .split('\0')
      .filter((line) => line !== '')
      .map((line) => line.split('=')[0]);
    expect(variables.toSorted()).toEqual(['LC_ALL', 'PATH', 'TZ']);
  });

  it.runIf(process.platform === 'linux')('has no open file of the command but its own log (F4)', () => {
    const log = readlinkSync(`/proc/${postmasterPid()}/fd/2`);
    expect(log).toBe(`${home.core.paths.logs}/server-embedded.log`);
    expect(readlinkSync(`/proc/${postmasterPid()}/fd/0`)).toBe('/dev/null');
  });

  it.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
    'runs without the groups of root where root starts it',
    () => {
      const status = readFileSync(`/proc/${postmasterPid()}/status`, 'utf8');
      expect(/^Groups:[ \t]*(.*)$/m.exec(status)?.[1]?.trim()).toBe('');
      expect(/^Uid:\s*(\d+)/m.exec(status)?.[1]).not.toBe('0');
    },
  );

  it('refuses a wrong password', async () => {
    const wrong = server.address('rp_admin', 'not-the-password', 'postgres');
    await expect(withSession(wrong, {}, async () => 'let in')).rejects.toMatchObject({ code: '28P01' });
  });

  it('lets nobody in without a password or by anything but scram', async () => {
    const rules = await withSession(server.admin, {}, (session) =>
      session.query('SELECT type, address, auth_method FROM pg_hba_file_rules'),
    );
    expect(rules.rows).toEqual([{ type: 'host', address: '127.0.0.1', auth_method: 'scram-sha-256' }]);
    expect(await show('unix_socket_directories')).toBe('');
  });

  it.each([
    ['listen_addresses', '127.0.0.1'],
    ['fsync', 'on'],
    ['full_page_writes', 'on'],
    ['wal_level', 'minimal'],
    ['max_wal_senders', '0'],
    ['max_wal_size', '4GB'],
    ['max_locks_per_transaction', '1024'],
    ['shared_preload_libraries', ''],
    ['session_preload_libraries', ''],
    ['local_preload_libraries', ''],
    ['password_encryption', 'scram-sha-256'],
    ['log_error_verbosity', 'terse'],
    ['log_min_error_statement', 'panic'],
    ['log_parameter_max_length', '0'],
    ['autovacuum', 'on'],
    ['TimeZone', 'UTC'],
  ])('runs with %s = %s', async (name, value) => {
    expect(await show(name)).toBe(value);
  });

  it('limits temporary files, so that no query fills the disk (C13)', async () => {
    expect(await show('temp_file_limit')).toMatch(/^\d+GB$/);
  });

  it('sorts and folds letters beyond ASCII alike on every machine (E12)', async () => {
    const { rows } = await withSession(server.admin, {}, (session) =>
      session.query(`SELECT lower('ÄÖ') AS lower, 'ÄÖ' ILIKE 'äö' AS alike, datlocprovider, datlocale
                     FROM pg_database WHERE datname = 'postgres'`),
    );
    expect(rows).toEqual([{ lower: 'äö', alike: 't', datlocprovider: 'b', datlocale: 'C.UTF-8' }]);
  });

  it('writes neither statements nor values of rows to its log (F5)', async () => {
    await withSession(server.admin, {}, async (session) => {
      await session.query('CREATE TEMP TABLE person (email text PRIMARY KEY, age integer)');
      await session.query('INSERT INTO person VALUES ($1, 1)', ['jane.roe@example.org']);
      await expect(
        session.query('INSERT INTO person VALUES ($1, 1)', ['jane.roe@example.org']),
      ).rejects.toThrow();
      await expect(session.query("INSERT INTO person VALUES ('x', 'secret-of-jane')")).rejects.toThrow();
      await expect(session.query('SELECT jane_roe_was_here')).rejects.toThrow();
      await expect(
        session.query("DO $$ BEGIN RAISE WARNING 'jane roe said so'; RAISE 'jane roe'; END $$"),
      ).rejects.toThrow();
    });
    const log = readFileSync(`${home.core.paths.logs}/server-embedded.log`, 'utf8');
    expect(log).toContain('ready to accept connections');
    expect(log).not.toMatch(/jane|INSERT|SELECT|person/i);
  });

  it('gives the reader every row and no way to change one', async () => {
    await withSession(server.admin, {}, (session) =>
      session.query('CREATE DATABASE readable TEMPLATE template0'),
    );
    const reader = await readerAddress(home.core, server, 'readable');
    await withSession({ ...server.admin, database: 'readable' }, {}, async (session) => {
      await session.query('CREATE TABLE hidden AS SELECT 1 AS n');
      await session.query('ALTER TABLE hidden ENABLE ROW LEVEL SECURITY');
      await session.query('CREATE VIEW trap AS SELECT * FROM hidden');
    });
    await withSession(reader, {}, async (session) => {
      expect((await session.query('SELECT n FROM public.hidden')).rows).toEqual([{ n: '1' }]);
      await expect(session.query('SELECT * FROM public.trap')).rejects.toThrow(/non-system view/);
      await expect(session.query('DELETE FROM public.hidden')).rejects.toMatchObject({ code: '25006' });
      await session.query('SET default_transaction_read_only = off');
      await expect(session.query('DELETE FROM public.hidden')).rejects.toMatchObject({ code: '42501' });
    });
  });

  it('keeps statistics of a dump out of every database made from template0 (C20)', async () => {
    await withSession(server.admin, {}, async (session) => {
      await session.query("CREATE ROLE guest LOGIN PASSWORD 'guest'");
      await session.query('CREATE DATABASE guests OWNER guest TEMPLATE template0');
    });
    await withSession(server.address('guest', 'guest', 'guests'), {}, async (session) => {
      await session.query('CREATE TABLE mine (n integer)');
      await expect(
        session.query(
          "SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', 'mine', 'version', 180000, 'relpages', 7::integer)",
        ),
      ).rejects.toMatchObject({ code: '42501' });
    });
    await expect(
      withSession(server.address('guest', 'guest', 'postgres'), {}, async () => 'let in'),
    ).rejects.toMatchObject({ code: '42501' });
  });

  it('keeps template0 closed', async () => {
    const { rows } = await withSession(server.admin, {}, (session) =>
      session.query("SELECT datallowconn FROM pg_database WHERE datname = 'template0'"),
    );
    expect(rows).toEqual([{ datallowconn: 'f' }]);
  });

  it('shows the end of its log and follows it', async () => {
    const lines: string[] = [];
    await servers.log('embedded', { follow: false }, (line) => lines.push(line));
    expect(lines.some((line) => line.includes('ready to accept connections'))).toBe(true);
    const following = new AbortController();
    const seen = new Promise<string>((resolve) => {
      const onLine = (line: string): void => {
        if (line.includes('no_such_role')) resolve(line);
      };
      void servers.log('embedded', { follow: true, signal: following.signal }, onLine);
    });
    const stranger = server.address('no_such_role', 'x', 'postgres');
    await expect(withSession(stranger, {}, async () => 'let in')).rejects.toThrow();
    expect(await seen).toContain('password authentication failed');
    following.abort();
  });

  it('is not found under a name that nobody has', async () => {
    await expect(servers.start('nothing')).rejects.toMatchObject({ code: 'server_not_found' });
    await expect(servers.stop('nothing')).rejects.toMatchObject({ code: 'server_not_found' });
    await expect(servers.log('nothing', { follow: false }, () => {})).rejects.toMatchObject({
      code: 'server_not_found',
    });
    expect(await servers.running('nothing')).toBeNull();
    await expect(servers.ensure({ kind: 'external' })).rejects.toMatchObject({ code: 'not_available' });
  });
});

describe('stopping and starting', () => {
  it('keeps port, passwords and data, whichever process does it', async () => {
    await withSession(server.admin, {}, (session) => session.query('CREATE DATABASE kept'));
    expect(await servers.stop('embedded')).toBe(true);
    expect(await servers.stop('embedded')).toBe(false);
    expect(await servers.running('embedded')).toBeNull();
    expect((await servers.list())[0]).toMatchObject({ state: 'stopped', sizeBytes: null });
    const started = await runCommand<RunningServer>(home.environment, ['start', 'embedded']);
    expect(started).toMatchObject({ port: server.port, admin: server.admin });
    const { rows } = await withSession(server.admin, {}, (session) =>
      session.query("SELECT 1 AS there FROM pg_database WHERE datname = 'kept'"),
    );
    expect(rows).toHaveLength(1);
  });

  it('ends sessions that are open instead of waiting for them', async () => {
    await withSession(server.admin, {}, async (session) => {
      const sleeping = session.query('SELECT pg_sleep(600)').catch((error: { code?: string }) => error.code);
      expect(await servers.stop('embedded')).toBe(true);
      expect(await sleeping).toBe('57P01');
    });
    await servers.start('embedded');
  });
});
