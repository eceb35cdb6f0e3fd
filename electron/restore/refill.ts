import { type QualifiedName, quoteQualified } from '../sql/quote.ts';
import { listFamily, listStaleViews } from './around.ts';
import { listTables, listViews, type TableFacts } from './catalog.ts';
import { type Choice, listWays } from './choice.ts';
import { readComments } from './comments.ts';
import { type Crew, settleAll } from './crew.ts';
import { effort, type Meter } from './effort.ts';
import {
  addForeignKey,
  checkForeignKey,
  countOrphans,
  type ForeignKey,
  listUnchecked,
  takeForeignKeys,
  type Unchecked,
} from './foreignkeys.ts';
import { type Load, type Loaded, loadTable } from './load.ts';
import { planLoads } from './loads.ts';
import { nameOf } from './match.ts';
import { type Plan, tableOf } from './plan.ts';
import { makeIndexes, type TakenIndexes, takeIndexes } from './reindex.ts';
import type { ReloadRequest, ReloadResult } from './reloadrequest.ts';
import { reportTables } from './report.ts';
import { type Resting, restTables, wakeTables } from './rest.ts';
import { rewindSequences } from './rewind.ts';
import type { Room } from './room.ts';
import { setSequences } from './sequences.ts';
import { refreshStale } from './stale.ts';
import type { Worker } from './worker.ts';

/** What the steps of a reload share. */
export interface Refilling {
  readonly crew: Crew;
  readonly plan: Plan;
  readonly result: ReloadResult;
  readonly meter: Meter;
  readonly room: Room;
  readonly request: ReloadRequest;
}

/** What stands around the tables that are to be loaded, most of it taken off until they are. */
interface Around {
  readonly tables: readonly TableFacts[];
  readonly loads: readonly Load[];
  /** Tables whose rows change: those of the loads and their partitions. */
  readonly changed: readonly TableFacts[];
  /** These and what they are partitions of, whose statistics sum theirs up. */
  readonly counted: readonly TableFacts[];
  readonly staleViews: readonly QualifiedName[];
  readonly foreignKeys: readonly ForeignKey[];
  /** Unchecked foreign keys between tables that are kept: they stay so. */
  readonly unchecked: ReadonlySet<string>;
  readonly comments: readonly string[];
  readonly indexes: TakenIndexes;
  readonly resting: Resting;
}

/** Loads the changed tables of a copy and does anew what stands around them. */
export async function refill(refilling: Refilling): Promise<void> {
  const { crew, plan, result, meter } = refilling;
  meter.describe('Taking off keys and triggers');
  const around = await takeOff(refilling);
  const { tables, changed, staleViews, loads } = around;
  const bytesOf = planWork(refilling, around);
  const refreshing = effort.refresh(loads.reduce((sum, { data }) => sum + data.sizeBytes, 0));
  const loaded = await loadAll(refilling, around);
  meter.describe('Checking foreign keys');
  await layForeignKeys(refilling, around, bytesOf);
  await crew.run(0, (worker) => refreshStale(worker, staleViews, refreshing, meter, result));
  meter.describe('Setting sequences');
  await crew.run(0, async (worker) => {
    await rewindSequences(worker.session, changed);
    await setSequences(worker, plan.statements.sequence, { tables, saysAll: false }, result.warnings);
    await wakeTables(worker, around.resting);
  });
  meter.describe('Collecting statistics');
  await analyze(refilling, around, bytesOf);
  const countsRows = plan.statements.data.length > 0;
  result.tables.push(...(await crew.run(0, (worker) => reportTables(worker, changed, loaded, countsRows))));
  const oids = new Set(changed.map(({ oid }) => oid));
  result.kept.push(...tables.filter(({ oid }) => !oids.has(oid)).map(nameOf));
}

function takeOff({ crew, request, result }: Refilling): Promise<Around> {
  return crew.run(0, async (worker) => {
    const { session } = worker;
    await worker.clear();
    const tables = await listTables(session);
    const choice =
      request.tables === undefined ? null : { names: request.tables, ways: await listWays(session) };
    const { loads, skipped } = findLoads(tables, await listViews(session), choice, request);
    result.skipped.push(...skipped);
    const changed = tables.filter(({ oid, roots }) =>
      loads.some(({ table }) => table.oid === oid || roots.includes(table.oid)),
    );
    const roots = new Set(changed.flatMap((table) => table.roots));
    const counted = tables.filter((table) => changed.includes(table) || roots.has(table.oid));
    const family = await listFamily(session, changed);
    const staleViews = await listStaleViews(session, family);
    const comments = await readComments(worker, family);
    const foreignKeys = await takeForeignKeys(worker, tables, family);
    const unchecked = new Set((await listUnchecked(session)).map(titleOf));
    const indexes = await takeIndexes(worker, loads);
    const resting = await restTables(worker, changed);
    return {
      tables,
      loads,
      changed,
      counted,
      staleViews,
      foreignKeys,
      unchecked,
      comments,
      indexes,
      resting,
    };
  });
}

// A table and a partition of it can both have files: then the rows of the one come and go with those of the other.
function findLoads(
  tables: readonly TableFacts[],
  views: Parameters<typeof planLoads>[2],
  choice: Choice | null,
  { contents, changedFiles }: ReloadRequest,
): { loads: Load[]; skipped: ReloadResult['skipped'] } {
  const unknown = changedFiles.find((file) => !contents.data.some((data) => data.file === file));
  if (unknown !== undefined) throw new Error(`${unknown} is no file of the rows of a table`);
  const { loads, skipped } = planLoads(contents.data, tables, views, choice);
  const changed = loads.filter(({ data }) => changedFiles.includes(data.file));
  const related = (a: TableFacts, b: TableFacts): boolean =>
    a.oid === b.oid || a.roots.includes(b.oid) || b.roots.includes(a.oid);
  const chosen = loads.filter(({ table }) => changed.some((load) => related(load.table, table)));
  return { loads: chosen, skipped: [...skipped] };
}

