import { randomBytes } from 'node:crypto';
import type { Skipped, Warning } from '../contract/report.ts';
import type { RunningJob } from '../jobs/run.ts';
import type { RunningServer } from '../servers/server.ts';
import { type Address, connect, type Session } from '../sql/connect.ts';
import { type AdminSession, createDatabase, openDatabase } from '../sql/databases.ts';
import { sqlState, translateError } from '../sql/errors.ts';
import { quoteName } from '../sql/quote.ts';
import { createJobRole, dropRole, endRoleSessions } from '../sql/roles.ts';
import { findExtension } from './extensions.ts';
import type { Plan } from './plan.ts';

/** A database that is being built, and the role that builds it. */
export interface Build {
  readonly database: string;
  readonly owner: string;
  readonly role: string;
  /** The role in the database. */
  readonly address: Address;
}

export interface BuildWish {
  readonly server: RunningServer;
  readonly database: string;
  readonly owner: string;
  readonly connections: number;
  /** The encoding of the database that is made, UTF8 where it is not given. */
  readonly encoding?: string | undefined;
}

const roleLifeMs = 48 * 3600 * 1000;

/**
 * Makes the database and the role, after writing both down. The role comes first on that list, because cleaning goes
 * backwards and a role cannot go while its database is there.
 */
export async function openBuild(admin: AdminSession, job: RunningJob, wish: BuildWish): Promise<Build> {
  const { server, database } = wish;
  const build = await makeRole(admin, job, wish, () =>
    job.willMake('database', { server: server.name, name: database }),
  );
  await createDatabase(admin, database, wish.encoding);
  await letIn(admin, build);
  return build;
}

/** Opens a closed database that is there already to a role of this job alone. The role is written down first. */
export async function reopenBuild(admin: AdminSession, job: RunningJob, wish: BuildWish): Promise<Build> {
  const build = await makeRole(admin, job, wish);
  await letIn(admin, build);
  await openDatabase(admin, wish.database);
  return build;
}

async function makeRole(
  admin: AdminSession,
  job: RunningJob,
  { server, database, owner, connections }: BuildWish,
  writeDown = (): void => {},
): Promise<Build> {
  const role = `rp_job_${job.id}`;
  const password = randomBytes(24).toString('base64url');
  job.willMake('role', { server: server.name, name: role });
  writeDown();
  await createJobRole(admin, {
    name: role,
    owner,
    password,
    connections: connections + 2,
    validUntil: new Date(Date.now() + roleLifeMs),
    // What nobody tells is taken for enough: then only the server's own limit holds.
    tempBytes: Math.max(1024 ** 3, ((await server.freeBytes()) ?? 128 * 1024 ** 3) / 2),
  });
  return { database, owner, role, address: server.address(role, password, database) };
}

async function letIn(admin: AdminSession, { database, role }: Build): Promise<void> {
  await admin.query(`GRANT CONNECT, TEMPORARY ON DATABASE ${quoteName(database)} TO ${quoteName(role)}`);
}

/**
 * Makes what only admin may make, while the database is still empty: schemas and extensions. What cannot be had is
 * added to the report.
 */
export async function prepareBuild(
  admin: Address,
  build: Build,
  plan: Pick<Plan, 'schemas' | 'extensions'>,
  report: { skipped: Skipped[]; warnings: Warning[] },
  signal: AbortSignal,
): Promise<void> {
  await using session = await connect(
    { ...admin, database: build.database },
    { signal, settings: [['search_path', 'pg_catalog']] },
  );
  try {
    const owner = quoteName(build.owner);
    await session.query(`ALTER SCHEMA public OWNER TO ${owner}`);
    for (const schema of plan.schemas) {
      if (schema === 'public') continue;
      await session.query(`CREATE SCHEMA ${quoteName(schema)} AUTHORIZATION ${owner}`);
    }
    await closeStatisticsFunctions(session);
  } catch (error) {
    throw translateError(error, { what: 'Preparing the new database' });
  }
  for (const { name, schema } of plan.extensions) await createExtension(session, name, schema, report);
}

// They would let a dump plant values of its own choice where the planner, and a check, believe them (faults C20).
async function closeStatisticsFunctions(session: Session): Promise<void> {
  const { rows } = await session.query<{ signature: string }>(
    `SELECT oid::regprocedure AS signature FROM pg_catalog.pg_proc
     WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~ '^pg_(restore|clear)_[a-z]+_stats$'`,
  );
  for (const { signature } of rows)
    await session.query(`REVOKE EXECUTE ON FUNCTION ${signature} FROM PUBLIC`);
}

async function majorOf(session: Session): Promise<number> {
  const { rows } = await session.query<{ number: string }>(
    "SELECT current_setting('server_version_num') AS number",
  );
  return Math.floor(Number(rows[0]?.number) / 10_000);
}

async function createExtension(
  session: Session,
  name: string,
  schema: string | null,
  report: { skipped: Skipped[]; warnings: Warning[] },
): Promise<void> {
  if (name === 'plpgsql') return;
  const { allowed, image } = findExtension(name, await majorOf(session));
  if (!allowed) {
    report.skipped.push({
      what: 'extension',
      name,
      reason: 'it is not on the list of extensions that a dataset may have',
    });
    report.warnings.push({
      code: 'extension_refused',
      message: `The extension ${name} was left out; what needs it is not there.`,
    });
    return;
  }
  try {
    const place = schema === null ? '' : ` SCHEMA ${quoteName(schema)}`;
    await session.query(`CREATE EXTENSION IF NOT EXISTS ${quoteName(name)}${place} CASCADE`);
  } catch (error) {
    // 0A000 and 58P01: the server has no files of that extension.
    if (!['0A000', '58P01', '42704'].includes(sqlState(error) ?? '')) {
      throw translateError(error, { what: `Making the extension ${name}`, detail: { extension: name } });
    }
    const where = image === null ? '' : ` The docker image ${image} has it.`;
    report.skipped.push({ what: 'extension', name, reason: 'the server does not have it' });
    report.warnings.push({
      code: 'extension_missing',
      message: `The server does not have the extension ${name}.${where}`,
    });
  }
}

/**
 * Ends the role: its sessions, what a dump's RESET ROLE left in its name, its grants, and itself. REASSIGN OWNED and
 * DROP OWNED are all that admin runs in a database with restored objects (faults, finding 4).
 */
export async function closeBuild(adminAddress: Address, admin: AdminSession, build: Build): Promise<void> {
  await endRoleSessions(admin, build.role);
  const role = quoteName(build.role);
  await using inside = await connect(
    { ...adminAddress, database: build.database },
    { settings: [['search_path', 'pg_catalog']] },
  );
  try {
    await inside.query(`REASSIGN OWNED BY ${role} TO ${quoteName(build.owner)}`);
    await inside.query(`DROP OWNED BY ${role}`);
  } catch (error) {
    throw translateError(error, { what: 'Handing the new database to its owner' });
  }
  await dropRole(admin, build.role);
}
