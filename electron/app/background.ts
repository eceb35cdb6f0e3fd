import type { App } from '../app.ts';

const lookEveryMs = 1000;

/**
 * Does the queued work (spares) and what is scheduled within this process for as long as it lives, as a shell that stays
 * does in place of the command line's detached worker. Returns once the signal is aborted and what was running has ended.
 */
export async function workInBackground(
  app: Pick<App, 'hasQueuedWork' | 'work' | 'runSchedules'>,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all([workOnQueue(app, signal), app.runSchedules({ signal, stay: true })]);
}

/** Does the queued work until the signal is aborted. */
export async function workOnQueue(
  app: Pick<App, 'hasQueuedWork' | 'work'>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    if (app.hasQueuedWork()) await app.work(signal);
    await passed(lookEveryMs, signal);
  }
}

function passed(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
