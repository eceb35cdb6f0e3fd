import { RockpoolError } from '../contract/errors.ts';
import { type Address, connect, type Session } from '../sql/connect.ts';
import { isHeldUp } from '../sql/lay.ts';
import { endRoleSessions } from '../sql/roles.ts';

const attempts = 4;

/**
 * Lays the access to a copy and keeps every session of the server from changing roles and their settings until what it
 * returns is closed, or this process dies: what code in the former live sets for itself in the last moment would act in
 * the new one. `lay` returns the number of its transaction.
 */
export async function layAndHold(
  address: Address,
  admin: Session,
  { user, copy }: { user: string; copy: string },
  lay: () => Promise<string>,
): Promise<AsyncDisposable> {
  // Connecting takes as long as the laying, and goes on beside it.
  const connecting = connect(address);
  connecting.catch(() => {});
  try {
    await layUntilHeld(admin, () => connecting, { user, copy }, lay);
    return await connecting;
  } catch (error) {
    await connecting.then((holder) => holder.close()).catch(() => {});
    throw error;
  }
}

async function layUntilHeld(
  admin: Session,
  holding: () => Promise<Session>,
  { user, copy }: { user: string; copy: string },
  lay: () => Promise<string>,
): Promise<void> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const xid = await lay();
    const holder = await holding();
    if (await holdAsLaid(holder, user, copy, xid)) return;
    await holder.query('ROLLBACK');
    // Whoever changes it again and again does so in a session that ends with the former live anyway.
    await endRoleSessions(admin, user);
  }
  throw new RockpoolError('database_busy', `Sessions of ${user} change its role all the time.`, {
    hint: 'Close the programs that use it and try again.',
    detail: { user },
  });
}

// Rows that the laying has written and nobody since still have the number of its transaction.
async function holdAsLaid(holder: Session, user: string, copy: string, xid: string): Promise<boolean> {
  try {
    await holder.script(`BEGIN; SET LOCAL lock_timeout = '2s'; SET LOCAL idle_in_transaction_session_timeout = '60s';
      LOCK TABLE pg_catalog.pg_authid, pg_catalog.pg_auth_members, pg_catalog.pg_db_role_setting IN SHARE MODE`);
  } catch (error) {
    if (isHeldUp(error)) return false;
    throw error;
  }
  const { rows } = await holder.query(
    `SELECT FROM pg_catalog.pg_authid a WHERE a.rolname = $1 AND a.xmin = $3::pg_catalog.xid AND NOT EXISTS (
       SELECT FROM pg_catalog.pg_db_role_setting s
       WHERE (s.setrole = a.oid OR s.setdatabase = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = $2))
         AND s.xmin <> $3::pg_catalog.xid)`,
    [user, copy, xid],
  );
  return rows.length === 1;
}
