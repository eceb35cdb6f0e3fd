import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { strict } from './strict.ts';

/** A program of `test/support/programs` in a process of its own, killed at the end of its block. */
export interface Program extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Waits until it prints a line that begins so, and returns that line. Throws with its errors if it ends before. */
  line(beginning: string): Promise<string>;
  /** Waits for its end: exit code (null after a signal) and what it printed. */
  end(): Promise<{ code: number | null; output: string; errors: string }>;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts a program with these arguments; the environment is added to that of the test. */
export function startProgram(
  name: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Program {
  const file = join(import.meta.dirname, 'programs', `${name}.ts`);
  const child = spawn(process.execPath, [...strict, file, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  let ended = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const closed = once(child, 'close').then(([code]) => {
    ended = true;
    return { code: code as number | null, output, errors };
  });
  const kill = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
    if (!ended) child.kill(signal);
    await closed;
  };
  return {
    child,
    pid: child.pid ?? -1,
    line: async (beginning) => {
      for (;;) {
        const found = output
          .split('\n')
          .slice(0, -1)
          .find((line) => line.startsWith(beginning));
        if (found !== undefined) return found;
        if (ended) throw new Error(`${name} ended without printing ${beginning}: ${errors}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    end: () => closed,
    kill,
    [Symbol.asyncDispose]: () => kill(),
  };
}
