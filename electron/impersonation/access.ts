import { RockpoolError } from '../contract/errors.ts';
import { readerAddress, readerSecret } from '../servers/reader.ts';
import { readerOf } from '../sql/access.ts';
import { type ConnectOptions, connect, type Session } from '../sql/connect.ts';
import { sqlState } from '../sql/errors.ts';
import { beginReading, endAnyway, type OwnSession, startLimit } from '../sql/reading.ts';
import type { Core } from '../state/core.ts';
import type { Live } from './session.ts';

const settings: NonNullable<ConnectOptions['settings']> = [
  ['search_path', 'pg_catalog'],
  ['default_transaction_read_only', 'on'],
  ['DateStyle', 'ISO, MDY'],
  ['client_min_messages', 'error'],
];

/** Permission denied for the database, and a password that is not taken. */
const notLetIn = ['42501', '28P01'];
const defaultDeadlineMs = 20_000;

export interface ReadingWish {
  /**
   * The `reader`, which row security hides nothing from but which may not enter views, since they are code of the dataset;
   * or the install's own user.
   */
  readonly as: 'reader' | 'user';
  readonly signal?: AbortSignal | undefined;
  readonly deadlineMs?: number;
}

/**
 * Runs `work` in one READ ONLY transaction in a live, which is rolled back. It ends at its deadline or with the signal,
 * on the server too: code of the dataset that runs meanwhile can neither write nor stay. Throws `timeout`, or the
 * signal's reason.
 */
export async function readLive<T>(
  core: Core,
  live: Live,
  { as, signal, deadlineMs = defaultDeadlineMs }: ReadingWish,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const own = as === 'user' ? await openUser(core, live) : await openReader(core, live);
  const limit = startLimit(own, deadlineMs, signal, tooLong);
  const reading = async (): Promise<T> => {
    await beginReading(own.session.client);
    return work(own.session);
  };
  try {
    const result = await limit.race(reading());
    limit.end();
    await own.session.close();
    return result;
  } catch (error) {
    limit.end();
    endAnyway(own);
    throw limit.reason() ?? error;
  }
}

async function openUser({ secrets }: Core, { server, name }: Live): Promise<OwnSession> {
  const address = server.address(name, secrets.get(`${server.name}/${name}`) ?? '', name);
  return { address, session: await connect(address, { settings }) };
}

async function openReader(core: Core, { server, name }: Live): Promise<OwnSession> {
  const password = core.secrets.get(readerSecret(server.name, name));
  const known = password === null ? null : server.address(readerOf(name), password, name);
  try {
    const address = known ?? (await readerAddress(core, server, name));
    return { address, session: await connect(address, { settings }) };
  } catch (error) {
    if (!notLetIn.includes(sqlState(error) ?? '')) throw error;
    const address = await readerAddress(core, server, name, { anew: true });
    return { address, session: await connect(address, { settings }) };
  }
}

function tooLong(deadlineMs: number): RockpoolError {
  return new RockpoolError(
    'timeout',
    `Reading the users took longer than ${Math.round(deadlineMs / 1000)} s and was stopped.`,
    {
      hint: 'Nothing was changed. Look at the functions of the indexes and views there: reading runs them.',
      detail: { deadlineMs },
    },
  );
}
