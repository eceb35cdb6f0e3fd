import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import type { AdminSession } from './databases.ts';
import { translateError } from './errors.ts';
import { quoteLiteral, quoteName } from './quote.ts';

/** The owner of everything that a dataset holds on one server: nobody can log in as it. */
export async function createOwner(admin: AdminSession, name: string): Promise<void> {
  await run(admin, `Making the role ${name}`, [`CREATE ROLE ${quoteName(name)} NOLOGIN`]);
}

/**
 * What code of a dataset says is in no log (faults F5): RAISE LOG holds rows, and so can a setting that keeps a session
 * from beginning, which is FATAL. Whoever has the session is told all the same.
 */
export const quiet = [['log_min_messages', 'panic']] as const;

export interface UserRole {
  readonly name: string;
  readonly owner: string;
  readonly password: string;
  /** Whether it may make databases, as tools for migrations want. */
  readonly createdb: boolean;
}

/** The user of an install: a member of the owner, and acting as it, so that what its migrations make is the owner's. */
export async function createUser(
  admin: AdminSession,
  { name, owner, password, createdb }: UserRole,
): Promise<void> {
  const role = quoteName(name);
  await run(admin, `Making the role ${name}`, [
    `CREATE ROLE ${role} LOGIN ${createdb ? 'CREATEDB' : 'NOCREATEDB'} PASSWORD ${quoteLiteral(scramSecret(password))}`,
    `GRANT ${quoteName(owner)} TO ${role}`,
    `ALTER ROLE ${role} SET role = ${quoteLiteral(owner)}`,
    ...quiet.map(([name, value]) => `ALTER ROLE ${role} SET ${name} = ${quoteLiteral(value)}`),
    // The user acts as the owner, and the attribute is not inherited.
    ...(createdb ? [`ALTER ROLE ${quoteName(owner)} CREATEDB`] : []),
  ]);
}

/** Gives a role another password. */
export async function changePassword(admin: AdminSession, name: string, password: string): Promise<void> {
  await run(admin, `Laying the password of ${name}`, [
    `ALTER ROLE ${quoteName(name)} PASSWORD ${quoteLiteral(scramSecret(password))}`,
  ]);
}

export interface JobRole {
  readonly name: string;
  readonly owner: string;
  readonly password: string;
  readonly connections: number;
  readonly validUntil: Date;
  /** What its sessions may put into temporary files, each: a bomb ends there (faults C13). */
  readonly tempBytes: number;
}

/**
 * The role that one job restores with. It may do nothing but what the owner may. Its errors are not written to the
 * server's log, because they can hold values of rows (faults F5).
 */
export async function createJobRole(admin: AdminSession, job: JobRole): Promise<void> {
  const role = quoteName(job.name);
  const settings: readonly (readonly [string, string])[] = [
    ['role', job.owner],
    ['temp_file_limit', `${Math.max(1, Math.floor(job.tempBytes / 1024))}kB`],
    ...quiet,
    ['log_min_error_statement', 'panic'],
    ['log_statement', 'none'],
    ['log_min_duration_statement', '-1'],
  ];
  await run(admin, `Making the role ${job.name}`, [
    `CREATE ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS INHERIT
     CONNECTION LIMIT ${Math.trunc(job.connections)} VALID UNTIL ${quoteLiteral(job.validUntil.toISOString())}
     PASSWORD ${quoteLiteral(scramSecret(job.password))}`,
    `GRANT ${quoteName(job.owner)} TO ${role}`,
    ...settings.map(([name, value]) => `ALTER ROLE ${role} SET ${name} = ${quoteLiteral(value)}`),
  ]);
}

/** Ends every session of a role, whatever it is doing. */
export async function endRoleSessions(admin: AdminSession, name: string): Promise<void> {
  await admin.query(
    `SELECT pg_catalog.pg_terminate_backend(pid, 5000) FROM pg_catalog.pg_stat_activity
     WHERE usename = $1 AND pid <> pg_catalog.pg_backend_pid()`,
    [name],
  );
}

/** Removes a role that owns nothing any more, ending its sessions; one that is not there is fine. */
export async function dropRole(admin: AdminSession, name: string): Promise<void> {
  await endRoleSessions(admin, name);
  await run(admin, `Removing the role ${name}`, [`DROP ROLE IF EXISTS ${quoteName(name)}`]);
}

/** The databases that a role made for itself; those of installs belong to admin. */
export async function ownDatabases(admin: AdminSession, name: string): Promise<string[]> {
  const { rows } = await admin.query<{ name: string }>(
    `SELECT datname AS name FROM pg_catalog.pg_database d JOIN pg_catalog.pg_roles r ON r.oid = d.datdba
     WHERE r.rolname = $1 AND NOT r.rolsuper ORDER BY 1`,
    [name],
  );
  return rows.map((row) => row.name);
}

/** True where there is a role of that name. */
export async function roleExists(admin: AdminSession, name: string): Promise<boolean> {
  const { rows } = await admin.query('SELECT FROM pg_catalog.pg_roles WHERE rolname = $1', [name]);
  return rows.length === 1;
}

/**
 * What the server keeps of a password (RFC 5803), so that the password itself is in no statement that could be logged.
 * For passwords of ours, which are ASCII: others would have to be normalized by SASLprep first.
 */
export function scramSecret(password: string, salt: Buffer = randomBytes(16), iterations = 4096): string {
  if (!/^[\x21-\x7e]+$/.test(password)) throw new RangeError('a password of ours is printable ASCII');
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
  const stored = createHash('sha256').update(hmac(salted, 'Client Key')).digest('base64');
  const server = hmac(salted, 'Server Key').toString('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${server}`;
}

async function run(admin: AdminSession, what: string, statements: readonly string[]): Promise<void> {
  try {
    for (const statement of statements) await admin.query(statement);
  } catch (error) {
    throw translateError(error, { what });
  }
}
