import { runJob } from '../../electron/jobs/run.ts';
import { type AfterRequest, runAfter } from '../../electron/restore/after.ts';
import { dropRole } from '../../electron/sql/roles.ts';
import type { Bench } from './restoring.ts';

/** Runs SQL on a restored database, as `--after` does. */
export async function after(
  bench: Bench,
  database: string,
  sql: string,
  options: Partial<Pick<AfterRequest, 'deadlineMs'>> = {},
): Promise<{ statements: number }> {
  const plan = {
    kind: 'install' as const,
    title: 'After',
    install: null,
    request: {},
    steps: [{ key: 'restore', title: 'Restore', weight: 1 }],
  };
  const cleaners = new Map([
    [
      'role',
      async (record: { readonly name?: unknown }): Promise<'done'> => {
        await bench.asAdmin(async (admin) => {
          const role = String(record.name);
          const { rows } = await admin.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
          if (rows.length === 1) await admin.query(`REVOKE ALL ON DATABASE "${database}" FROM "${role}"`);
          await dropRole(admin, role);
        });
        return 'done';
      },
    ],
  ]);
  const { result } = await runJob(bench.core, plan, { cleaners }, (job) =>
    job.step('restore', () =>
      runAfter(bench.core, job, {
        server: bench.postgres.server,
        database,
        owner: 'rp_own_test',
        sql,
        file: 'cleanup.sql',
        ...options,
      }),
    ),
  );
  return result;
}
