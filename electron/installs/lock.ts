import { cancelJob, followJob, listJobs, stopJob } from '../jobs/history.ts';
import { backgroundJobs } from '../jobs/queue.ts';
import type { Core } from '../state/core.ts';
import { type Lock, requireLock, tryLock, waitForLock } from '../state/locks.ts';
import type { Parts, Watch } from './parts.ts';
import { getInstall } from './records.ts';
import { tidyUp } from './tidy.ts';

const lockName = (install: string): string => `install:${install}`;
const backgroundWork = (install: string): string => `Preparing the next reset of ${install}`;

/** What a preview holds an install for: it changes nothing, so that nobody has to wait for its end. */
export const previewWork = (install: string): string => `Previewing what becomes of ${install}`;

/**
 * Makes this process the one writer of an install. What a person asks for comes before the background's work on
 * the same install: a queued spare is taken off the queue, a running one is awaited (`wait`) or stopped (`stop`). A preview is
 * cancelled by whatever is done for good; another preview waits for it.
 * Throws `busy` with the holder where another person's work is going on.
 */
export async function lockInstall(
  parts: Parts,
  name: string,
  what: string,
  background: 'wait' | 'stop',
  signal?: AbortSignal,
): Promise<Lock> {
  const { core } = parts;
  for (;;) {
    const lock = tryLock(core.state, lockName(name), what);
    if ('close' in lock) {
      // It may have been a killed process's until just now.
      await tidyUp(parts);
      for (const job of backgroundJobs(core.state, name)) cancelJob(core.state, job.id);
      return lock;
    }
    if (lock.what === previewWork(name)) await endPreviews(core, name, what, signal);
    else if (lock.what === backgroundWork(name)) {
      for (const job of backgroundJobs(core.state, name)) {
        if (background === 'stop') await stopJob(core.state, job.id, signal);
        else await followJob(core.state, job.id, () => {}, signal);
      }
    } else return requireLock(core.state, lockName(name), what);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function endPreviews(core: Core, name: string, what: string, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  if (what === previewWork(name)) return;
  for (const job of listJobs(core.state, { install: name, kinds: ['preview'], states: ['running'] }))
    await stopJob(core.state, job.id, signal);
}

/** Makes this process the writer of an install for work in the background, which waits for people's work to end. */
export function lockForBackground(core: Core, name: string, signal: AbortSignal): Promise<Lock> {
  return waitForLock(core.state, lockName(name), backgroundWork(name), { timeoutMs: 3_600_000, signal });
}

/** Does what a person asked for as the one writer of an install. Throws `install_not_found` where there is none. */
export async function alone<T>(
  parts: Parts,
  name: string,
  what: string,
  watch: Watch,
  work: () => Promise<T>,
): Promise<T> {
  getInstall(parts.core.state, name);
  const lock = await lockInstall(parts, name, what, 'wait', watch.signal);
  try {
    return await work();
  } finally {
    lock.close();
  }
}
