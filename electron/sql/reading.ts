import type pg from 'pg';
import { RockpoolError } from '../contract/errors.ts';
import { type Address, cancelStatement, connect, type Session } from './connect.ts';

/** A session, and where it was opened. */
export interface OwnSession {
  readonly address: Address;
  readonly session: Session;
}

/**
 * Begins the transaction in which a session reads a live. Its first query is ours and fixes the mode: from then on code
 * of the dataset, wherever it comes to run, cannot make it write, and a setting that it changes goes with the rollback.
 */
export async function beginReading(client: pg.Client): Promise<void> {
  await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
  await client.query('SELECT 1');
}

/** Ends what a session does when its time is over or the signal aborts: settings of the server could be changed (C13). */
export interface Limit {
  /** The work, or a rejection as soon as the limit is reached. */
  race<T>(work: Promise<T>): Promise<T>;
  /** Why it was ended; null where it was not. */
  reason(): unknown;
  end(): void;
}

export function startLimit(
  own: OwnSession,
  deadlineMs: number,
  signal: AbortSignal | undefined,
  tooLate: (deadlineMs: number) => Error = tooSlow,
): Limit {
  const stopped = Promise.withResolvers<never>();
  stopped.promise.catch(() => {});
  let reason: unknown = null;
  const stop = (why: unknown): void => {
    reason ??= why;
    cancelStatement(own.address, own.session.client);
    stopped.reject(reason);
  };
  const onAbort = (): void => stop(signal?.reason);
  const timer = setTimeout(() => stop(tooLate(deadlineMs)), deadlineMs);
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted === true) onAbort();
  return {
    race: (work) => {
      work.catch(() => {});
      return Promise.race([work, stopped.promise]);
    },
    reason: () => reason,
    end: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    },
  };
}

function tooSlow(deadlineMs: number): RockpoolError {
  return new RockpoolError('timeout', `The query was ended after ${Math.round(deadlineMs / 1000)} s.`, {
    hint: 'Narrow it with a filter, or sort by a column that has an index.',
    detail: { deadlineMs },
  });
}

const stubbornAfterMs = 1500;

/** Closes a session, and ends its process on the server where that goes on: code can catch being cancelled. */
export function endAnyway({ address, session }: OwnSession): void {
  const pid = (session.client as unknown as { processID: number | null }).processID;
  void session.close();
  if (pid === null) return;
  endProcess(address, pid).catch(() => {
    // The server or the live is gone, and the session with it.
  });
}

async function endProcess(address: Address, pid: number): Promise<void> {
  // The user acts as the owner, who may not end the user's sessions.
  await using killer = await connect(address, { settings: [['role', 'none']] });
  const until = Date.now() + stubbornAfterMs;
  for (;;) {
    // A number that was given to another session meanwhile is younger than this.
    const { rows } = await killer.query<{ late: string }>(
      `SELECT CASE WHEN $2 THEN pg_catalog.pg_terminate_backend(pid) END AS late FROM pg_catalog.pg_stat_activity
       WHERE pid = $1 AND usename = session_user AND backend_start < $3::pg_catalog.timestamptz`,
      [pid, Date.now() > until, new Date(until - stubbornAfterMs).toISOString()],
    );
    if (rows.length === 0 || Date.now() > until + stubbornAfterMs) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
