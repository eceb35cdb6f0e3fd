import { type Address, type Session, withSession } from '../sql/connect.ts';
import { translateError } from '../sql/errors.ts';
import { quoteLiteral } from '../sql/quote.ts';
import { adminRole } from './initdb.ts';

export const readerRole = 'rp_reader';

/** Raised whenever the statements below change: each server is then prepared once more. */
export const preparation = 1;

/**
 * Gives a new server its roles and closes what PostgreSQL leaves open to everybody. May be done again at any
 * time, also after it was cut off; the comment on the admin role, laid last, says that it is done.
 */
export async function prepareServer(
  admin: Address,
  readerPassword: string,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await withSession(admin, { signal, settings: catalogOnly }, async (session) => {
      await closeToPublic(session);
      await makeReader(session, readerPassword);
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

// It reads every table, whatever its row security says, and can change none (faults.md, Roles).
async function makeReader(session: Session, password: string): Promise<void> {
  const { rows } = await session.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [readerRole]);
  if (rows.length === 0) await session.query(`CREATE ROLE ${readerRole}`);
  await session.query(
    `ALTER ROLE ${readerRole} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS
     PASSWORD ${quoteLiteral(password)}`,
  );
  await session.query(`GRANT pg_read_all_data TO ${readerRole}`);
  await session.query(`ALTER ROLE ${readerRole} SET default_transaction_read_only = on`);
  await session.query(`ALTER ROLE ${readerRole} SET search_path = pg_catalog`);
  const known = await session.query('SELECT 1 FROM pg_settings WHERE name = $1', [
    'restrict_nonsystem_relation_kind',
  ]);
  if (known.rows.length > 0) {
    await session.query(
      `ALTER ROLE ${readerRole} SET restrict_nonsystem_relation_kind = 'view,foreign-table'`,
    );
  }
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
