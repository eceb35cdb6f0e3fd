import { RockpoolError } from '../contract/errors.ts';
import type { Address } from '../sql/connect.ts';
import { connect, type Session } from '../sql/connect.ts';
import { closeDatabase, openDatabase, renameDatabase } from '../sql/databases.ts';
import { endSessions, type NumberedDatabase, numberDatabase, whileEnding } from '../sql/endings.ts';
import { translateError } from '../sql/errors.ts';
import { quoteLiteral, quoteName } from '../sql/quote.ts';

/** Which database takes whose place. */
export interface Swap {
  /** The name that people use, before and after. */
  readonly live: string;
  /** The closed copy that becomes the live. */
  readonly next: string;
  /** The name under which the old live stays until it is dropped. */
  readonly former: string;
}

/** What a swap did: how long the live could not be reached, and how many sessions were ended. */
export interface Swapped {
  readonly switchMs: number;
  readonly ended: number;
}

/**
 * Puts `next` in the place of `live` so that nobody ever sees anything between: closes the live to new sessions,
 * ends the old ones, then renames both and opens the new one in one transaction; and back again if `probe` fails
 * on the new one. Whatever fails, the old live is open under its name. Throws `database_busy` where something in
 * the live cannot be ended (E16, E17).
 */
export async function swapDatabases(
  admin: Session,
  address: Address,
  swap: Swap,
  probe: () => Promise<void>,
): Promise<Swapped> {
  await refuseBlockers(admin, swap.live);
  await using second = await connect(address);
  const swapped = await switchOver(admin, second, swap);
  try {
    await probe();
    return swapped;
  } catch (error) {
    await switchOver(admin, second, { live: swap.live, next: swap.former, former: swap.next });
    throw error;
  }
}

/** Gives a closed copy its name and opens it, where nothing has that name. */
export async function openAs(admin: Session, next: string, live: string): Promise<Swapped> {
  const startedAt = performance.now();
  try {
    await admin.query('BEGIN');
    await renameDatabase(admin, next, live);
    await openDatabase(admin, live);
    await admin.query('COMMIT');
  } catch (error) {
    await admin.query('ROLLBACK').catch(() => {});
    throw error;
  }
  return { switchMs: performance.now() - startedAt, ended: 0 };
}

async function switchOver(admin: Session, second: Session, swap: Swap): Promise<Swapped> {
  const old = await numberDatabase(admin, swap.live);
  try {
    const startedAt = performance.now();
    await closeDatabase(admin, swap.live);
    const ended = await endSessions(admin, old);
    const late = await renameBoth(admin, second, old, swap);
    return { switchMs: performance.now() - startedAt, ended: ended + late };
  } catch (error) {
    await reopen(second, admin, swap.live);
    throw translateError(error, { what: `Putting a fresh copy in the place of ${swap.live}` });
  }
}

/** Returns how many sessions had to be ended meanwhile. */
function renameBoth(
  admin: Session,
  second: Session,
  old: NumberedDatabase,
  { live, next, former }: Swap,
): Promise<number> {
  // A session that began just before the closing is in no list yet, and a rename waits for it in steps of
  // 100 ms: ending whatever turns up meanwhile lets the first step succeed.
  return whileEnding(second, old, async (stop) => {
    await admin.query('BEGIN');
    await admin.query(`ALTER DATABASE ${quoteName(live)} RENAME TO ${quoteName(former)}`);
    // Nobody is left in the old live: who comes from here on is in the new one.
    const late = await stop();
    await admin.query(`ALTER DATABASE ${quoteName(next)} RENAME TO ${quoteName(live)}`);
    await admin.query(`ALTER DATABASE ${quoteName(live)} ALLOW_CONNECTIONS true`);
    await admin.query('COMMIT');
    return late;
  });
}

// On a session of its own: the first one may have been cancelled, or be in a failed transaction that still locks
// the row; its end frees it.
async function reopen(second: Session, admin: Session, live: string): Promise<void> {
  await admin.client.query('ROLLBACK').catch(() => {});
  await openDatabase(second, live);
}

async function refuseBlockers(admin: Session, live: string): Promise<void> {
  const { rows } = await admin.query<{ what: string; name: string }>(
    `SELECT 'a prepared transaction' AS what, gid AS name FROM pg_catalog.pg_prepared_xacts WHERE database = $1
     UNION ALL
     SELECT 'a replication slot', slot_name FROM pg_catalog.pg_replication_slots WHERE database = $1
     LIMIT 1`,
    [live],
  );
  const [blocker] = rows;
  if (blocker === undefined) return;
  const remedy =
    blocker.what === 'a replication slot'
      ? `SELECT pg_drop_replication_slot(${quoteLiteral(blocker.name)})`
      : `ROLLBACK PREPARED ${quoteLiteral(blocker.name)}`;
  throw new RockpoolError('database_busy', `${live} is held by ${blocker.what} called ${blocker.name}.`, {
    hint: `End it in ${live} and try again: ${remedy};`,
    detail: { database: live, what: blocker.what, name: blocker.name },
  });
}
