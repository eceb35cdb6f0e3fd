import pg from 'pg';
import { type ErrorDetail, RockpoolError } from '../contract/errors.ts';

/** The SQLSTATE of an error that PostgreSQL sent, null for any other. */
export function sqlState(error: unknown): string | null {
  return error instanceof pg.DatabaseError ? (error.code ?? null) : null;
}

/** What a failed statement was about, for the sentence and the detail. */
export interface Failed {
  /** The sentence's beginning, such as `Creating the table public.film`. */
  readonly what: string;
  readonly detail?: ErrorDetail;
}

/**
 * Says an error of PostgreSQL or of the connection in our words. For DDL and administration, where PostgreSQL's
 * message names objects only. Never for loads of rows: there its message can hold values (faults F5).
 */
export function translateError(error: unknown, { what, detail = {} }: Failed): unknown {
  const state = sqlState(error);
  if (state !== null) return fromState(error as pg.DatabaseError, state, what, detail);
  const errno = (error as NodeJS.ErrnoException | null)?.code;
  const message = error instanceof Error ? error.message : '';
  if (errno === 'ECONNREFUSED') {
    return new RockpoolError('server_stopped', `${what} failed: the server does not answer.`, {
      hint: 'Start it with rockpool server start.',
      detail,
      cause: error,
    });
  }
  if (errno === 'ECONNRESET' || errno === 'EPIPE' || /Connection terminated|not queryable/i.test(message)) {
    return new RockpoolError('server_stopped', `${what} failed: the server ended the connection.`, {
      hint: 'See why with rockpool server logs, then try again.',
      detail,
      cause: error,
    });
  }
  return error;
}

/**
 * The error `server_stopped` for a connection that ended in the middle of whatever it was used for, null for all else.
 * Says nothing of what PostgreSQL said, which could hold values.
 */
export function connectionLost(error: unknown): RockpoolError | null {
  const state = sqlState(error);
  if (error instanceof RockpoolError || (state !== null && !/^(?:08|57P0[123])/.test(state))) return null;
  const known = state?.startsWith('08') === true ? Object.assign(new Error(), { code: 'ECONNRESET' }) : error;
  const translated = translateError(known, { what: 'The work' });
  return translated instanceof RockpoolError && translated.code === 'server_stopped' ? translated : null;
}

function fromState(error: pg.DatabaseError, state: string, what: string, detail: ErrorDetail): RockpoolError {
  const full: ErrorDetail = { ...detail, sqlstate: state };
  if (error.schema !== undefined) full.schema = error.schema;
  if (error.table !== undefined) full.table = error.table;
  if (error.column !== undefined) full.column = error.column;
  if (error.constraint !== undefined) full.constraint = error.constraint;
  const more = { detail: full, cause: error };
  if (state === '53100' || /No space left on device/.test(error.message)) {
    return new RockpoolError('disk_full', `${what} failed: the server's disk is full.`, {
      ...more,
      hint: 'Free some space and try again; the live database is untouched.',
    });
  }
  if (state === '42501') {
    return new RockpoolError('sql_refused', `${what} is not allowed: ${error.message}.`, {
      ...more,
      hint: 'Datasets are restored by a limited role; what needs more than that is not restored.',
    });
  }
  if (state === '55006' || state === '55P03') {
    return new RockpoolError('database_busy', `${what} failed: ${error.message}.`, {
      ...more,
      hint: 'Close what uses the database and try again.',
    });
  }
  if (state === '57P01' || state === '57P02' || state === '57P03') {
    return new RockpoolError('server_stopped', `${what} failed: the server is stopping or starting.`, {
      ...more,
      hint: 'Try again in a moment.',
    });
  }
  return new RockpoolError('sql_failed', `${what} failed: ${error.message}.`, more);
}
