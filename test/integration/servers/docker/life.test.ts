import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readerAddress } from '../../../../electron/servers/reader.ts';
import type { RunningServer } from '../../../../electron/servers/server.ts';
import { openServers, type Servers } from '../../../../electron/servers/servers.ts';
import { connect } from '../../../../electron/sql/connect.ts';
import { docker, listEverything, needsImage } from '../../../support/engine.ts';
import { type Home, makeHome } from '../../../support/home.ts';
import { patienceMs } from '../../../support/patience.ts';

let home: Home;
let servers: Servers;
let server: RunningServer;
let stranger: Stranger;

beforeAll(async () => {
  home = await makeHome();
  stranger = await makeStranger(`stranger-${home.core.paths.homeId}`);
  servers = openServers(home.core);
  server = await servers.ensure({ kind: 'docker', postgres: 17 });
});

afterAll(async () => {
  await home?.[Symbol.asyncDispose]();
  await stranger?.remove();
});

const engine = () => docker as NonNullable<typeof docker>;
const container = () => `rockpool-${home.core.paths.homeId}-docker-17`;
const inspect = () => engine().getContainer(container()).inspect();

async function ask(sql: string): Promise<Record<string, unknown>[]> {
  await using session = await connect(server.admin);
  return (await session.query(sql)).rows;
}

