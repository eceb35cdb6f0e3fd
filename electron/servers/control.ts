import { closeSync, openSync } from 'node:fs';
import { chmod, statfs } from 'node:fs/promises';
import { RockpoolError } from '../contract/errors.ts';
import { writeDurable } from '../state/durable.ts';
import { isAlive, type ProcessId } from '../state/processes.ts';
import { findBinaries } from './binaries.ts';
import { type ClusterFiles, clusterFiles } from './cluster.ts';
import { logSize, readLogFrom, rotateLog } from './logs.ts';
import type { Programs } from './place.ts';
import { isPortFree, portTaken } from './ports.ts';
import { findPostmaster, listServerProcesses } from './postmaster.ts';
import { type Account, runProgram, startProgram } from './program.ts';
import { accessRules, serverSettings, writeSettings } from './settings.ts';

/** What is to be started. */
export interface StartWish {
  readonly name: string;
  readonly folder: string;
  readonly port: number;
  readonly account: Account | null;
  readonly programs: Programs;
  /** The file that the server writes its log to. */
  readonly logFile: string;
}

/** A server that was told to start. */
export interface Starting {
  /** True once its process has ended. */
  ended(): boolean;
  /** The error `server_failed` or `port_taken`, with the sentence that the server wrote last. */
  failure(what: string): RockpoolError;
  /** Ends it the hard way: for one that never became ready. */
  abandon(): Promise<void>;
}

/**
 * Starts PostgreSQL so that it outlives this process, with settings written anew. The caller has made sure with
 * `clearTheWay` that nothing runs in the folder. Throws `port_taken` with its holder.
 */
export async function startPostmaster(wish: StartWish): Promise<Starting> {
  const files = clusterFiles(wish.folder);
  if (!(await isPortFree(wish.port))) throw portTaken(wish.port, portHint(wish.name));
  await writeConfiguration(files, wish);
  rotateLog(wish.logFile);
  const logStart = logSize(wish.logFile);
  const args = [
    '-D',
    files.data,
    '-c',
    `config_file=${files.settings}`,
    '-c',
    `hba_file=${files.accessRules}`,
  ];
  const ended =
    process.platform === 'win32' ? await startOnWindows(args, files, wish) : startDetached(args, files, wish);
  return {
    ended,
    failure: (what) => startError(what, wish, readLogFrom(wish.logFile, logStart)),
    abandon: async () => {
      await stopPostmaster(files.data, 0);
    },
  };
}

const portHint = (name: string): string =>
  `Stop that program and run rockpool server start ${name} again; the port stays, as people have its URL.`;

// Three variables of a gigabyte in a block took the memory of a laptop. What a backend maps counts, so this is above
// what honest work takes: 128 MB of shared buffers, 1 GB to sort with, a value of 1 GB. It is inherited by all backends.
const mostKilobytes = 2.5 * 1024 ** 2;
// The shell is replaced by PostgreSQL, expands nothing of its words and adds nothing to its variables. Where the limit is
// lower already it stays.
const environment = 'PATH="$PATH" LC_ALL="$LC_ALL" TZ="$TZ"';
const limited = ['-c', `ulimit -v "$0" 2>/dev/null; exec env -i ${environment} "$@"`, String(mostKilobytes)];

// PostgreSQL is started without pg_ctl, in whose shell a `$` in a path would be expanded.
function startDetached(args: string[], files: ClusterFiles, wish: StartWish): () => boolean {
  const output = openSync(wish.logFile, 'a', 0o600);
  try {
    const { postgres } = wish.programs.binaries;
    const [program, words] =
      process.platform === 'linux' ? ['/bin/sh', [...limited, postgres, ...args]] : [postgres, args];
    const child = startProgram(program, words, {
      account: wish.account,
      cwd: files.folder,
      detached: true,
      stdio: ['ignore', output, output],
    });
    let over = child.pid === undefined;
    child.on('error', () => {
      over = true;
    });
    child.on('exit', () => {
      over = true;
    });
    child.unref();
    return () => over;
  } finally {
    closeSync(output);
  }
}

