import { type Address, type Session, withSession } from '../sql/connect.ts';
import { sqlState, translateError } from '../sql/errors.ts';
import { quoteName } from '../sql/quote.ts';
import { endRoleSessions } from '../sql/roles.ts';
import { adminRole } from './initdb.ts';

/** The reader that earlier versions had for all installs of a server; its password goes with it. */
export const sharedReader = 'rp_reader';

/** Raised whenever the statements below change: each server is then prepared once more. */
export const preparation = 2;

/**
 * Gives a new server its roles and closes what PostgreSQL leaves open to everybody. May be done again at any
 * time, also after it was cut off; the comment on the admin role, laid last, says that it is done.
 */
export async function prepareServer(admin: Address, signal?: AbortSignal): Promise<void> {
  try {
    await withSession(admin, { signal, settings: catalogOnly }, async (session) => {
      await closeToPublic(session);
      await dropSharedReader(session);
      await quietWorkers(session);
      // Databases are made from template0, so that is where it has effect (C20).
      await session.query('ALTER DATABASE template0 ALLOW_CONNECTIONS true');
      for (const database of ['template0', 'template1', 'postgres']) {
        await withSession({ ...admin, database }, { signal, settings: catalogOnly }, closeStatistics);
      }
      await session.query('ALTER DATABASE template0 ALLOW_CONNECTIONS false');
      await session.query(`COMMENT ON ROLE ${adminRole} IS 'rockpool ${preparation}'`);
    });
  } catch (error) {
    throw translateError(error, { what: 'Preparing the server' });
  }
}

const catalogOnly: readonly (readonly [string, string])[] = [['search_path', 'pg_catalog']];

async function closeToPublic(session: Session): Promise<void> {
  await session.query('REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC');
  await session.query('REVOKE ALL ON SCHEMA public FROM PUBLIC');
}

// One for all installs of the server, as earlier versions had: each install has a reader of its own (sql/access.ts). What
// may still be in its name lies in databases that admin does not enter, so it is made harmless before it goes.
async function dropSharedReader(session: Session): Promise<void> {
  const { rows } = await session.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [sharedReader]);
  if (rows.length === 0) return;
  await session.query(
    `ALTER ROLE ${sharedReader} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD NULL`,
  );
  await endRoleSessions(session, sharedReader);
  const granted = await session.query<{ name: string }>(
    `SELECT DISTINCT d.datname AS name FROM pg_database d, aclexplode(d.datacl) a
     WHERE a.grantee = '${sharedReader}'::regrole`,
  );
  for (const { name } of granted.rows)
    await session.query(`REVOKE ALL ON DATABASE ${quoteName(name)} FROM ${sharedReader}`);
  await session.query(`REVOKE pg_read_all_data FROM ${sharedReader}`);
  await session.query(`DROP ROLE ${sharedReader}`).catch((error: unknown) => {
    if (sqlState(error) !== '2BP01') throw error;
  });
}

// An autovacuum worker is a session of the first superuser, whatever the database: functions of a dataset's indexes run in it, and
// their RAISE LOG would come into the log (F5).
async function quietWorkers(session: Session): Promise<void> {
  await session.query("ALTER ROLE CURRENT_USER SET log_min_messages = 'fatal'");
}

// They write statistics that a dump carries along, which hold values of the original rows.
async function closeStatistics(session: Session): Promise<void> {
  const { rows } = await session.query<{ signature: string }>(
    `SELECT oid::regprocedure::text AS signature FROM pg_proc
     WHERE pronamespace = 'pg_catalog'::regnamespace
       AND proname IN ('pg_restore_relation_stats', 'pg_restore_attribute_stats', 'pg_restore_extended_stats')`,
  );
  for (const { signature } of rows)
    await session.query(`REVOKE EXECUTE ON FUNCTION ${signature} FROM PUBLIC`);
}