function planWork(
  { meter }: Refilling,
  { loads, foreignKeys, counted, staleViews, indexes }: Around,
): (table: TableFacts) => number {
  const bytes = new Map(loads.map(({ data, table }) => [table.oid, data.sizeBytes]));
  const bytesOf = ({ oid }: TableFacts): number => bytes.get(oid) ?? 0;
  const all = loads.reduce((sum, { data }) => sum + data.sizeBytes, 0);
  const keys = foreignKeys.reduce((sum, { table }) => sum + effort.foreignKey(bytesOf(table)), 0);
  const statistics = counted.reduce((sum, table) => sum + effort.analyze(bytesOf(table)), 0);
  const made = loads.reduce(
    (sum, { table, data }) => sum + (indexes.get(table.oid)?.length ?? 0) * effort.index(data.sizeBytes),
    0,
  );
  meter.plan(all + made + keys + statistics + staleViews.length * effort.refresh(all));
  return bytesOf;
}

async function loadAll(
  { crew, meter, result, room }: Refilling,
  { loads, indexes }: Around,
): Promise<Map<string, Loaded>> {
  const loaded = new Map<string, Loaded>();
  const load = async (one: Load): Promise<void> => {
    await crew.run(one.data.sizeBytes, async (worker) => {
      const { data, table } = one;
      meter.describe(`Loading ${nameOf(table)}`);
      const onBytes = (bytes: number): void => meter.loaded(bytes);
      const done = await loadTable(worker, one, { signal: crew.signal, room, onBytes });
      meter.rows(done.rows);
      loaded.set(table.oid, done);
      if (done.missing.length === 0) return;
      result.warnings.push({
        code: 'columns_missing',
        message: `${data.file} lacks ${done.missing.join(', ')}; ${nameOf(table)} has their defaults there.`,
      });
    });
    await makeIndexes(crew, one, indexes.get(one.table.oid) ?? [], meter);
  };
  // Loading a partitioned table empties nothing, and loading a partition would empty what came by its root.
  for (const { table } of loads) {
    if (!table.partitioned) continue;
    await crew.run(0, async ({ session }) => {
      await session.query(`TRUNCATE ${quoteQualified(table)}`);
    });
  }
  const { roots = [], others = [] } = Object.groupBy(loads, ({ table }) =>
    table.partitioned ? 'roots' : 'others',
  );
  await settleAll(roots.map(load));
  await settleAll(others.map(load));
  return loaded;
}

async function layForeignKeys(
  { crew, plan, meter, result, request }: Refilling,
  { tables, foreignKeys, comments, ...around }: Around,
  bytesOf: (table: TableFacts) => number,
): Promise<void> {
  const { major } = request.server;
  const declared = listDeclared(plan, tables);
  const unchecked = await crew.run(0, async (worker) => {
    for (const key of foreignKeys) {
      // Each comes back unchecked, and is then held against all rows unless the dataset wants it unchecked.
      await addForeignKey(worker, { ...key, notValid: false }, { tables, major, report: result });
    }
    for (const comment of comments) await worker.runOurs('a comment', comment);
    await worker.clear();
    return await listUnchecked(worker.session);
  });
  await crew.runAll(
    unchecked
      .filter((key) => !declared.has(titleOf(key)))
      .map((key) => {
        const check = around.unchecked.has(titleOf(key)) ? countOrphans : checkForeignKey;
        const table = tables.find(({ schema, name }) => schema === key.schema && name === key.table);
        return {
          cost: table === undefined ? 0 : bytesOf(table),
          work: async (worker: Worker) => {
            const orphan = await check(worker, key);
            if (orphan !== null) result.orphans.push(orphan);
          },
        };
      }),
  );
  meter.done(foreignKeys.reduce((sum, { table }) => sum + effort.foreignKey(bytesOf(table)), 0));
  result.orphans.sort((a, b) => a.constraint.localeCompare(b.constraint));
}

// Foreign keys that the dataset itself declares as NOT VALID: they stay so, whatever the rows.
function listDeclared(plan: Plan, tables: readonly TableFacts[]): Set<string> {
  const exists = (name: QualifiedName): boolean => tables.some((table) => nameOf(table) === nameOf(name));
  const declared = plan.statements['foreign-key'].filter(({ notValid }) => notValid);
  return new Set(
    declared.flatMap((planned) => {
      const table = tableOf(planned, exists);
      return table === null ? [] : [`${nameOf(table)}.${planned.makes}`];
    }),
  );
}

function titleOf({ schema, table, name }: Unchecked): string {
  return `${schema}.${table}.${name}`;
}

async function analyze(
  { crew, meter, request }: Refilling,
  { counted, staleViews }: Around,
  bytesOf: (table: TableFacts) => number,
): Promise<void> {
  // From PostgreSQL 18 on ANALYZE of a partitioned table goes through its partitions again unless told not to.
  const only = request.server.major >= 18 ? 'ONLY ' : '';
  const read = (name: QualifiedName, cost: number, recurse: string) => ({
    cost,
    work: async (worker: Worker): Promise<void> => {
      await worker.runOurs(`the statistics of ${nameOf(name)}`, `ANALYZE ${recurse}${quoteQualified(name)}`);
      meter.done(cost);
    },
  });
  await crew.runAll([
    ...counted.map((table) => read(table, effort.analyze(bytesOf(table)), only)),
    ...staleViews.map((view) => read(view, 0, '')),
  ]);
}
