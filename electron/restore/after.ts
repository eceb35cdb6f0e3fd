import type { RunningJob } from '../jobs/run.ts';
import type { RunningServer } from '../servers/server.ts';
import { connect } from '../sql/connect.ts';
import { quoteName, quoteQualified } from '../sql/quote.ts';
import type { SqlStatement } from '../sql/split-items.ts';
import type { Core } from '../state/core.ts';
import { readAfter, sayAfterFailure } from './afterscript.ts';
import { closeBuild, reopenBuild } from './build.ts';
import type { PlannedStatement } from './plan.ts';
import { openCrew } from './sessions.ts';
import { firstSettings } from './settings.ts';
import type { Worker } from './worker.ts';

export interface AfterRequest {
  readonly server: RunningServer;
  /** A restored database that is not sealed yet. */
  readonly database: string;
  /** The owner's role, as which the statements are run. */
  readonly owner: string;
  readonly sql: string;
  /** What messages call the script. */
  readonly file: string;
  /** How long one statement may take. */
  readonly deadlineMs?: number;
}

/**
 * Runs a person's own SQL on a restored database before it is sealed: as the owner, in one transaction, so that all of
 * it holds or nothing. Rows that it has changed or taken away leave no trace in the files of the database. Throws
 * `sql_refused` and `sql_invalid` before anything is run, `sql_failed` or `timeout` with the file and line.
 */
export async function runAfter(
  core: Core,
  job: RunningJob,
  request: AfterRequest,
): Promise<{ statements: number }> {
  const { server, database, owner, file } = request;
  const statements = readAfter(request.sql, file);
  if (statements.length === 0) return { statements: 0 };
  await using admin = await connect(server.admin, { settings: [['search_path', 'pg_catalog']] });
  const build = await reopenBuild(admin, job, { server, database, owner, connections: 1 });
  const onDatabase = `CREATE ON DATABASE ${quoteName(database)}`;
  // As in a live, where the owner may make schemas too. The grant does not come along when the database is copied.
  await admin.query(`GRANT ${onDatabase} TO ${quoteName(owner)}`);
  {
    await using crew = await openCrew(server.admin, build, { ...request, connections: 1 }, job.signal);
    await crew.run(0, async (worker) => {
      const touched = await runAll(worker, statements, file);
      await tidy(worker, touched);
    });
  }
  await admin.query(`REVOKE ${onDatabase} FROM ${quoteName(owner)}`);
  await closeBuild(server.admin, admin, build);
  core.log.write('info', 'SQL was run after a restore', {
    job: job.id,
    database,
    file,
    statements: statements.length,
  });
  return { statements: statements.length };
}

interface Touched {
  readonly oid: string;
  /** Rows of it were changed or taken away, rather than only added. */
  readonly rewritten: boolean;
}

async function runAll(worker: Worker, statements: readonly SqlStatement[], file: string): Promise<Touched[]> {
  await worker.run(planned({ text: 'BEGIN', line: 1, file }));
  for (const statement of statements) {
    try {
      await worker.run(planned(statement));
    } catch (error) {
      throw sayAfterFailure(statement, error);
    }
  }
  const { rows } = await worker.session.query<{ oid: string; rewritten: string }>(
    `SELECT relid AS oid, (n_tup_upd + n_tup_del > 0)::int AS rewritten FROM pg_catalog.pg_stat_xact_user_tables
     WHERE n_tup_ins + n_tup_upd + n_tup_del > 0`,
  );
  const commit = { text: 'COMMIT', line: statements.at(-1)?.line ?? 1, file };
  try {
    await worker.run(planned(commit));
  } catch (error) {
    // Constraints that wait for the end of the transaction.
    throw sayAfterFailure(commit, error);
  }
  return rows.map(({ oid, rewritten }) => ({ oid, rewritten: rewritten === '1' }));
}

// What was redacted here must be in no page of the copies (faults F9), and the planner has to know what became of it.
async function tidy(worker: Worker, touched: readonly Touched[]): Promise<void> {
  await worker.clear();
  const { rows } = await worker.session.query<{ oid: string; schema: string; name: string }>(
    `SELECT c.oid, n.nspname AS schema, c.relname AS name FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ANY ($1::oid[]) AND c.relkind IN ('r', 'm')
       AND c.relpersistence <> 't'`,
    [touched.map(({ oid }) => oid)],
  );
  for (const { oid, schema, name } of rows) {
    const rewritten = touched.find((one) => one.oid === oid)?.rewritten === true;
    const verb = rewritten ? 'VACUUM (FULL, FREEZE, ANALYZE)' : 'ANALYZE';
    await worker.runOurs(`tidying ${schema}.${name}`, `${verb} ${quoteQualified({ schema, name })}`);
  }
}

function planned(statement: SqlStatement): PlannedStatement {
  return {
    statement,
    phase: 'define',
    what: 'statement',
    name: '',
    table: null,
    makes: null,
    roles: [],
    notValid: false,
    // The same object each time, so that what a statement sets holds for those after it.
    settings: firstSettings,
  };
}
