import type { ArchiveContents } from '../../electron/archives/contents.ts';
import type { Job } from '../../electron/contract/job.ts';
import { listLeftovers } from '../../electron/jobs/leftovers.ts';
import { runJob } from '../../electron/jobs/run.ts';
import { reloadTables } from '../../electron/restore/reload.ts';
import type { ReloadRequest, ReloadResult } from '../../electron/restore/reloadrequest.ts';
import { withSession } from '../../electron/sql/connect.ts';
import { copyDatabase, dropDatabase } from '../../electron/sql/databases.ts';
import { quoteName } from '../../electron/sql/quote.ts';
import { dropRole } from '../../electron/sql/roles.ts';
import { contentsOf } from './contents.ts';
import type { Bench } from './restoring.ts';

export interface Reloaded {
  readonly result: ReloadResult;
  readonly job: Job;
  readonly database: string;
}

let count = 0;

/** Reloads tables on a copy of a restored database, as an update does; a failure leaves no copy. */
export async function reload(
  bench: Bench,
  from: string,
  contents: ArchiveContents,
  changed: readonly string[],
  options: Partial<Pick<ReloadRequest, 'tables' | 'connections' | 'deadlineMs'>> & {
    signal?: AbortSignal;
  } = {},
): Promise<Reloaded> {
  count++;
  const database = `build_again${count}`;
  const { signal, ...request } = options;
  const { server } = bench.postgres;
  const plan = {
    kind: 'update' as const,
    title: 'Reload',
    install: null,
    request: {},
    steps: [{ key: 'restore', title: 'Restore', weight: 1 }],
  };
  const cleaners = new Map([
    [
      'database',
      async (record: { readonly name?: unknown }): Promise<'done'> => {
        await bench.asAdmin((admin) => dropDatabase(admin, String(record.name)));
        return 'done';
      },
    ],
    [
      'role',
      async (record: { readonly name?: unknown }): Promise<'done'> => {
        await bench.asAdmin((admin) => dropRole(admin, String(record.name)));
        return 'done';
      },
    ],
  ]);
  const { job: ended, result } = await runJob(bench.core, plan, { cleaners, signal }, async (job) => {
    job.willMake('database', { server: server.name, name: database });
    await bench.asAdmin((admin) => copyDatabase(admin, from, database));
    const reloaded = await job.step('restore', (progress) =>
      reloadTables(bench.core, job, progress, {
        server,
        database,
        owner: 'rp_own_test',
        contents,
        changedFiles: changed.map((name) => `table-${name}.csv`),
        connections: 2,
        ...request,
      }),
    );
    for (const leftover of listLeftovers(bench.core.state, job.id)) {
      if (leftover.record.name === database) job.settle(leftover.id);
    }
    return reloaded;
  });
  return { result, job: ended, database };
}

export type Sql = string | Readonly<Record<string, string>>;
export type Tables = Readonly<Record<string, string>>;

/**
 * Restores both revisions and reloads the first to the second. `differences` tells what the reload got wrong: in the
 * database, in the rows and orphans that it reports, in its progress.
 */
export async function compareReload(bench: Bench, sql: Sql, first: Tables, changes: Tables) {
  const before = await bench.restore(contentsOf(sql, first));
  const second = contentsOf(sql, { ...first, ...changes });
  const whole = await bench.restore(second);
  const again = await reload(bench, before.database, second, Object.keys(changes));
  const told = ({ tables, orphans }: Pick<ReloadResult, 'tables' | 'orphans'>): string[] => [
    ...tables.map(({ schema, name, rows }) => `told ${schema}.${name}: ${rows}`),
    ...orphans.map(({ constraint, rows }) => `told orphans ${constraint}: ${rows}`),
  ];
  const ofWhole = told(whole.result);
  const ofAgain = told(again.result);
  const wrong = [
    ...ofAgain.filter((line) => !ofWhole.includes(line)),
    ...again.job.steps.flatMap(({ done, total }) => (done === total ? [] : [`progress ${done} of ${total}`])),
    ...ofWhole.filter((line) => line.startsWith('told orphans') && !ofAgain.includes(line)),
  ];
  return {
    ...again,
    before,
    whole,
    differences: [...wrong, ...(await differences(bench, again.database, whole.database))],
    rows: (query: string) => rowsOf(bench, again.database, query),
  };
}

/** The rows of a query in any database, as the user of an install would get them. */
export async function rowsOf(bench: Bench, database: string, sql: string): Promise<string[][]> {
  await bench.asAdmin((admin) => admin.query(`GRANT CONNECT ON DATABASE ${quoteName(database)} TO someone`));
  return withSession(bench.postgres.server.address('someone', 'secret', database), {}, async (session) => {
    const { rows } = await session.query<Record<string, string>>(sql);
    return rows.map((row) => Object.values(row));
  });
}

const ours = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;

const parts: readonly string[] = [
  `SELECT c.oid::regclass::text, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.relispopulated, c.relowner::regrole,
     c.relreplident, obj_description(c.oid, 'pg_class'), c.reltuples::int
   FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${ours} AND c.relkind <> 'S'`,
  `SELECT k.conrelid::regclass::text, k.conname, pg_get_constraintdef(k.oid), k.convalidated,
     obj_description(k.oid, 'pg_constraint')
   FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE ${ours}`,
  `SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisreplident, i.indisclustered,
     obj_description(i.indexrelid, 'pg_class')
   FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${ours}`,
  `SELECT tgrelid::regclass::text, tgname, tgenabled, pg_get_triggerdef(t.oid), obj_description(t.oid, 'pg_trigger')
   FROM pg_trigger t WHERE NOT tgisinternal`,
  `SELECT polrelid::regclass::text, polname, pg_get_expr(polqual, polrelid) FROM pg_policy`,
  `SELECT s.schemaname, s.sequencename, s.last_value, s.data_type FROM pg_sequences s`,
  `SELECT 'statistics', schemaname, tablename, attname FROM pg_stats s JOIN pg_namespace n ON n.nspname = schemaname
   WHERE ${ours}`,
];

/** What one database has and the other has not, in its objects, their states and every row; empty for equal ones. */
export async function differences(bench: Bench, one: string, other: string): Promise<string[]> {
  const [first, second] = [await pictureOf(bench, one), await pictureOf(bench, other)];
  return [
    ...[...first].filter((line) => !second.has(line)).map((line) => `only in ${one}: ${line}`),
    ...[...second].filter((line) => !first.has(line)).map((line) => `only in ${other}: ${line}`),
  ];
}

async function pictureOf(bench: Bench, database: string): Promise<ReadonlySet<string>> {
  const lines: string[] = [];
  const read = async (sql: string, title = ''): Promise<void> => {
    const found = await rowsOf(bench, database, sql);
    const seen = new Map<string, number>();
    for (const row of found) {
      const line = `${title}${row.join(' | ')}`;
      seen.set(line, (seen.get(line) ?? 0) + 1);
      lines.push(`${line} (${seen.get(line)})`);
    }
  };
  for (const sql of parts) await read(sql);
  const tables = await rowsOf(
    bench,
    database,
    `SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE ${ours} AND c.relkind IN ('r', 'm') AND c.relispopulated`,
  );
  for (const [table = ''] of tables) await read(`SELECT t::text FROM ONLY ${table} t`, `${table}: `);
  return new Set(lines);
}
