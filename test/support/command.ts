import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ErrorReport } from '../../electron/contract/errors.ts';
import { strict } from './strict.ts';

/** A process of its own that does one thing with the servers of a home. */
export interface Command {
  readonly child: ChildProcess;
  /** What it printed; an error of ours is thrown as a plain object. */
  result<T>(): Promise<T>;
}

const script = fileURLToPath(new URL('./server-command.ts', import.meta.url));

/** Starts `server-command.ts` with the given words, as another user where one is named. */
export function startCommand(
  environment: NodeJS.ProcessEnv,
  words: readonly string[],
  user: { uid?: number; gid?: number } = {},
): Command {
  const child = spawn(process.execPath, [...strict, script, ...words], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  });
  let output = '';
  let problems = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    problems += chunk;
  });
  const closed = once(child, 'close');
  return {
    child,
    result: async <T>(): Promise<T> => {
      await closed;
      if (output === '') throw new Error(`the command printed nothing: ${problems}`);
      const answer = JSON.parse(output) as { result: T; error?: ErrorReport };
      if (answer.error !== undefined) throw answer.error;
      return answer.result;
    },
  };
}

/** Runs `server-command.ts` to its end. */
export function runCommand<T>(
  environment: NodeJS.ProcessEnv,
  words: readonly string[],
  user: { uid?: number; gid?: number } = {},
): Promise<T> {
  return startCommand(environment, words, user).result<T>();
}
