import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findBinaries } from '../../electron/servers/binaries.ts';
import type { RunningServer } from '../../electron/servers/server.ts';
import { connect } from '../../electron/sql/connect.ts';
import { freeBytes } from '../../electron/state/files.ts';
import { freePort } from './port.ts';

/** A PostgreSQL of a test's own, made anew and deleted in the end. */
export interface TestPostgres extends AsyncDisposable {
  readonly server: RunningServer;
  /** What the server has written to its log so far. */
  log(): string;
  stop(): Promise<void>;
}

export interface TestPostgresOptions {
  /** A folder with initdb and postgres; the platform package's without it. */
  readonly bin?: string;
  readonly settings?: readonly string[];
}

const run = promisify(execFile);

/** Starts a throw-away cluster on a free port of 127.0.0.1, with the settings that servers of ours have. */
export async function startPostgres(options: TestPostgresOptions = {}): Promise<TestPostgres> {
  const folder = mkdtempSync(join(os.tmpdir(), 'rockpool-pg-'));
  const identity = otherUser();
  if (identity !== null) chownSync(folder, identity.uid, identity.gid);
  const spawnOptions = { ...identity, cwd: folder, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' } };
  const bin = await reachableBin(options.bin ?? dirname(findBinaries().initdb), folder, spawnOptions);
  const data = join(folder, 'data');
  const password = randomBytes(12).toString('hex');
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password);
  if (identity !== null) chownSync(passwordFile, identity.uid, identity.gid);
  const { stdout } = await run(join(bin, 'postgres'), ['--version'], spawnOptions);
  const version = /(\d+)\S*/.exec(stdout)?.[0] ?? '0';
  const major = Number.parseInt(version, 10);
  const locale =
    major >= 17
      ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
      : ['--locale=C.UTF-8'];
  await run(
    join(bin, 'initdb'),
    [
      '-D',
      data,
      '-U',
      'rockpool',
      '-E',
      'UTF8',
      '-A',
      'scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--no-sync',
      ...locale,
    ],
    spawnOptions,
  );
  const port = await freePort();
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    'unix_socket_directories=',
    'fsync=off',
    'wal_level=minimal',
    'max_wal_senders=0',
    'max_locks_per_transaction=1024',
    'shared_buffers=64MB',
    'log_error_verbosity=terse',
    'log_min_error_statement=panic',
    'log_parameter_max_length=0',
    ...(options.settings ?? []),
  ];
  const postgres = spawn(
    join(bin, 'postgres'),
    ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
    {
      ...spawnOptions,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  for (const stream of [postgres.stdout, postgres.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const ended = new Promise<void>((resolve) => postgres.once('exit', () => resolve()));
  const address = (user: string, secret: string, database: string) => ({
    host: '127.0.0.1',
    port,
    user,
    password: secret,
    database,
  });
  const admin = address('rockpool', password, 'postgres');
  const stop = async (): Promise<void> => {
    if (postgres.exitCode === null && postgres.signalCode === null) postgres.kill('SIGQUIT');
    await ended;
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await untilReady(
      admin,
      () => postgres.exitCode !== null,
      () => output,
    );
  } catch (error) {
    await stop();
    throw error;
  }
  const server: RunningServer = {
    name: 'test',
    kind: 'embedded',
    host: '127.0.0.1',
    port,
    version,
    major,
    place: folder,
    freeBytes: () => freeBytes(folder),
    admin,
    address,
  };
  return { server, log: () => output, stop, [Symbol.asyncDispose]: stop };
}

async function untilReady(
  admin: RunningServer['admin'],
  hasExited: () => boolean,
  output: () => string,
): Promise<void> {
  for (;;) {
    try {
      await (await connect(admin)).close();
      return;
    } catch {
      if (hasExited()) throw new Error(`PostgreSQL did not start: ${output().slice(-2000)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

// PostgreSQL refuses to run as root.
function otherUser(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const users = readFileSync('/etc/passwd', 'utf8');
  const [, uid, gid] =
    /^postgres:[^:]*:(\d+):(\d+):/m.exec(users) ?? /^nobody:[^:]*:(\d+):(\d+):/m.exec(users) ?? [];
  return { uid: Number(uid ?? 65534), gid: Number(gid ?? 65534) };
}

// The checkout can lie below a folder that the other user may not enter, such as /root.
async function reachableBin(bin: string, folder: string, options: object): Promise<string> {
  try {
    await run(join(bin, 'postgres'), ['--version'], options);
    return bin;
  } catch {
    cpSync(dirname(bin), join(folder, 'native'), { recursive: true });
    return join(folder, 'native', 'bin');
  }
}
