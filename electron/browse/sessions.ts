import type pg from 'pg';
import { type Address, connect } from '../sql/connect.ts';
import { sqlState } from '../sql/errors.ts';
import { beginReading, endAnyway, type OwnSession, startLimit } from '../sql/reading.ts';
import { readAgain } from './again.ts';

/** As whom a live is read: the server's reader, or the install's own user where a view is in it. */
export type ReadingRole = 'reader' | 'user';

/**
 * Finds where a live is now and lets the role in. Asked for each new session, since a live can move; `anew` where its
 * password is not taken.
 */
export type FindAddress = (role: ReadingRole, anew: boolean) => Promise<Address>;

/** Runs one statement with bound values; each row is a list of texts. */
export type Query = (sql: string, values?: readonly unknown[]) => Promise<(string | null)[][]>;

export interface ReadWish {
  readonly role?: ReadingRole;
  readonly signal?: AbortSignal | undefined;
  readonly deadlineMs?: number;
}

/** The sessions in which one live is read; each piece of work is one transaction that can change nothing. */
export interface LiveReader {
  /**
   * Runs work in a READ ONLY transaction and rolls it back. Work that a reset cut off is done again once. Throws
   * `timeout` after the deadline, and the signal's reason.
   */
  read<T>(wish: ReadWish, work: (query: Query) => Promise<T>): Promise<T>;
  /** Opens a session that nobody else uses, with settings of its own. */
  openAlone(role: ReadingRole, settings: readonly (readonly [string, string])[]): Promise<OwnSession>;
  close(): Promise<void>;
}

const idleMs = 30_000;
const mostIdle = 3;
const invalidPassword = '28P01';
const defaultDeadlineMs = 30_000;

// Values are written alike whatever the live's own settings are; the search path holds nothing of the dataset (C12).
const settings: readonly (readonly [string, string])[] = [
  ['search_path', 'pg_catalog'],
  ['default_transaction_read_only', 'on'],
  ['DateStyle', 'ISO, MDY'],
  ['IntervalStyle', 'postgres'],
  ['extra_float_digits', '1'],
  ['bytea_output', 'hex'],
  ['client_min_messages', 'error'],
];

interface Idle extends OwnSession {
  readonly role: ReadingRole;
  readonly timer: NodeJS.Timeout;
  /** Forgets it where the server ends it, as a reset does. */
  readonly onEnd: () => void;
}

/** Opens the reading of one live. Nothing is connected before the first read. */
export function openLiveReader(find: FindAddress): LiveReader {
  let idle: Idle[] = [];
  let closed = false;

  const drop = (one: Idle): void => {
    clearTimeout(one.timer);
    one.session.client.off('end', one.onEnd);
    idle = idle.filter((other) => other !== one);
  };

  const openAlone: LiveReader['openAlone'] = async (role, more) => {
    const open = async (anew: boolean): Promise<OwnSession> => {
      const address = await find(role, anew);
      return { address, session: await connect(address, { settings: [...settings, ...more] }) };
    };
    return open(false).catch((error: unknown) => {
      if (sqlState(error) !== invalidPassword) throw error;
      return open(true);
    });
  };

  const take = async (role: ReadingRole): Promise<OwnSession> => {
    const one = idle.findLast((each) => each.role === role);
    if (one === undefined) return openAlone(role, []);
    drop(one);
    socketOf(one).ref();
    return one;
  };

  const giveBack = (role: ReadingRole, { address, session }: OwnSession): void => {
    if (closed || idle.length >= mostIdle) return void session.close();
    // Neither an idle session nor its timer keeps a command from ending.
    socketOf({ address, session }).unref();
    const one: Idle = {
      role,
      address,
      session,
      onEnd: () => drop(one),
      timer: setTimeout(() => {
        drop(one);
        void session.close();
      }, idleMs).unref(),
    };
    idle.push(one);
    session.client.on('end', one.onEnd);
  };

  const readOnce = async <T>(wish: ReadWish, work: (query: Query) => Promise<T>): Promise<T> => {
    const { role = 'reader', signal, deadlineMs = defaultDeadlineMs } = wish;
    const own = await take(role);
    const limit = startLimit(own, deadlineMs, signal);
    try {
      const result = await limit.race(transact(own.session.client, work));
      limit.end();
      giveBack(role, own);
      return result;
    } catch (error) {
      limit.end();
      // A late cancel could hit the next statement, so a session that failed is not used again.
      endAnyway(own);
      throw limit.reason() ?? error;
    }
  };

  return {
    openAlone,
    read: (wish, work) => readAgain(() => readOnce(wish, work), wish.signal),
    close: async () => {
      closed = true;
      const all = idle;
      idle = [];
      for (const one of all) {
        clearTimeout(one.timer);
        socketOf(one).ref();
      }
      await Promise.all(all.map(({ session }) => session.close()));
    },
  };
}

// pg has both and its types do not say so.
function socketOf({ session }: OwnSession): { ref(): void; unref(): void } {
  return session.client as unknown as { ref(): void; unref(): void };
}

async function transact<T>(client: pg.Client, work: (query: Query) => Promise<T>): Promise<T> {
  await beginReading(client);
  const result = await work(async (text, values = []) => {
    const { rows } = await client.query({ text, values: [...values], rowMode: 'array' });
    return rows as (string | null)[][];
  });
  await client.query('ROLLBACK');
  return result;
}
