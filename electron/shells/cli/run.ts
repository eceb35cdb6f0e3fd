import type { App } from '../../app.ts';
import { type ErrorReport, isRockpoolError } from '../../contract/errors.ts';
import type { Job } from '../../contract/job.ts';
import { exitCodeOf, formatError } from './exit.ts';
import { openMfaPrompt } from './mfa.ts';
import { openProgress } from './progress.ts';
import { print, say } from './terminal.ts';
import { startWorker } from './worker.ts';

/** What a command is given beside its own words. */
export interface Watch {
  readonly signal: AbortSignal;
  readonly onChange: (job: Job) => void;
}

/** A command: what it does, and how its result reads on a terminal. The result itself is what `--json` prints. */
export interface Action<Result> {
  readonly act: (app: App, watch: Watch) => Promise<Result>;
  readonly format: (result: Result) => string;
  /** True for the background worker itself, which leaves no other behind. */
  readonly isWorker?: boolean;
  /** What goes on after the result was printed, until the signal aborts. */
  readonly stay?: (signal: AbortSignal) => Promise<void>;
}

/**
 * Runs one command to its end: opens the app, shows progress on stderr, prints the result on stdout as text or as
 * one JSON document, and sets the exit code. Ctrl-C cancels; a second one ends the process at once.
 */
export async function runAction<Result>(json: boolean, action: Action<Result>): Promise<void> {
  const abort = new AbortController();
  const onSignal = () => (abort.signal.aborted ? process.exit(130) : abort.abort());
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, onSignal);
  const progress = openProgress();
  try {
    const { openApp } = await import('../../app.ts');
    await using app = await openApp(
      process.env,
      openMfaPrompt(() => progress.close()),
    );
    try {
      const result = await action.act(app, { signal: abort.signal, onChange: (job) => progress.show(job) });
      progress.close();
      await print(json ? JSON.stringify(result, null, 2) : action.format(result));
      await action.stay?.(abort.signal);
    } catch (error) {
      progress.close();
      const isCancelled = abort.signal.aborted && error === abort.signal.reason;
      await printError(json, isCancelled ? cancelled : app.reportOf(error), jobOf(error));
    }
    if (action.isWorker !== true && (app.hasQueuedWork() || app.needsScheduler())) {
      startWorker(app.paths.home);
    }
  } catch (error) {
    progress.close();
    await printError(json, unexpected(error), null);
  } finally {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, onSignal);
  }
}

/** Prints an error in the way that was asked for, and sets the exit code. */
export async function printError(json: boolean, error: ErrorReport, job: string | null): Promise<void> {
  process.exitCode = exitCodeOf(error.code);
  if (json) await print(JSON.stringify({ error }, null, 2));
  else say(formatError(error, job));
}

/** For commands that are no job: a job's end is told by its own record. */
const cancelled: ErrorReport = {
  code: 'cancelled',
  message: 'The command was cancelled.',
  hint: null,
  detail: null,
};

function jobOf(error: unknown): string | null {
  const job = (error as { job?: unknown } | null)?.job;
  return typeof job === 'string' ? job : null;
}

function unexpected(error: unknown): ErrorReport {
  if (isRockpoolError(error)) return error.report();
  return {
    code: 'internal',
    message: `Rockpool could not start: ${error instanceof Error ? error.message : String(error)}`,
    hint: 'Please report this with the command that you typed.',
    detail: null,
  };
}
