import { randomBytes } from 'node:crypto';
import { type Applied, applyOutfit } from '../../electron/demo/apply.ts';
import type { DemoSession } from '../../electron/demo/bound.ts';
import type { Outfit } from '../../electron/demo/outfit.ts';
import { readScript } from '../../electron/demo/script.ts';
import { connect, type Session } from '../../electron/sql/connect.ts';
import { createDatabase, openDatabase } from '../../electron/sql/databases.ts';
import { createJobRole, createOwner } from '../../electron/sql/roles.ts';
import { startPostgres, type TestPostgres } from './postgres.ts';

/** A database with tables of a test's own, and the limited role that dresses it. */
export interface DemoBench extends AsyncDisposable {
  readonly postgres: TestPostgres;
  /** Runs statements with these values, as a reset does. */
  dress(
    sql: string,
    values?: Record<string, string>,
    options?: { deadlineMs?: number; signal?: AbortSignal },
  ): Promise<Applied>;
  /** Opens a session of the limited role for one piece of work. */
  within<T>(
    work: (within: DemoSession) => Promise<T>,
    options?: { deadlineMs?: number; signal?: AbortSignal },
  ): Promise<T>;
  /** Asks as the limited role. */
  query(sql: string, values?: unknown[]): Promise<Record<string, string | null>[]>;
}

/** An outfit of these statements and values, for what takes one. */
export async function outfitFor(sql: string, values: Record<string, string> = {}): Promise<Outfit> {
  return {
    script: await readScript(sql, 'demo.sql'),
    values: new Map(Object.entries(values)),
    profile: null,
    unused: [],
  };
}

/** Starts a server with a database in which `schema` has run as the owner. */
export async function openDemoBench(schema: string, options: { bin?: string } = {}): Promise<DemoBench> {
  const postgres = await startPostgres(options);
  const { server } = postgres;
  const admin = await connect(server.admin);
  const close = async (): Promise<void> => {
    await admin.close();
    await postgres.stop();
  };
  try {
    await createOwner(admin, 'rp_own_test');
    await createDatabase(admin, 'demo');
    const password = randomBytes(12).toString('hex');
    await createJobRole(admin, {
      name: 'rp_job_test',
      owner: 'rp_own_test',
      password,
      connections: 5,
      validUntil: new Date(Date.now() + 3_600_000),
      tempBytes: 64 * 1024 ** 2,
    });
    await admin.query('GRANT CONNECT ON DATABASE demo TO rp_job_test');
    await admin.query('GRANT CREATE, TEMPORARY ON DATABASE demo TO rp_own_test');
    await openDatabase(admin, 'demo');
    const inside = await connect({ ...server.admin, database: 'demo' });
    await inside.query('ALTER SCHEMA public OWNER TO rp_own_test');
    await inside.close();
    const address = server.address('rp_job_test', password, 'demo');
    const open = (signal?: AbortSignal): Promise<Session> =>
      connect(address, { settings: [['search_path', 'public']], signal });
    const within: DemoBench['within'] = async (work, { deadlineMs = 60_000, signal } = {}) => {
      await using session = await open(signal);
      return await work({
        session,
        admin: server.admin,
        deadlineMs,
        signal: signal ?? new AbortController().signal,
      });
    };
    await within(({ session }) => session.script(schema));
    return {
      postgres,
      within,
      dress: async (sql, values, more) => {
        const outfit = await outfitFor(sql, values);
        return within((session) => applyOutfit(session, outfit), more);
      },
      query: async (sql, values) => {
        await using session = await open();
        return (await session.query<Record<string, string | null>>(sql, values)).rows;
      },
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
