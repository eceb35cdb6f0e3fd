import type { Session } from './connect.ts';
import { translateError } from './errors.ts';
import { quoteLiteral, quoteName } from './quote.ts';

/** What admin sees of a database without entering it. */
export interface DatabaseFacts {
  readonly oid: string;
  readonly name: string;
  readonly open: boolean;
  readonly sizeBytes: number;
}

/** Admin's session in the database `postgres`: the only place where admin works (faults, finding 4). */
export type AdminSession = Session;

/** Facts about databases by name; those that are not there are left out. */
export async function findDatabases(admin: AdminSession, names: readonly string[]): Promise<DatabaseFacts[]> {
  const { rows } = await admin.query<{ oid: string; datname: string; open: string; size: string }>(
    `SELECT oid, datname, datallowconn::int AS open, pg_database_size(oid) AS size
     FROM pg_catalog.pg_database WHERE datname = ANY ($1)`,
    [names],
  );
  return rows.map((row) => ({
    oid: row.oid,
    name: row.datname,
    open: row.open === '1',
    sizeBytes: Number(row.size),
  }));
}

/** Facts about one database, null where it is not there. */
export async function findDatabase(admin: AdminSession, name: string): Promise<DatabaseFacts | null> {
  return (await findDatabases(admin, [name]))[0] ?? null;
}

/**
 * Makes an empty database that belongs to admin and that nobody may enter until it is granted. `encoding` is the
 * archive's; the locale is the cluster's own for UTF8 and plain C for any other.
 */
export async function createDatabase(admin: AdminSession, name: string, encoding = 'UTF8'): Promise<void> {
  const locale = encoding === 'UTF8' ? '' : " LOCALE_PROVIDER libc LOCALE 'C'";
  await run(admin, `Creating the database ${name}`, [
    `CREATE DATABASE ${quoteName(name)} TEMPLATE template0 ENCODING ${quoteLiteral(encoding)}${locale}`,
    `REVOKE ALL ON DATABASE ${quoteName(name)} FROM PUBLIC`,
  ]);
}

/**
 * Copies a sealed database file by file into a new one that is closed and has no grants: neither grants nor
 * settings come along, and `publish` lays them anew. Server and file system permitting the files are cloned.
 */
export async function copyDatabase(admin: AdminSession, from: string, to: string): Promise<void> {
  await admin.query('SET file_copy_method = clone').catch(() => {
    // Before PostgreSQL 18 there is no such setting, and not every platform has the method: files are copied then.
  });
  await run(admin, `Copying the database ${from}`, [
    `CREATE DATABASE ${quoteName(to)} TEMPLATE ${quoteName(from)} STRATEGY FILE_COPY ALLOW_CONNECTIONS false`,
    `REVOKE ALL ON DATABASE ${quoteName(to)} FROM PUBLIC`,
  ]);
}

/** Closes a database to everybody. Not IS_TEMPLATE, which would let others copy it. */
export async function closeDatabase(admin: AdminSession, name: string): Promise<void> {
  await run(admin, `Closing the database ${name}`, [
    `ALTER DATABASE ${quoteName(name)} ALLOW_CONNECTIONS false`,
  ]);
}

export async function openDatabase(admin: AdminSession, name: string): Promise<void> {
  await run(admin, `Opening the database ${name}`, [
    `ALTER DATABASE ${quoteName(name)} ALLOW_CONNECTIONS true`,
  ]);
}

export async function renameDatabase(admin: AdminSession, from: string, to: string): Promise<void> {
  await run(admin, `Renaming the database ${from}`, [
    `ALTER DATABASE ${quoteName(from)} RENAME TO ${quoteName(to)}`,
  ]);
}

/** Removes a database, ending whoever is in it; one that is not there is fine. */
export async function dropDatabase(admin: AdminSession, name: string): Promise<void> {
  // A user may have made its own one a template, which is not dropped.
  const { rows } = await admin.query(
    'SELECT FROM pg_catalog.pg_database WHERE datname = $1 AND datistemplate',
    [name],
  );
  await run(admin, `Removing the database ${name}`, [
    ...(rows.length === 0 ? [] : [`ALTER DATABASE ${quoteName(name)} IS_TEMPLATE false`]),
    `DROP DATABASE IF EXISTS ${quoteName(name)} WITH (FORCE)`,
  ]);
}

async function run(admin: AdminSession, what: string, statements: readonly string[]): Promise<void> {
  try {
    for (const statement of statements) await admin.query(statement);
  } catch (error) {
    throw translateError(error, { what });
  }
}
