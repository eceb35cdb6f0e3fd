import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArchiveContents } from '../../electron/archives/contents.ts';
import type { Job } from '../../electron/contract/job.ts';
import { listLeftovers } from '../../electron/jobs/leftovers.ts';
import { runJob } from '../../electron/jobs/run.ts';
import type { RestoreRequest, RestoreResult } from '../../electron/restore/request.ts';
import { restoreArchive } from '../../electron/restore/restore.ts';
import { type Session, withSession } from '../../electron/sql/connect.ts';
import { dropDatabase } from '../../electron/sql/databases.ts';
import { quoteName } from '../../electron/sql/quote.ts';
import { createOwner, createUser, dropRole } from '../../electron/sql/roles.ts';
import { type Core, openCore } from '../../electron/state/core.ts';
import { startPostgres, type TestPostgres, type TestPostgresOptions } from './postgres.ts';

export interface Restored {
  readonly result: RestoreResult;
  readonly database: string;
  readonly job: Job;
  /** Rows of a query as the user of an install would get them, as arrays of texts. */
  rows(sql: string): Promise<string[][]>;
}

/** A server and a data folder to restore into. */
export interface Bench extends AsyncDisposable {
  readonly postgres: TestPostgres;
  readonly core: Core;
  restore(contents: ArchiveContents, options?: BenchOptions): Promise<Restored>;
  /** What is left of databases and roles of ours. */
  strays(): Promise<string[]>;
  asAdmin<T>(work: (admin: Session) => Promise<T>): Promise<T>;
}

export interface BenchOptions extends Partial<Pick<RestoreRequest, 'connections' | 'tables' | 'deadlineMs'>> {
  readonly signal?: AbortSignal;
  readonly onChange?: (job: Job) => void;
}

/** Opens a bench with a PostgreSQL of its own. */
export async function openBench(options: TestPostgresOptions = {}): Promise<Bench> {
  return await openBenchOn(await startPostgres(options));
}

/** The same on a server that was started already; it is stopped in the end. */
export async function openBenchOn(postgres: TestPostgres): Promise<Bench> {
  const home = mkdtempSync(join(tmpdir(), 'rockpool-home-'));
  const core = openCore({ ROCKPOOL_HOME: home });
  const { server } = postgres;
  const asAdmin = <T>(work: (admin: Session) => Promise<T>): Promise<T> =>
    withSession(server.admin, {}, work);
  await asAdmin(async (admin) => {
    await createOwner(admin, 'rp_own_test');
    await createUser(admin, { name: 'someone', owner: 'rp_own_test', password: 'secret', createdb: false });
  });
  let count = 0;
  const cleaners = new Map([
    ['database', clean((admin, name) => dropDatabase(admin, name))],
    ['role', clean((admin, name) => dropRole(admin, name))],
  ]);
  function clean(work: (admin: Session, name: string) => Promise<void>) {
    return async (record: { readonly name?: unknown }): Promise<'done'> => {
      await asAdmin((admin) => work(admin, String(record.name)));
      return 'done';
    };
  }

  return {
    postgres,
    core,
    asAdmin,
    restore: async (contents, { signal, onChange, ...request } = {}) => {
      count++;
      const database = `build${count}`;
      const plan = {
        kind: 'install' as const,
        title: 'Restore',
        install: null,
        request: {},
        steps: [{ key: 'restore', title: 'Restore', weight: 1 }],
      };
      const { job, result } = await runJob(core, plan, { cleaners, signal, onChange }, async (running) => {
        const restored = await running.step('restore', (progress) =>
          restoreArchive(core, running, progress, {
            server,
            database,
            owner: 'rp_own_test',
            contents,
            connections: 2,
            ...request,
          }),
        );
        for (const leftover of listLeftovers(core.state, running.id)) {
          if (leftover.record.name === database) running.settle(leftover.id);
        }
        return restored;
      });
      await asAdmin((admin) => admin.query(`GRANT CONNECT ON DATABASE ${quoteName(database)} TO someone`));
      const rows = (sql: string): Promise<string[][]> =>
        withSession(server.address('someone', 'secret', database), {}, async (session) => {
          const { rows: found } = await session.query<Record<string, string>>(sql);
          return found.map((row) => Object.values(row));
        });
      return { result, database, job, rows };
    },
    strays: () =>
      asAdmin(async (admin) => {
        const { rows } = await admin.query<{ name: string }>(
          `SELECT datname AS name FROM pg_database WHERE datname ~ '^build' UNION ALL
           SELECT rolname FROM pg_roles WHERE rolname ~ '^rp_job_'`,
        );
        return rows.map(({ name }) => name);
      }),
    [Symbol.asyncDispose]: async () => {
      await postgres.stop();
      core.state.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