describe('a server in a container', needsImage('postgres:17'), () => {
  it('answers on 127.0.0.1 alone, to our password alone (E4, E7)', async () => {
    expect(server).toMatchObject({ name: 'docker_17', kind: 'docker', host: '127.0.0.1', major: 17 });
    const { HostConfig } = await inspect();
    expect(HostConfig.PortBindings).toEqual({
      '5432/tcp': [{ HostIp: '127.0.0.1', HostPort: String(server.port) }],
    });
    const wrong = new pg.Client({ ...server.admin, password: 'wrong' });
    await expect(wrong.connect()).rejects.toMatchObject({ code: '28P01' });
    expect(
      await ask('SELECT count(*)::int AS n FROM pg_hba_file_rules WHERE auth_method <> $$scram-sha-256$$'),
    ).toEqual([{ n: '0' }]);
  });

  it('has only the rights, memory and processes that it needs, and no restart policy (E6)', async () => {
    const { HostConfig, Mounts, Config } = await inspect();
    expect(HostConfig).toMatchObject({
      CapDrop: ['ALL'],
      CapAdd: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETUID', 'SETGID'],
      SecurityOpt: ['no-new-privileges'],
      PidsLimit: 512,
      ShmSize: 268_435_456,
    });
    expect(HostConfig.RestartPolicy?.Name).toBe('no');
    // None without a name, which would stay behind.
    expect(Mounts.filter((mount) => mount.Type === 'volume')).toHaveLength(1);
    expect(Mounts.find((mount) => mount.Name === container())?.Destination).toBe('/var/lib/rockpool');
    expect(Config.Labels).toMatchObject({
      'rockpool.app': 'rockpool',
      'rockpool.home': home.core.paths.homeId,
      'rockpool.server': 'docker_17',
    });
  });

  it('shows no secret in what the engine tells, in processes or in the container (F4)', async () => {
    const secrets = [server.admin.password, (await readerAddress(home.core, server, 'postgres')).password];
    const { Pid } = (await inspect()).State;
    const told = [
      JSON.stringify(await inspect()),
      JSON.stringify(await engine().getVolume(container()).inspect()),
      execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }),
      readFileSync(`/proc/${Pid}/environ`, 'latin1'),
      execFileSync('docker', ['exec', container(), 'cat', '/etc/rockpool/password'], { encoding: 'utf8' }),
      execFileSync('docker', ['logs', container()], { encoding: 'utf8' }),
    ].join('\n');
    for (const secret of secrets) expect(told).not.toContain(secret);
    expect(told).toContain('POSTGRES_PASSWORD_FILE');
  });

  it('runs with the settings of servers of ours, sorts by itself and keeps its data on its volume', async () => {
    const rows = await ask(
      "SELECT name, setting FROM pg_settings WHERE name IN ('wal_level', 'max_wal_senders', 'fsync', 'allow_alter_system', 'log_min_error_statement', 'data_directory', 'shared_preload_libraries')",
    );
    expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
      allow_alter_system: 'off',
      data_directory: '/var/lib/rockpool/data',
      fsync: 'on',
      log_min_error_statement: 'panic',
      max_wal_senders: '0',
      shared_preload_libraries: '',
      wal_level: 'minimal',
    });
    expect(
      await ask(
        "SELECT lower('ÄÖ') AS low, datlocprovider AS by FROM pg_database WHERE datname = 'template1'",
      ),
    ).toEqual([{ low: 'äö', by: 'b' }]);
  });

  it('is told with its engine, image, size and memory', async () => {
    const [told] = await servers.list();
    expect(told).toMatchObject({
      name: 'docker_17',
      state: 'running',
      port: server.port,
      sizeBytes: expect.any(Number),
      container: { image: 'postgres:17', container: container(), memoryBytes: expect.any(Number) },
    });
    expect(told?.container?.memoryBytes).toBeGreaterThan(1_000_000);
    expect(await server.freeBytes()).toBeGreaterThan(1_000_000);
  });

  it('shows its log and follows it over a stop and a start', async () => {
    const stop = new AbortController();
    const lines: string[] = [];
    const following = servers.log('docker_17', { follow: true, signal: stop.signal }, (line) =>
      lines.push(line),
    );
    await servers.stop('docker_17');
    server = await servers.start('docker_17');
    for (const deadline = Date.now() + patienceMs; Date.now() < deadline; ) {
      const ready = lines.findLastIndex((line) => line.includes('ready to accept connections'));
      if (ready > lines.findLastIndex((line) => line.includes('database system is shut down'))) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    stop.abort();
    await following;
    expect(lines.join('\n')).toMatch(/database system is shut down[\s\S]*ready to accept connections/);
  });

  it('is stopped with what it holds, started on the same port, and the same for a second process', async () => {
    await ask('CREATE TABLE kept (n int)');
    const { Id } = await inspect();
    expect(await servers.stop('docker_17')).toBe(true);
    expect(await servers.stop('docker_17')).toBe(false);
    expect((await servers.list())[0]).toMatchObject({ state: 'stopped', note: null });
    expect(await servers.running('docker_17')).toBeNull();
    const again = await servers.ensure({ kind: 'docker', postgres: 17 });
    expect(again.port).toBe(server.port);
    expect((await inspect()).Id).toBe(Id);
    const other = await openServers(home.core).ensure({ kind: 'docker', postgres: 17 });
    expect(other.port).toBe(server.port);
    expect(await ask('SELECT count(*)::int AS n FROM kept')).toEqual([{ n: '0' }]);
  });

  it('gets a new container over the same data where somebody removed its own', async () => {
    await engine().getContainer(container()).remove({ force: true });
    expect((await servers.list())[0]).toMatchObject({ state: 'stopped' });
    server = await servers.start('docker_17');
    expect(await ask('SELECT count(*)::int AS n FROM kept')).toEqual([{ n: '0' }]);
  });

  it('is found again where its record was lost', async () => {
    home.core.state.run("DELETE FROM servers WHERE name = 'docker_17'");
    server = await servers.ensure({ kind: 'docker', postgres: 17 });
    expect(await ask('SELECT count(*)::int AS n FROM kept')).toEqual([{ n: '0' }]);
  });

  it('begins anew where its volume is gone, under the same password and port', async () => {
    await engine().getContainer(container()).remove({ force: true });
    await engine().getVolume(container()).remove();
    const again = await servers.start('docker_17');
    expect(again.admin).toEqual(server.admin);
    expect(await ask("SELECT to_regclass('kept')::text AS t")).toEqual([{ t: null }]);
  });

  it('goes with everything that was made for it, and a stranger’s things are as they were', async () => {
    await servers.remove('docker_17');
    expect(await servers.list()).toEqual([]);
    const left = (await listEverything(engine())).filter((name) => name.includes(home.core.paths.homeId));
    expect(left).toEqual(stranger.names);
    expect(await stranger.look()).toEqual(stranger.before);
  });
});

/** A container, a volume and a network that somebody else has. */
interface Stranger {
  readonly names: string[];
  readonly before: string;
  look(): Promise<string>;
  remove(): Promise<void>;
}

async function makeStranger(name: string): Promise<Stranger> {
  const network = await engine().createNetwork({ Name: name });
  await engine().createVolume({ Name: name });
  const container = await engine().createContainer({
    name,
    Image: 'postgres:17',
    Cmd: ['true'],
    HostConfig: { NetworkMode: name, Mounts: [{ Type: 'volume', Source: name, Target: '/stranger' }] },
  });
  // The engine lists mounts in any order.
  const inspected = async () => {
    const { Mounts, ...facts } = await container.inspect();
    return { ...facts, Mounts: Mounts.map((mount) => JSON.stringify(mount)).toSorted() };
  };
  const look = async (): Promise<string> =>
    JSON.stringify([await inspected(), await engine().getVolume(name).inspect(), await network.inspect()]);
  return {
    names: [`container /${name}`, `network ${name}`, `volume ${name}`],
    before: await look(),
    look,
    remove: async () => {
      await container.remove({ v: true });
      await engine().getVolume(name).remove();
      await network.remove();
    },
  };
}
