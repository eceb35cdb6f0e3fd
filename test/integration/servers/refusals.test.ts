import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import net from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clusterFiles } from '../../../electron/servers/cluster.ts';
import { waitUntilReady } from '../../../electron/servers/ready.ts';
import { findRecord } from '../../../electron/servers/registry.ts';
import { openServers, type Servers } from '../../../electron/servers/servers.ts';
import { type Home, makeHome } from '../../support/home.ts';
import { freePort, listenOn } from '../../support/port.ts';

let home: Home;
let servers: Servers;

beforeEach(async () => {
  home = await makeHome();
  servers = openServers(home.core);
});

afterEach(() => home[Symbol.asyncDispose]());

function addInstall(name: string): void {
  home.core.state.run(
    "INSERT INTO installs (name, server, pristine, record) VALUES (?, 'embedded', 'p', '{}')",
    name,
  );
}

describe('a port that somebody else has', () => {
  it('is left to them by a server that has installs, and they are named (E3)', async () => {
    const server = await servers.ensure({ kind: 'embedded' });
    addInstall('acme');
    await servers.stop('embedded');
    await using listener = await listenOn(server.port);
    await expect(servers.start('embedded')).rejects.toMatchObject({
      code: 'port_taken',
      message: expect.stringContaining(`process ${process.pid}`),
      detail: { port: listener.port, pid: process.pid },
    });
    expect((await servers.list())[0]).toMatchObject({
      state: 'stopped',
      port: server.port,
      installs: ['acme'],
    });
  });

  it('is exchanged for another while nobody has been told of it (E3)', async () => {
    const server = await servers.ensure({ kind: 'embedded' });
    await servers.stop('embedded');
    await using _listener = await listenOn(server.port);
    const moved = await servers.start('embedded');
    expect(moved.port).not.toBe(server.port);
    expect(findRecord(home.core.state, 'embedded')?.port).toBe(moved.port);
  });

  it('is refused where it was asked for, before anything is made (E3)', async () => {
    await using listener = await listenOn(0);
    await expect(servers.ensure({ kind: 'embedded', port: listener.port })).rejects.toMatchObject({
      code: 'port_taken',
      detail: { pid: process.pid },
    });
    expect(await servers.list()).toEqual([]);
    expect(existsSync(join(home.core.paths.servers, `embedded_${listener.port}`))).toBe(false);
  });
});

describe('a server on a chosen port', () => {
  it('is made once, lives beside the shared one and goes with all that belongs to it', async () => {
    const shared = await servers.ensure({ kind: 'embedded' });
    const port = await freePort();
    const server = await servers.ensure({ kind: 'embedded', port });
    expect(server).toMatchObject({ name: `embedded_${port}`, port });
    expect(await servers.ensure({ kind: 'embedded', port })).toMatchObject({
      name: server.name,
      admin: server.admin,
    });
    expect((await servers.ensure({ kind: 'embedded', port: shared.port })).name).toBe('embedded');
    await servers.remove(server.name);
    await servers.remove(server.name);
    expect(existsSync(server.place)).toBe(false);
    expect((await servers.list()).map(({ name }) => name)).toEqual(['embedded']);
    expect(home.core.secrets.get(`${server.name}/rp_admin`)).toBeNull();
    expect(await servers.running('embedded')).not.toBeNull();
  });
});

describe('a cluster that cannot be started', () => {
  it('says why in the words of the server, with the end of its log (E13)', async () => {
    const server = await servers.ensure({ kind: 'embedded' });
    await servers.stop('embedded');
    await rm(join(clusterFiles(server.place).data, 'global', 'pg_control'));
    await expect(servers.start('embedded')).rejects.toMatchObject({
      code: 'server_failed',
      message: expect.stringMatching(/did not start: could not find the database system/),
      hint: expect.stringContaining('server logs'),
      detail: { log: expect.stringContaining('pg_control') },
    });
  });

  it('is kept as it is where another version made it (E11)', async () => {
    const server = await servers.ensure({ kind: 'embedded' });
    await servers.stop('embedded');
    const file = join(clusterFiles(server.place).data, 'PG_VERSION');
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, '12\n');
    await expect(servers.start('embedded')).rejects.toMatchObject({
      code: 'server_version',
      message: expect.stringContaining('PostgreSQL 12'),
    });
    writeFileSync(file, before);
    expect((await servers.start('embedded')).port).toBe(server.port);
  });

  it('is missed where installs live on it, and made anew where none do', async () => {
    const server = await servers.ensure({ kind: 'embedded' });
    await servers.stop('embedded');
    addInstall('acme');
    await rename(server.place, `${server.place}.away`);
    await expect(servers.ensure({ kind: 'embedded' })).rejects.toMatchObject({
      code: 'server_failed',
      message: expect.stringContaining('is gone'),
    });
    home.core.state.run('DELETE FROM installs');
    expect((await servers.ensure({ kind: 'embedded' })).place).toBe(server.place);
  });

  it('is not locked out in silence when its password was lost', async () => {
    await servers.ensure({ kind: 'embedded' });
    await home.core.secrets.remove('embedded/rp_admin');
    await expect(servers.start('embedded')).rejects.toMatchObject({
      code: 'server_failed',
      message: expect.stringContaining('password'),
    });
    await home.core.secrets.set('embedded/rp_admin', 'another-password');
    await expect(servers.start('embedded')).rejects.toMatchObject({
      code: 'server_failed',
      message: expect.stringContaining('does not take the password'),
    });
    await servers.stop('embedded');
  });
});

describe('waiting for a server', () => {
  it('ends at its own deadline where something listens and says nothing (E4, E13)', async () => {
    const silent = net.createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as net.AddressInfo;
    const admin = { host: '127.0.0.1', port, user: 'rp_admin', password: 'x', database: 'postgres' };
    try {
      await expect(waitUntilReady(admin, null, { timeoutMs: 200 })).rejects.toMatchObject({
        code: 'server_failed',
        message: expect.stringContaining('did not answer'),
      });
    } finally {
      silent.close();
    }
  });
});
