import type { ScriptReplay } from '../archives/contents.ts';
import type { AdminSession } from '../sql/databases.ts';
import { quoteName, quoteQualified } from '../sql/quote.ts';
import type { Build } from './build.ts';
import { listMaterializedViews, listTables } from './catalog.ts';
import { chooseLoads, listWays } from './choice.ts';
import type { Filling } from './filling.ts';
import { checkForeignKey, listUnchecked } from './foreignkeys.ts';
import { Replay } from './replay.ts';
import { ReplaySession } from './replay-session.ts';
import { restTables, wakeTables } from './rest.ts';
import { jobSettings } from './sessions.ts';
import type { Worker } from './worker.ts';

export interface ReplayRequest {
  readonly admin: AdminSession;
  readonly build: Build;
  readonly script: ScriptReplay;
  /** Only the rows of these tables are kept; null for all. */
  readonly names: readonly string[] | null;
  readonly deadlineMs: number;
}

/**
 * Runs what of a dump stands behind the part that was restored side by side, as psql would have run it. Then rows and
 * definitions are what the script has made of them, and nothing that it took away is left in a page of the database.
 */
export async function replayScript(filling: Filling, request: ReplayRequest): Promise<void> {
  const { crew, report, room } = filling;
  const { admin, build, script, names, deadlineMs } = request;
  const { server } = filling.request;
  report.warnings.push({
    code: 'script_replayed',
    message: `From line ${script.line} on (${script.what}) ${script.file} was run as it stands, statement by statement: ${script.statements} in all.`,
  });
  const owner = quoteName(build.owner);
  const mayCreate = `CREATE, TEMPORARY ON DATABASE ${quoteName(build.database)}`;
  const resting = await crew.run(0, (worker) => restTables(worker, []));
  // As in a live, where the owner may make schemas too. The grant does not come along when the database is copied.
  await admin.query(`GRANT ${mayCreate} TO ${owner}`);
  const settings = [...jobSettings(1).filter(([name]) => name !== 'search_path')];
  const session = {
    address: build.address,
    // psql's own: the schema named like the user, which nobody has here, then public. With row security off a row that
    // would be hidden is an error, not a row that a redaction misses.
    settings: [...settings, ['search_path', '"$user", public'], ['row_security', 'off']] as const,
    admin: server.admin,
    deadlineMs,
    room,
    signal: crew.signal,
  };
  {
    await using opened = await ReplaySession.open(session);
    for (const { sql } of filling.plan.endSettings.sql) await opened.ours(sql).catch(() => {});
    const replay = await Replay.open(filling, opened, { ...server.admin, database: build.database });
    await replay.run(script, crew.signal);
    await finishTriggers(filling, replay);
    for (const text of replay.forced.values()) await opened.ours(text);
    // Before 15 a session tells what it did once it ends, as it does then too.
    await opened.ours('SELECT pg_catalog.pg_stat_force_next_flush()').catch(() => {});
  }
  await admin.query(`REVOKE ${mayCreate} FROM ${owner}`);
  await crew.run(0, async (worker) => {
    await checkWoken(worker, filling);
    if (names !== null) await keepChosen(worker, filling, names);
    await wakeForced(worker, resting.forced);
    await tidy(worker, filling);
  });
}

async function finishTriggers({ report }: Filling, replay: Replay): Promise<void> {
  const { triggers } = replay;
  const asleep = await triggers.wakeAll();
  for (const table of asleep) {
    report.warnings.push({
      code: 'triggers_enabled',
      message: `The script leaves all triggers of ${table} disabled: here its foreign keys hold again.`,
    });
  }
}

/** Foreign keys that were put back unchecked. Where rows point nowhere they stay so, with the number of these rows. */
async function checkWoken(worker: Worker, { report }: Filling): Promise<void> {
  await worker.clear();
  for (const key of await listUnchecked(worker.session)) {
    const orphan = await checkForeignKey(worker, key);
    if (orphan === null || report.orphans.some(({ constraint }) => constraint === orphan.constraint))
      continue;
    report.orphans.push(orphan);
  }
}

async function wakeForced(worker: Worker, forced: readonly string[]): Promise<void> {
  await worker.clear();
  const { rows } = await worker.session.query<{ name: string }>(
    'SELECT name FROM pg_catalog.unnest($1::text[]) AS name WHERE pg_catalog.to_regclass(name) IS NOT NULL',
    [forced],
  );
  await wakeTables(worker, { triggers: [], forced: rows.map(({ name }) => name) });
}

/** Empties the tables that were not chosen, now that the script has done what it does. */
async function keepChosen(worker: Worker, { report }: Filling, names: readonly string[]): Promise<void> {
  const tables = await listTables(worker.session);
  const all = tables
    .filter(({ partitioned }) => !partitioned)
    .map((table) => ({ table, data: { file: '', schema: table.schema, table: table.name, sizeBytes: 0 } }));
  const chosen = chooseLoads(all, tables, { names, ways: await listWays(worker.session) });
  report.warnings.push(...chosen.warnings);
  report.skipped.push(...chosen.skipped);
  const leaves = all.filter((load) => !chosen.loads.includes(load)).map(({ table }) => table);
  if (leaves.length === 0) return;
  const resting = await restTables(worker, leaves);
  await worker.session.query(`TRUNCATE ONLY ${leaves.map(quoteQualified).join(', ')}`);
  await wakeTables(worker, resting);
  for (const view of await listMaterializedViews(worker.session)) {
    const { rows } = await worker.session.query(
      'SELECT FROM pg_catalog.pg_class WHERE oid = $1::pg_catalog.regclass AND relispopulated',
      [quoteQualified(view)],
    );
    if (rows.length > 0)
      await worker.runOurs(`filling ${view.name}`, `REFRESH MATERIALIZED VIEW ${quoteQualified(view)}`);
  }
}

// What was taken away here must be in no page of the copies (faults F9), and the planner has to know what became of it.
async function tidy(worker: Worker, { meter }: Filling): Promise<void> {
  await worker.clear();
  const { rows } = await worker.session.query<{
    schema: string;
    name: string;
    rewrite: string;
    touched: string;
  }>(
    `SELECT n.nspname AS schema, c.relname AS name,
       (pg_catalog.pg_stat_get_tuples_updated(c.oid) + pg_catalog.pg_stat_get_tuples_deleted(c.oid)
         + pg_catalog.pg_stat_get_dead_tuples(c.oid) > 0 OR EXISTS (
           SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.attisdropped))::int AS rewrite,
       (pg_catalog.pg_stat_get_mod_since_analyze(c.oid) > 0 OR pg_catalog.pg_stat_get_last_analyze_time(c.oid) IS NULL)::int AS touched
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
       AND (c.relkind = 'r' OR c.relispopulated)
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass
                       AND d.objid = c.oid AND d.deptype = 'e')`,
  );
  for (const { schema, name, rewrite, touched } of rows) {
    if (rewrite !== '1' && touched !== '1') continue;
    meter.describe(`Tidying ${schema}.${name}`);
    const verb = rewrite === '1' ? 'VACUUM (FULL, FREEZE, ANALYZE)' : 'ANALYZE';
    await worker.runOurs(`tidying ${schema}.${name}`, `${verb} ${quoteQualified({ schema, name })}`);
  }
}