// There pg_ctl is needed: PostgreSQL refuses administrators, and pg_ctl gives up their rights for it.
async function startOnWindows(args: string[], files: ClusterFiles, wish: StartWish): Promise<() => boolean> {
  const options = args
    .slice(2)
    .map((arg) => (arg === '-c' ? arg : `"${arg}"`))
    .join(' ');
  const result = await runProgram(
    wish.programs.binaries.pgCtl,
    ['start', '-W', '-s', '-D', files.data, '-l', wish.logFile, '-o', options],
    { account: wish.account, cwd: files.folder, timeoutMs: 30_000 },
  );
  const startedAt = Date.now();
  return () =>
    result.exitCode !== 0 ||
    (Date.now() - startedAt > 5000 && findPostmaster(files.data).state !== 'running');
}

async function writeConfiguration(files: ClusterFiles, { name, port, account }: StartWish): Promise<void> {
  const { bavail, bsize } = await statfs(files.folder);
  const shared = process.platform === 'linux' ? await statfs('/dev/shm').catch(() => null) : null;
  const settings = serverSettings({
    name,
    port,
    freeBytes: bavail * bsize,
    sharedMemoryBytes:
      process.platform === 'linux' ? (shared === null ? 0 : shared.blocks * shared.bsize) : null,
  });
  const mode = account === null ? 0o600 : 0o644;
  for (const [path, text] of [
    [files.settings, writeSettings(settings)],
    [files.accessRules, accessRules],
  ] as const) {
    await writeDurable(path, text, mode);
    // A strict umask would keep the account from reading them; they hold no secrets.
    await chmod(path, mode);
  }
}

function startError(what: string, wish: StartWish, output: string): RockpoolError {
  if (/could not bind .*Address already in use/.test(output))
    return portTaken(wish.port, portHint(wish.name));
  if (/No space left on device/.test(output)) {
    return new RockpoolError('disk_full', `The server ${wish.name} did not start: its disk is full.`, {
      hint: 'Free some space and start it again.',
      detail: { folder: wish.folder },
    });
  }
  const lines = output.trim().split('\n');
  const told =
    lines.findLast((line) => /(?:FATAL|PANIC): /.test(line)) ??
    lines.find((line) => line.startsWith('postgres: '));
  const cause = told?.replace(/^(?:.*?(?:FATAL|PANIC):|postgres:) +/, '').replace(/\.$/, '');
  return new RockpoolError(
    'server_failed',
    `The server ${wish.name} ${what}${cause === undefined ? '' : `: ${cause}`}.`,
    {
      hint: `See its log with rockpool server logs ${wish.name}.`,
      detail: { log: lines.slice(-20).join('\n'), file: wish.logFile },
    },
  );
}

/**
 * Stops the server of a data folder: fast, and at once after `fastMs`; nothing that was committed is lost in
 * either way. Returns false where none ran. Throws `server_failed` where it does not end.
 */
export async function stopPostmaster(data: string, fastMs = 30_000): Promise<boolean> {
  const found = findPostmaster(data);
  if (found.state !== 'running') return false;
  const steps = [
    { mode: 'fast', signal: 'SIGINT', waitMs: fastMs },
    { mode: 'immediate', signal: 'SIGQUIT', waitMs: 10_000 },
    { mode: 'immediate', signal: 'SIGKILL', waitMs: 5000 },
  ] as const;
  for (const step of steps) {
    if (step.waitMs === 0) continue;
    if (!isAlive(found.process)) return true;
    if (process.platform === 'win32') {
      const args = ['stop', '-W', '-s', '-D', data, '-m', step.mode];
      await runProgram(findBinaries().pgCtl, args, { account: null, cwd: data, timeoutMs: 10_000 });
    } else {
      signalProcess(found.process.pid, step.signal);
    }
    if (await hasEnded(found.process, data, step.waitMs)) return true;
  }
  throw new RockpoolError('server_failed', `The server in ${data} does not stop.`, {
    hint: 'Restart the machine, or end it yourself.',
    detail: { folder: data, pid: found.process.pid },
  });
}

async function hasEnded(server: ProcessId, data: string, waitMs: number): Promise<boolean> {
  const deadline = Date.now() + waitMs;
  while (Date.now() < deadline) {
    if (!isAlive(server) && listServerProcesses(data).length === 0) return true;
    await pause(20);
  }
  return false;
}

/** Sends a signal; a process that has just ended is fine. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Waits. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
