import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ErrorReport } from '../../electron/contract/errors.ts';
import { listJobs } from '../../electron/jobs/history.ts';
import type { Home } from './home.ts';
import { patienceMs } from './patience.ts';
import { strict } from './strict.ts';
import { withServer } from './test-server.ts';

const main = fileURLToPath(new URL('../../electron/shells/cli/main.ts', import.meta.url));

/** The shipped sample as published: a workflow with two revisions. */
export const sample = fileURLToPath(new URL('../../resources/sample/tidewater', import.meta.url));

/** The sample's second revision, a folder of one revision's files. */
export const sampleRevision = join(sample, '2');

/** How a command of the command line ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command in a home of its own, as a person or a script does, and waits for its end. */
export async function rockpool(home: Pick<Home, 'environment'>, ...args: string[]): Promise<Ended> {
  const child = startRockpool(home, ...args);
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...texts };
}

/** Runs a command with `--json` and returns its document; throws with its error where it fails. */
export async function rockpoolJson<Result>(
  home: Pick<Home, 'environment'>,
  ...args: string[]
): Promise<Result> {
  const ended = await rockpool(home, ...args, '--json');
  if (ended.code !== 0)
    throw new Error(`rockpool ${args.join(' ')} ended with ${ended.code}: ${ended.stdout}${ended.stderr}`);
  return JSON.parse(ended.stdout) as Result;
}

/** Runs a command that is to fail, with `--json`, and returns its exit code and error. */
export async function rockpoolError(
  home: Pick<Home, 'environment'>,
  ...args: string[]
): Promise<{ code: number | null; error: ErrorReport }> {
  const ended = await rockpool(home, ...args, '--json');
  if (ended.code === 0) throw new Error(`rockpool ${args.join(' ')} did not fail: ${ended.stdout}`);
  return { code: ended.code, error: (JSON.parse(ended.stdout) as { error: ErrorReport }).error };
}

/** Starts a command without waiting: of the sources, or of what `ROCKPOOL_PROGRAM` names, as benches do. */
export function startRockpool(home: Pick<Home, 'environment'>, ...args: string[]): ChildProcess {
  return spawn(process.execPath, [...strict, process.env.ROCKPOOL_PROGRAM ?? main, ...withServer(args)], {
    env: home.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Waits until the background has nothing left to do. */
export async function settle(home: Home, timeoutMs = patienceMs): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const busy = listJobs(home.core.state, { limit: 1000 }).filter(
      (job) => job.state === 'queued' || job.state === 'running',
    );
    if (busy.length === 0) return;
    if (Date.now() > deadline)
      throw new Error(`still going on: ${busy.map((job) => `${job.title} ${job.state}`).join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
