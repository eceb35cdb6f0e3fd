import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clearTheWay } from '../../../electron/servers/clear.ts';
import { clusterFiles } from '../../../electron/servers/cluster.ts';
import { pause } from '../../../electron/servers/control.ts';
import { findPostmaster, listServerProcesses } from '../../../electron/servers/postmaster.ts';
import { findRecord, removeRecord } from '../../../electron/servers/registry.ts';
import type { RunningServer } from '../../../electron/servers/server.ts';
import { openServers, type Servers } from '../../../electron/servers/servers.ts';
import { connect, withSession } from '../../../electron/sql/connect.ts';
import { isAlive, ownProcess, startTime } from '../../../electron/state/processes.ts';
import { startCommand } from '../../support/command.ts';
import { type Home, makeHome } from '../../support/home.ts';
import { freePort } from '../../support/port.ts';

let home: Home;
let servers: Servers;

beforeEach(async () => {
  home = await makeHome();
  servers = openServers(home.core);
});

afterEach(() => home[Symbol.asyncDispose]());

const ensure = (): Promise<RunningServer> => servers.ensure({ kind: 'embedded' });

function dataOf(server: RunningServer): string {
  return clusterFiles(server.place).data;
}

function postmasterPid(data: string): number {
  const found = findPostmaster(data);
  if (found.state !== 'running') throw new Error(`the postmaster is ${found.state}`);
  return found.process.pid;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(5);
}

async function keepRow(server: RunningServer): Promise<void> {
  await withSession(server.admin, {}, async (session) => {
    await session.query('CREATE TABLE IF NOT EXISTS kept (n integer)');
    await session.query('INSERT INTO kept VALUES (1)');
  });
}

async function keptRows(server: RunningServer): Promise<number> {
  const { rows } = await withSession(server.admin, {}, (session) => session.query('SELECT n FROM kept'));
  return rows.length;
}

describe('a server that was killed', () => {
  it('is listed as failed and starts again with all that was committed (E8, E14)', async () => {
    const server = await ensure();
    await keepRow(server);
    const pid = postmasterPid(dataOf(server));
    process.kill(pid, 'SIGKILL');
    await until(() => startTime(pid) === null);
    expect(await servers.running('embedded')).toBeNull();
    expect((await servers.list())[0]).toMatchObject({
      state: 'failed',
      note: expect.stringContaining('repairs'),
    });
    const again = await ensure();
    expect(again.port).toBe(server.port);
    expect(await keptRows(again)).toBe(1);
  });

  it.runIf(process.platform === 'linux')(
    'leaves no busy backend behind when it starts again (E8)',
    async () => {
      const server = await ensure();
      const session = await connect(server.admin);
      void session.query('SELECT count(*) FROM generate_series(1, 1000000000000)').catch(() => {});
      await pause(300);
      const pid = postmasterPid(dataOf(server));
      process.kill(pid, 'SIGKILL');
      await until(() => startTime(pid) === null);
      expect(await clearTheWay(dataOf(server), home.core.log, { waitMs: 200 })).toBe(false);
      expect(listServerProcesses(dataOf(server))).toEqual([]);
      await session.close();
      expect((await ensure()).port).toBe(server.port);
    },
  );
});

