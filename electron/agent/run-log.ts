import type { Run } from '../contract/agent.ts';
import { isRockpoolError } from '../contract/errors.ts';
import type { Airflow, RunTask } from './airflow.ts';

/** Reads what a run's tasks have logged since it was read before. */
export interface RunLog {
  read(isLast: boolean): Promise<void>;
  /** The task that failed, null where none says so. */
  failedTask(): Promise<string | null>;
}

// What one look takes at most of a log without end; the next look goes on from there.
const partsALook = 8;

const running = new Set(['running', 'up_for_retry', 'deferred', 'restarting']);
const over = new Set(['success', 'failed', 'upstream_failed', 'skipped', 'removed']);

interface Place {
  /** Where the log goes on, as Airflow says; null where it begins anew each time. */
  token: string | null;
  /** Lines that were told already of what begins anew. */
  told: number;
  isOver: boolean;
}

/** Tells the lines of a run's log, each once. A log that cannot be had is no reason to give the run up. */
export function followLogs(
  airflow: Airflow,
  { workflow, runId }: Run,
  onLine: (task: string, line: string) => void,
  signal?: AbortSignal,
): RunLog {
  const places = new Map<string, Place>();
  let tasks: RunTask[] = [];

  const readTask = async (task: RunTask): Promise<void> => {
    const key = `${task.id} ${task.tries}`;
    const place = places.get(key) ?? { token: null, told: 0, isOver: false };
    places.set(key, place);
    if (place.isOver) return;
    for (let parts = 0; parts < partsALook; parts += 1) {
      const before = place.token;
      const { lines, next } = await airflow.log(workflow, runId, task, before, signal);
      for (const line of before === null ? lines.slice(place.told) : lines) onLine(task.id, line);
      if (before === null) place.told = Math.max(place.told, lines.length);
      // The same token again, or nothing behind it, says that this is the end for now.
      if (next === null || next === before) break;
      place.token = next;
      if (lines.length === 0) break;
    }
    place.isOver = over.has(task.state ?? '');
  };

  const readAll = async (): Promise<void> => {
    tasks = await airflow.tasks(workflow, runId, signal);
    for (const task of tasks) {
      if (running.has(task.state ?? '') || over.has(task.state ?? '')) await readTask(task);
    }
  };

  return {
    read: async (isLast) => {
      try {
        await readAll();
      } catch (error) {
        signal?.throwIfAborted();
        if (!isRockpoolError(error)) throw error;
        if (isLast) onLine('log', `The log cannot be read: ${error.message}`);
      }
    },
    failedTask: async () => tasks.find(({ state }) => state === 'failed')?.id ?? null,
  };
}
