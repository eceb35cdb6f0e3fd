import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { dirname } from 'node:path';

/** The user of this machine that runs the server where we are root. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * The whole environment of everything that this room starts. An allow-list: a server that inherits ours would let
 * `COPY FROM PROGRAM 'env'` read whatever keys it holds (faults F4).
 */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  if (process.platform !== 'win32') return { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
  const kept: NodeJS.ProcessEnv = { TZ: 'UTC' };
  for (const name of ['SystemRoot', 'SystemDrive', 'TEMP', 'TMP']) {
    if (process.env[name] !== undefined) kept[name] = process.env[name];
  }
  kept.PATH = `${kept.SystemRoot}\\System32;${kept.SystemRoot}`;
  return kept;
}

/** Starts a program under the account, with the clean environment, in a folder that the account can enter. */
export function startProgram(
  program: string,
  args: readonly string[],
  { account, ...options }: SpawnOptions & { account: Account | null },
): ChildProcess {
  return spawn(program, args, {
    cwd: dirname(program),
    windowsHide: true,
    ...options,
    env: cleanEnvironment(),
    // With a uid Node also drops the supplementary groups of root (libuv, uv__process_child_init).
    ...(account === null ? {} : { uid: account.uid, gid: account.gid }),
  });
}

export interface ProgramResult {
  /** Null where it was ended by a signal or could not be started. */
  readonly exitCode: number | null;
  /** The last 16 kB of what it wrote to stdout and stderr, or why it could not be started. */
  readonly output: string;
}

/** Runs a program to its end; the signal or the timeout kills it. Throws the signal's reason alone. */
export async function runProgram(
  program: string,
  args: readonly string[],
  {
    account,
    cwd,
    timeoutMs,
    signal,
  }: { account: Account | null; cwd?: string; timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<ProgramResult> {
  signal?.throwIfAborted();
  const result = await new Promise<ProgramResult>((resolve) => {
    const failed = (error: unknown): void =>
      resolve({ exitCode: null, output: error instanceof Error ? error.message : String(error) });
    let child: ChildProcess;
    try {
      child = startProgram(program, args, {
        account,
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
        ...(signal === undefined ? {} : { signal }),
        ...(cwd === undefined ? {} : { cwd }),
      });
    } catch (error) {
      failed(error);
      return;
    }
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-16_384);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.on('error', (error) => {
      if (signal?.aborted !== true) failed(error);
    });
    child.on('close', (exitCode) => resolve({ exitCode, output }));
  });
  signal?.throwIfAborted();
  return result;
}
