import { randomBytes } from 'node:crypto';
import { readerRole } from '../servers/prepare.ts';
import type { RunningServer } from '../servers/server.ts';
import { type Session, withSession } from '../sql/connect.ts';
import { translateError } from '../sql/errors.ts';
import { quoteName } from '../sql/quote.ts';

/** A random end for names of databases and roles of ours. */
export function newId(): string {
  return randomBytes(5).toString('hex');
}

/**
 * Lays the grants of a live on a closed copy, which has none: its user and the server's reader may connect, the owner
 * (whom the user acts as) may make schemas and temporary tables.
 */
export async function grantLive(
  admin: Session,
  database: string,
  user: string,
  owner: string,
): Promise<void> {
  try {
    await admin.query(`REVOKE ALL ON DATABASE ${quoteName(database)} FROM PUBLIC`);
    await admin.query(
      `GRANT CONNECT ON DATABASE ${quoteName(database)} TO ${quoteName(user)}, ${readerRole}`,
    );
    await admin.query(`GRANT CREATE, TEMPORARY ON DATABASE ${quoteName(database)} TO ${quoteName(owner)}`);
  } catch (error) {
    throw translateError(error, { what: `Granting ${user} access` });
  }
}

/** Connects as the install's own user and asks for a row: what a person would do next. */
export async function probeLive(server: RunningServer, name: string, password: string): Promise<void> {
  try {
    await withSession(server.address(name, password, name), {}, (session) => session.query('SELECT 1'));
  } catch (error) {
    throw translateError(error, { what: `Connecting to ${name}` });
  }
}

/** Lets the server's reader into a live that was opened before lives had that grant. */
export async function admitReader(server: RunningServer, live: string): Promise<void> {
  try {
    await withSession(server.admin, {}, async (admin) => {
      const { rows } = await admin.query(
        `SELECT FROM pg_catalog.pg_database d
         WHERE d.datname = $1 AND NOT pg_catalog.has_database_privilege($2, d.oid, 'CONNECT')`,
        [live, readerRole],
      );
      if (rows.length > 0) await admin.query(`GRANT CONNECT ON DATABASE ${quoteName(live)} TO ${readerRole}`);
    });
  } catch (error) {
    throw translateError(error, { what: `Letting the reader into ${live}` });
  }
}
