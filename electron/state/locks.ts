import { RockpoolError } from '../contract/errors.ts';
import type { StateDb } from './database.ts';
import { isAlive, ownProcess, type ProcessId } from './processes.ts';

/** Who holds a lock, and for what. */
export interface LockHolder {
  readonly process: ProcessId;
  readonly what: string;
}

/** A lock that is held until it is closed. */
export interface Lock {
  close(): void;
}

/**
 * Takes a lock between processes, or returns who holds it. A lock whose process is gone counts as free. Within
 * one process a lock is not re-entrant.
 */
export function tryLock(state: StateDb, name: string, what: string): Lock | LockHolder {
  return state.transaction(() => {
    const holder = lockHolder(state, name);
    if (holder !== null) return holder;
    const own = ownProcess();
    state.run(
      'INSERT OR REPLACE INTO locks (name, pid, started_at, what, taken_at) VALUES (?, ?, ?, ?, ?)',
      name,
      own.pid,
      own.startedAt,
      what,
      new Date().toISOString(),
    );
    let closed = false;
    return {
      close: () => {
        // Closed again it would free the lock of whoever in this process took it next.
        if (closed) return;
        closed = true;
        state.run(
          'DELETE FROM locks WHERE name = ? AND pid = ? AND started_at = ?',
          name,
          own.pid,
          own.startedAt,
        );
      },
    };
  });
}

/** Who holds a lock now, null where nobody alive does. */
export function lockHolder(state: StateDb, name: string): LockHolder | null {
  const row = state.rows('SELECT pid, started_at, what FROM locks WHERE name = ?', name)[0];
  if (row === undefined) return null;
  const process = { pid: Number(row.pid), startedAt: String(row.started_at) };
  return isAlive(process) ? { process, what: String(row.what) } : null;
}

/** Takes a lock or throws `busy` with the holder. */
export function requireLock(state: StateDb, name: string, what: string): Lock {
  const result = tryLock(state, name, what);
  if ('close' in result) return result;
  throw new RockpoolError('busy', `${result.what} is going on in process ${result.process.pid}.`, {
    hint: 'Wait for it to end, or cancel it: rockpool jobs, rockpool cancel ID.',
    detail: { holder: result.process.pid, what: result.what, lock: name },
  });
}

/** Waits for a lock, asking every 50 ms. Throws `timeout` after `timeoutMs`, or the signal's reason. */
export async function waitForLock(
  state: StateDb,
  name: string,
  what: string,
  { timeoutMs = 120_000, signal }: { timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<Lock> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    signal?.throwIfAborted();
    const result = tryLock(state, name, what);
    if ('close' in result) return result;
    if (Date.now() > deadline) {
      throw new RockpoolError(
        'timeout',
        `Waited ${Math.round(timeoutMs / 1000)} s for process ${result.process.pid}: ${result.what}.`,
        {
          hint: 'See what it does with rockpool jobs; cancel it with rockpool cancel ID.',
          detail: { holder: result.process.pid, what: result.what, lock: name },
        },
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
