import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { RunningServer } from '../../electron/servers/server.ts';
import { connect } from '../../electron/sql/connect.ts';
import { patienceMs } from './patience.ts';
import { freePort } from './port.ts';
import type { TestPostgres } from './postgres.ts';

const run = promisify(execFile);

/** A PostgreSQL of a test's own in a container, with the client programs of its version. */
export interface ContainerPostgres extends TestPostgres {
  /** Runs a program in the container; `folder` is there under its own name. */
  exec(args: readonly string[], password: string): Promise<Buffer>;
}

/** Starts a throw-away server from an image, on a port of 127.0.0.1. Programs in it write into `folder`. */
export async function startContainer(image: string, folder: string): Promise<ContainerPostgres> {
  const port = await freePort();
  const name = `rockpool-test-${randomBytes(6).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  // Without a network of its own: what is wanted of it is its programs.
  await run('docker', [
    ...['run', '-d', '--rm', '--network', 'host', '--name', name, '-v', `${folder}:${folder}`],
    ...['-e', 'POSTGRES_USER=rockpool', '-e', 'POSTGRES_DB=postgres', '-e', `POSTGRES_PASSWORD=${password}`],
    ...[image, 'postgres', '-c', `port=${port}`, '-c', 'listen_addresses=127.0.0.1'],
    ...['-c', 'max_locks_per_transaction=1024', '-c', 'fsync=off', '-c', 'unix_socket_directories=/tmp'],
  ]);
  const stop = async (): Promise<void> => {
    await run('docker', ['rm', '-f', '-v', name]).catch(() => {});
  };
  const address = (user: string, secret: string, database: string) => ({
    host: '127.0.0.1',
    port,
    user,
    password: secret,
    database,
  });
  const admin = address('rockpool', password, 'postgres');
  try {
    const version = await untilReady(admin);
    const server: RunningServer = {
      name: 'test',
      kind: 'docker',
      host: '127.0.0.1',
      port,
      version,
      major: Number.parseInt(version, 10),
      place: folder,
      freeBytes: async () => null,
      admin,
      address,
    };
    const exec = async (args: readonly string[], secret: string): Promise<Buffer> => {
      const settings = ['-e', `PGPASSWORD=${secret}`, '-e', 'PGCLIENTENCODING=UTF8', '-e', 'LC_ALL=C.UTF-8'];
      const { stdout } = await run('docker', ['exec', ...settings, name, ...args], {
        encoding: 'buffer',
        maxBuffer: 256 * 1024 * 1024,
      });
      return stdout;
    };
    return { server, exec, log: () => '', stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function untilReady(admin: RunningServer['admin']): Promise<string> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      await using session = await connect(admin);
      const { rows } = await session.query<{ server_version: string }>('SHOW server_version');
      return (rows[0]?.server_version ?? '0').split(' ')[0] ?? '0';
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
