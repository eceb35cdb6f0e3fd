import { RockpoolError } from '../contract/errors.ts';
import { type Address, type Session, withSession } from './connect.ts';
import { type AdminSession, closeDatabase, type DatabaseFacts } from './databases.ts';

/**
 * A database by its number. Sessions are ended by that and never by a name, which can be another database's by the time
 * that the server comes to it; the name is for people.
 */
export type NumberedDatabase = Pick<DatabaseFacts, 'oid' | 'name'>;

/** The database that has a name now. Throws `sql_failed` where none has. */
export async function numberDatabase(admin: AdminSession, name: string): Promise<NumberedDatabase> {
  const { rows } = await admin.query<{ oid: string }>(
    'SELECT oid FROM pg_catalog.pg_database WHERE datname = $1',
    [name],
  );
  const [row] = rows;
  if (row !== undefined) return { oid: row.oid, name };
  throw new RockpoolError('sql_failed', `The server has no database called ${name}.`, {
    hint: 'Somebody dropped it. A reset makes the live of an install again.',
    detail: { database: name, sqlstate: '3D000' },
  });
}

/** Closes a database to everybody, ends those who are in it, and returns which one it was. Throws as `endSessions`. */
export async function emptyDatabase(admin: AdminSession, name: string): Promise<NumberedDatabase> {
  const database = await numberDatabase(admin, name);
  await closeDatabase(admin, name);
  await endSessions(admin, database);
  return database;
}

/**
 * Ends every session in a closed database and waits until they are gone; returns how many there were. Throws
 * `database_busy` naming one that is still there after `timeoutMs`.
 */
export async function endSessions(
  admin: AdminSession,
  database: NumberedDatabase,
  timeoutMs = 5000,
): Promise<number> {
  const seen = new Set<string>();
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const left = await endOnce(admin, database);
    for (const { session } of left) seen.add(session);
    const [first] = left;
    if (first === undefined) return seen.size;
    if (Date.now() > deadline) {
      throw new RockpoolError(
        'database_busy',
        `A session in ${database.name} does not end (process ${first.pid}).`,
        {
          hint: 'Close the program that uses it and try again.',
          detail: { database: database.name, pid: Number(first.pid), application: first.application },
        },
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Stops ending sessions, waits for the ending that is under way, and returns how many sessions were ended in all. */
export type StopEnding = () => Promise<number>;

/**
 * Does `work` while whatever turns up in a closed database is ended, one ending after the other: a session that began
 * just before the closing is in no list yet. The work stops that where it must be over; its end does at the latest.
 */
export async function whileEnding<T>(
  second: AdminSession,
  database: NumberedDatabase,
  work: (stop: StopEnding) => Promise<T>,
): Promise<T> {
  const stopping = new AbortController();
  const ending = endUntil(second, database, stopping.signal);
  const stop: StopEnding = () => {
    stopping.abort();
    return ending;
  };
  try {
    return await work(stop);
  } finally {
    await stop();
  }
}

const endEveryMs = 20;
const endAtLeastEveryMs = 500;

async function endUntil(
  second: AdminSession,
  database: NumberedDatabase,
  stopped: AbortSignal,
): Promise<number> {
  const seen = new Set<string>();
  // Who was on the way turns up soon or not at all, and a copy of a large database takes minutes.
  for (let ms = endEveryMs; ; ms = Math.min(2 * ms, endAtLeastEveryMs)) {
    await pause(ms, stopped);
    if (stopped.aborted) return seen.size;
    // What cannot be ended makes the work itself fail, which says why.
    const left = await endOnce(second, database).catch(() => []);
    for (const { session } of left) seen.add(session);
  }
}

function pause(ms: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      stopped.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    stopped.addEventListener('abort', done);
  });
}

interface Ended {
  readonly pid: string;
  readonly application: string | null;
  /** Tells a session from a later one whose process has the same number. */
  readonly session: string;
}

async function endOnce(admin: AdminSession, { oid }: NumberedDatabase): Promise<Ended[]> {
  const { rows } = await admin.query<Ended & { ended: string }>(
    `SELECT pid, application_name AS application, pid || ' ' || backend_start::text AS session,
            pg_catalog.pg_terminate_backend(pid) AS ended
     FROM pg_catalog.pg_stat_activity
     WHERE datid = $1 AND pid <> pg_catalog.pg_backend_pid() AND backend_type = 'client backend'`,
    [oid],
  );
  return rows;
}

/**
 * Ends one session whatever it does, in a session of admin's own: any other one may be in the middle of a statement. A
 * process whose number has gone to another role's session meanwhile is left alone.
 */
export async function endSession(admin: Address, { client }: Session): Promise<void> {
  const { processID, user } = client as unknown as { processID: number | null; user: string };
  if (processID === null) return;
  await withSession(admin, {}, (own) =>
    own.query(
      `SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
       WHERE pid = $1 AND usename = $2`,
      [processID, user],
    ),
  );
}

/**
 * Ends all sessions that go by an application name, whatever they do, and waits until they are gone: a session whose
 * program was killed goes on with its statement to the end.
 */
export async function endNamedSessions(admin: AdminSession, applicationName: string): Promise<void> {
  await admin.query(
    `SELECT pg_catalog.pg_terminate_backend(pid, 10000) FROM pg_catalog.pg_stat_activity
     WHERE application_name = $1 AND pid <> pg_catalog.pg_backend_pid()`,
    [applicationName],
  );
}