describe('a postmaster.pid that was left over (E9)', () => {
  // Under the uid of the server, where PostgreSQL itself would believe in it.
  function stranger(data: string, script: string): ReturnType<typeof spawn> {
    const { uid, gid } = statSync(data);
    const identity = process.getuid?.() === 0 ? { uid, gid } : {};
    return spawn('/bin/sh', ['-c', script], { ...identity, cwd: '/', stdio: ['ignore', 'pipe', 'ignore'] });
  }

  async function stopped(): Promise<{ data: string; pidFile: string; text: string }> {
    const server = await ensure();
    const data = dataOf(server);
    const pidFile = join(data, 'postmaster.pid');
    const text = readFileSync(pidFile, 'utf8');
    await servers.stop('embedded');
    return { data, pidFile, text };
  }

  it('of a live stranger: it is neither adopted nor signalled', async () => {
    const { data, pidFile, text } = await stopped();
    const child = stranger(data, 'echo ready; exec sleep 600');
    await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
    try {
      writeFileSync(pidFile, text.replace(/^\d+/, String(child.pid)));
      expect(await servers.running('embedded')).toBeNull();
      expect(await servers.stop('embedded')).toBe(false);
      await ensure();
      expect(postmasterPid(data)).not.toBe(child.pid);
      expect(child.exitCode ?? child.signalCode).toBeNull();
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('of another server of ours: that one goes on', async () => {
    const { pidFile, text, data } = await stopped();
    const other = await servers.ensure({ kind: 'embedded', port: await freePort() });
    const otherPid = postmasterPid(dataOf(other));
    writeFileSync(pidFile, text.replace(/^\d+/, String(otherPid)));
    expect(await servers.stop('embedded')).toBe(false);
    await ensure();
    expect(postmasterPid(data)).not.toBe(otherPid);
    expect(postmasterPid(dataOf(other))).toBe(otherPid);
  });

  it('that is empty: it is removed', async () => {
    const { pidFile } = await stopped();
    writeFileSync(pidFile, '');
    expect((await servers.list())[0]?.state).toBe('failed');
    await ensure();
    expect((await servers.list())[0]?.state).toBe('running');
  });

  it.runIf(process.platform === 'linux')('of a zombie: it is removed', async () => {
    const { data, pidFile, text } = await stopped();
    // The shell becomes a program that never asks for the end of the child that the shell had.
    const child = stranger(data, 'sleep 600 & echo $!; exec sleep 600');
    const [line] = await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
    const zombie = Number(String(line).trim());
    try {
      await until(() => readFileSync(`/proc/${child.pid}/comm`, 'utf8') === 'sleep\n');
      process.kill(zombie, 'SIGKILL');
      await until(() => /^\d+ \(.*\) Z/.test(readFileSync(`/proc/${zombie}/stat`, 'utf8')));
      writeFileSync(pidFile, text.replace(/^\d+/, String(zombie)));
      await ensure();
      expect(postmasterPid(data)).not.toBe(zombie);
    } finally {
      child.kill('SIGKILL');
    }
  });
});

describe('a command that was killed', () => {
  it.each([
    ['the folder is made', (made: string) => existsSync(made)],
    ['PG_VERSION is there', (made: string) => existsSync(join(made, 'data', 'PG_VERSION'))],
    ['pg_control is there', (made: string) => existsSync(join(made, 'data', 'global', 'pg_control'))],
    ['the first database is there', (made: string) => existsSync(join(made, 'data', 'base', '5'))],
  ])(
    'while the cluster was made, once %s, does not keep the next from making it (E10)',
    async (_, reached) => {
      const command = startCommand(home.environment, ['ensure']);
      const folder = home.core.paths.servers;
      const attempt = (): string | undefined => readdirSync(folder).find((entry) => entry.endsWith('.new'));
      await until(() => {
        const entry = attempt();
        return entry !== undefined && reached(join(folder, entry));
      });
      command.child.kill('SIGKILL');
      await once(command.child, 'close');
      expect(existsSync(join(folder, 'embedded'))).toBe(false);
      await ensure();
      expect(readdirSync(folder)).toEqual(['embedded']);
    },
  );

  it('after the cluster was whole and before it was recorded, leaves a cluster that is found again', async () => {
    const server = await ensure();
    await keepRow(server);
    await servers.stop('embedded');
    removeRecord(home.core.state, 'embedded');
    expect(await keptRows(await ensure())).toBe(1);
  });

  it('after the server was started and before it was prepared, leaves one that the next prepares', async () => {
    const server = await ensure();
    await withSession(server.admin, {}, async (session) => {
      await session.query('COMMENT ON ROLE rp_admin IS NULL');
      await session.query('ALTER DATABASE template0 ALLOW_CONNECTIONS true');
    });
    expect(await servers.running('embedded')).toBeNull();
    const again = await servers.start('embedded');
    await withSession(again.admin, {}, async (session) => {
      const marked = await session.query(
        "SELECT shobj_description('rp_admin'::regrole, 'pg_authid') AS mark",
      );
      expect(marked.rows).toEqual([{ mark: expect.stringMatching(/^rockpool \d+$/) }]);
      const template = await session.query(
        "SELECT datallowconn FROM pg_database WHERE datname = 'template0'",
      );
      expect(template.rows).toEqual([{ datallowconn: 'f' }]);
    });
  });

  it('whose record was lost while the server ran, leaves one that is taken over on its own port (E8)', async () => {
    const server = await ensure();
    const pid = postmasterPid(dataOf(server));
    removeRecord(home.core.state, 'embedded');
    const again = await ensure();
    expect(again.port).toBe(server.port);
    expect(postmasterPid(dataOf(server))).toBe(pid);
  });

  it('gives up its half-made cluster at once when it is cancelled', async () => {
    const cancelling = new AbortController();
    const making = servers.ensure({ kind: 'embedded' }, cancelling.signal);
    const folder = home.core.paths.servers;
    await until(() =>
      readdirSync(folder).some((entry) => existsSync(join(folder, entry, 'data', 'PG_VERSION'))),
    );
    cancelling.abort();
    await expect(making).rejects.toMatchObject({ name: 'AbortError' });
    expect(readdirSync(folder)).toEqual([]);
    expect(findRecord(home.core.state, 'embedded')).toBeNull();
  });
});

describe('several processes at once', () => {
  it('make one server together', async () => {
    const commands = [1, 2, 3].map(() => startCommand(home.environment, ['ensure']));
    const results = await Promise.all(commands.map((command) => command.result<RunningServer>()));
    const own = await ensure();
    expect(new Set([own, ...results].map((server) => `${server.port} ${server.admin.password}`)).size).toBe(
      1,
    );
    expect(readdirSync(home.core.paths.servers)).toEqual(['embedded']);
  });

  it('do not wait for one that was killed while it held the lock', async () => {
    const command = startCommand(home.environment, ['ensure']);
    await until(() => readdirSync(home.core.paths.servers).length > 0);
    command.child.kill('SIGKILL');
    await once(command.child, 'close');
    expect(isAlive(ownProcess())).toBe(true);
    expect((await ensure()).name).toBe('embedded');
  });
});

describe('a home that was lost', () => {
  it('keeps the old cluster aside and makes a new one', async () => {
    const server = await ensure();
    const pid = postmasterPid(dataOf(server));
    removeRecord(home.core.state, 'embedded');
    await rm(join(home.core.paths.secrets, 'passwords.json'));
    const again = await ensure();
    expect(startTime(pid)).toBeNull();
    expect(again.admin.password).not.toBe(server.admin.password);
    const kept = readdirSync(home.core.paths.servers).filter((entry) => entry.startsWith('embedded.lost-'));
    expect(kept).toHaveLength(1);
  });
});
