import { type Address, withSession } from './connect.ts';
import { type AdminSession, dropDatabase } from './databases.ts';
import { sqlState, translateError } from './errors.ts';
import { quoteName } from './quote.ts';
import { dropRole, endRoleSessions, ownDatabases, roleExists } from './roles.ts';

const dependentObjects = '2BP01';

/**
 * Removes a role with all that is in its name on the server: databases that it made (shadow databases of migration
 * tools), rights, and objects in databases of others, which go to `heir` or to whom that database belongs. One that is
 * not there is fine.
 */
export async function removeRole(
  address: Address,
  admin: AdminSession,
  name: string,
  heir: string | null = null,
): Promise<void> {
  if (!(await roleExists(admin, name))) return;
  // Else a session of it would go on making things meanwhile.
  await endForGood(admin, name);
  for (const database of await ownDatabases(admin, name)) await dropDatabase(admin, database);
  try {
    await dropRole(admin, name);
    return;
  } catch (error) {
    if (sqlState((error as { cause?: unknown }).cause) !== dependentObjects) throw error;
  }
  for (const database of await dependentDatabases(admin, name)) {
    await withSession({ ...address, database }, { settings: careful }, async (inside) => {
      const next = heir ?? (await heirIn(inside));
      if (next !== null) await inside.query(`REASSIGN OWNED BY ${quoteName(name)} TO ${quoteName(next)}`);
      await inside.query(`DROP OWNED BY ${quoteName(name)}`);
    }).catch((error: unknown) => {
      throw translateError(error, { what: `Taking what is left of ${name} out of ${database}` });
    });
  }
  await dropRole(admin, name);
}

// Somebody may hold a lock on an object of the role for ever: then it is tried again later.
const careful: readonly (readonly [string, string])[] = [
  ['search_path', 'pg_catalog'],
  ['lock_timeout', '5s'],
];

async function endForGood(admin: AdminSession, name: string): Promise<void> {
  try {
    await admin.query(`ALTER ROLE ${quoteName(name)} NOLOGIN NOCREATEDB`);
  } catch (error) {
    // A session that has changed the role and not ended its transaction goes first.
    if (sqlState(error) !== 'XX000') throw translateError(error, { what: `Removing the role ${name}` });
  }
  await endRoleSessions(admin, name);
}

// Rights on a database stand in no database: they can be taken back in any.
async function dependentDatabases(admin: AdminSession, name: string): Promise<string[]> {
  const { rows } = await admin.query<{ name: string }>(
    `SELECT DISTINCT coalesce(d.datname, pg_catalog.current_database()) AS name FROM pg_catalog.pg_shdepend s
     LEFT JOIN pg_catalog.pg_database d ON d.oid = s.dbid
     WHERE s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass AND s.refobjid = $1::pg_catalog.regrole
     ORDER BY 1`,
    [quoteName(name)],
  );
  return rows.map((row) => row.name);
}

// No superuser: a function that runs as its owner would then run as one.
async function heirIn(inside: AdminSession): Promise<string | null> {
  const { rows } = await inside.query<{ name: string }>(
    `SELECT r.rolname AS name FROM pg_catalog.pg_roles r, pg_catalog.pg_database d
     WHERE d.datname = pg_catalog.current_database() AND NOT r.rolsuper AND r.rolname <> 'pg_database_owner'
       AND r.oid IN (d.datdba, (SELECT n.nspowner FROM pg_catalog.pg_namespace n WHERE n.nspname = 'public')) LIMIT 1`,
  );
  return rows[0]?.name ?? null;
}
