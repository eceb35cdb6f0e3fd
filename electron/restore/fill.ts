import type { RowStatements, TableData } from '../archives/contents.ts';
import { loadParser } from '../sql/parser.ts';
import { absentTables, leaveRows } from './absent.ts';
import { listConstraintKeys, listTables, listViews, type TableFacts } from './catalog.ts';
import { waysOfKeys } from './choice.ts';
import { settleAll } from './crew.ts';
import { defineSchema } from './definitions.ts';
import { effort } from './effort.ts';
import { leaveExtensionRows } from './extensionrows.ts';
import type { Filling } from './filling.ts';
import {
  addForeignKey,
  checkForeignKey,
  type ForeignKey,
  listForeignKeys,
  listUnchecked,
  takeForeignKeys,
} from './foreignkeys.ts';
import { type Keys, makeKeys, runInOrder, sortKeys } from './keys.ts';
import { addLargeObjects } from './largeobjects.ts';
import { refreshViews, runLate, runPostponed } from './late.ts';
import { type Load, type Loaded, loadTable, type RowSource } from './load.ts';
import { type LoadPlan, planLoads } from './loads.ts';
import { nameOf } from './match.ts';
import type { Plan, PlannedStatement } from './plan.ts';
import { addStatements } from './rowstatements.ts';
import { setSequences } from './sequences.ts';
import { unknownSettings } from './settings.ts';
import { analyseRest, analyseTable, canAnalyseEarly } from './statistics.ts';

/** What there is once a database is filled. */
export interface Filled {
  readonly tables: readonly TableFacts[];
  readonly loaded: ReadonlyMap<string, Loaded>;
  /** True where rows came otherwise than by a file of the table's own. */
  readonly countsRows: boolean;
}

/** Fills an empty database: definitions, rows, keys, foreign keys, views, triggers, sequences, statistics. */
export async function fillBuild(filling: Filling): Promise<Filled> {
  const { crew, plan, report, meter, request } = filling;
  const defining = (plan.statements.define.length + plan.statements.matview.length) * effort.statement;
  meter.plan(defining + guessWork(plan, request.contents.data));
  meter.describe('Making tables, types and functions');
  const { postponed, left } = await crew.run(0, (worker) => defineSchema(worker, filling));
  const all = await crew.run(0, async (worker) => {
    const tables = await listTables(worker.session);
    const views = await listViews(worker.session);
    const taken = await takeForeignKeys(worker, tables);
    return { tables, views, taken, standing: await listConstraintKeys(worker.session) };
  });
  const { tables, views, taken, standing } = all;
  const keys = sortKeys(plan, tables, views, standing);
  const parser = await loadParser();
  const foreign = listForeignKeys(parser, plan, tables, new Set([...standing, ...taken.map(keyOf)]));
  const foreignKeys = [...taken, ...foreign.keys];
  const names = request.tables;
  const choice = names === undefined ? null : { names, ways: waysOfKeys(parser, foreignKeys, tables) };
  const { data, statements = [], largeObjects = [] } = request.contents;
  const absent = absentTables(left, tables);
  const known = leaveRows(data, absent, report.skipped);
  const own = await crew.run(0, ({ session }) => leaveExtensionRows(session, known, report.skipped));
  const targets = leaveRows(listTargets(statements, own), absent, report.skipped);
  // Which tables INSERTs are for matters only where some are to be left out.
  const planned = planLoads<TableData | RowSource>(
    choice === null ? own : [...own, ...targets],
    tables,
    views,
    choice,
  );
  const loads: LoadPlan = { ...planned, loads: planned.loads.filter(isOfFile) };
  const wanted = choice === null ? null : planned.loads.map(({ table }) => table);
  report.skipped.push(...loads.skipped, ...keys.skipped, ...foreign.skipped);
  // Which tables INSERTs are for is not known before they have run.
  report.warnings.push(...loads.warnings.filter(({ code }) => code !== 'no_rows' || statements.length === 0));
  const work = planWork(filling, { tables, loads, keys, foreignKeys, postponed });
  const more = [...statements, ...largeObjects].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  meter.plan(defining - postponed.length * effort.statement + work.total + more);

  await addStatements(filling, { wanted, absent });
  await addLargeObjects(filling);
  const isEarly = canAnalyseEarly(plan, keys);
  const loaded = await loadAll(filling, tables, loads, keys, async (table) => {
    if (isEarly) await analyseTable(filling, table, work.bytesOf(table));
  });
  await runInOrder(crew, keys.joins, effort.index(0), filling);
  meter.describe('Checking foreign keys');
  await layForeignKeys(filling, tables, foreignKeys, work.bytesOf);
  // A view that groups by a key is there only now, and others read it.
  const late = await crew.run(0, (worker) => runPostponed(worker, postponed, meter, report));
  const { isComplete = false } = request.contents;
  const wantedViews = isComplete ? plan.refreshes : null;
  await crew.run(0, (worker) => refreshViews(worker, wantedViews, work.refresh, meter, report));
  await runInOrder(crew, keys.ofViews, effort.index(0), filling);
  meter.describe('Making triggers, rules and policies');
  await crew.run(0, (worker) => runLate(worker, [...late, ...plan.statements.late], meter, report));
  meter.describe('Setting sequences');
  await crew.run(0, (worker) =>
    setSequences(worker, plan.statements.sequence, { tables, saysAll: isComplete }, report.warnings),
  );
  meter.describe('Collecting statistics');
  const counted = tables.filter(({ partitioned }) => !isEarly || partitioned);
  await analyseRest(filling, counted, work.bytesOf);
  await reportSettings(filling);
  return { tables, loaded, countsRows: plan.statements.data.length > 0 || statements.length > 0 };
}

function isOfFile(load: Load<TableData | RowSource>): load is Load {
  return 'open' in load.data;
}

// One for each table that has INSERTs and no rows in a file of its own.
function listTargets(statements: readonly RowStatements[], own: readonly TableData[]): RowSource[] {
  const isOwn = (target: { schema: string | null; table: string }): boolean =>
    own.some(({ schema, table }) => schema === target.schema && table === target.table);
  return statements.flatMap(({ file, tables }) =>
    tables.filter((target) => !isOwn(target)).map((target) => ({ file, ...target, sizeBytes: 0 })),
  );
}

function keyOf({ table, name }: ForeignKey): string {
  return `${table.schema}\0${table.name}\0${name}`;
}

// Before the tables are there nobody knows which rows a key reads: each is taken to read an average table.
function guessWork({ statements }: Plan, data: readonly TableData[]): number {
  const bytes = data.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const average = bytes / Math.max(1, data.length);
  const keys = statements.index.length + statements.constraint.length;
  return (
    bytes +
    keys * effort.index(average) +
    statements['foreign-key'].length * effort.foreignKey(average) +
    statements.late.length * effort.statement +
    data.length * effort.analyze(average)
  );
}

interface Work {
  readonly total: number;
  readonly refresh: number;
  readonly bytesOf: (table: TableFacts) => number;
}

// Counts the work before it begins, so that progress is a share of all of it.
function planWork(
  { plan }: Filling,
  {
    tables,
    loads,
    keys,
    foreignKeys,
    postponed,
  }: {
    tables: readonly TableFacts[];
    loads: LoadPlan;
    keys: Keys;
    foreignKeys: readonly ForeignKey[];
    postponed: readonly PlannedStatement[];
  },
): Work {
  const bytes = new Map<string, number>();
  let allBytes = 0;
  for (const { data, table } of loads.loads) {
    allBytes += data.sizeBytes;
    for (const oid of [table.oid, ...table.roots]) bytes.set(oid, (bytes.get(oid) ?? 0) + data.sizeBytes);
  }
  const bytesOf = ({ oid }: TableFacts): number => bytes.get(oid) ?? 0;
  const refresh = plan.statements.matview.length * effort.refresh(allBytes);
  let total = allBytes + refresh;
  for (const table of tables) {
    const { constraints = [], indexes = [] } = keys.ofTables.get(table.oid) ?? {};
    total += (constraints.length + indexes.length) * effort.index(table.partitioned ? 0 : bytesOf(table));
    total += effort.analyze(bytesOf(table));
  }
  total += (keys.joins.length + keys.ofViews.length) * effort.index(0);
  total += foreignKeys.reduce((sum, { table }) => sum + effort.foreignKey(bytesOf(table)), 0);
  total += (postponed.length + plan.statements.late.length) * effort.statement;
  return { total, refresh, bytesOf };
}

// Keys and statistics of a table begin as soon as its rows are in; keys of a partitioned table when all of its partitions are done.
async function loadAll(
  { crew, meter, report, room }: Filling,
  tables: readonly TableFacts[],
  { loads }: LoadPlan,
  keys: Keys,
  onDone: (table: TableFacts) => Promise<void>,
): Promise<ReadonlyMap<string, Loaded>> {
  const loaded = new Map<string, Loaded>();
  const loading = new Map<string, Promise<void>>();
  for (const load of loads) {
    const { data, table } = load;
    const ready = data.ready?.(crew.signal) ?? Promise.resolve();
    const done = crew.runWhen(ready, data.sizeBytes, async (worker) => {
      meter.describe(`Loading ${nameOf(table)}`);
      const onBytes = (bytes: number): void => meter.loaded(bytes);
      const result = await loadTable(worker, load, { signal: crew.signal, room, onBytes });
      meter.rows(result.rows);
      loaded.set(table.oid, result);
      if (result.missing.length > 0) {
        report.warnings.push({
          code: 'columns_missing',
          message: `${data.file} lacks ${result.missing.join(', ')}; ${nameOf(table)} has their defaults there.`,
        });
      }
    });
    done.catch(() => {});
    loading.set(table.oid, done);
  }
  const sizes = new Map(loads.map(({ data, table }) => [table.oid, data.sizeBytes]));
  const finishing = tables
    .filter(({ partitioned }) => !partitioned)
    .map(async (table) => {
      const { oid, roots } = table;
      await settleAll([oid, ...roots].map((one) => loading.get(one) ?? Promise.resolve()));
      const own = keys.ofTables.get(oid);
      if (own !== undefined) await makeKeys(crew, own, sizes.get(oid) ?? 0, { meter, report });
      await onDone(table);
    });
  await settleAll([...loading.values(), ...finishing]);
  for (const { oid, partitioned } of tables) {
    const own = keys.ofTables.get(oid);
    if (partitioned && own !== undefined) await makeKeys(crew, own, 0, { meter, report });
  }
  return loaded;
}

async function layForeignKeys(
  { crew, meter, report, request }: Filling,
  tables: readonly TableFacts[],
  foreignKeys: readonly ForeignKey[],
  bytesOf: (table: TableFacts) => number,
): Promise<void> {
  const { major } = request.server;
  const unchecked = await crew.run(0, async (worker) => {
    for (const key of foreignKeys) await addForeignKey(worker, key, { tables, major, report });
    await worker.clear();
    return await listUnchecked(worker.session);
  });
  const kept = new Set(foreignKeys.filter(({ notValid }) => notValid).map(keyOf));
  const toCheck = unchecked.filter(({ schema, table, name }) => !kept.has(`${schema}\0${table}\0${name}`));
  // Not every key is there to be checked, and one of a partitioned table can have become one a partition.
  let left = foreignKeys.reduce((sum, { table }) => sum + effort.foreignKey(bytesOf(table)), 0);
  const cost = (key: { schema: string; table: string }): number => {
    const table = tables.find(({ schema, name }) => schema === key.schema && name === key.table);
    return effort.foreignKey(table === undefined ? 0 : bytesOf(table));
  };
  await crew.runAll(
    toCheck.map((key) => ({
      cost: cost(key),
      work: async (worker) => {
        const orphan = await checkForeignKey(worker, key);
        if (orphan !== null) report.orphans.push(orphan);
        meter.done(Math.min(left, cost(key)));
        left -= Math.min(left, cost(key));
      },
    })),
  );
  meter.done(left);
  report.orphans.sort((a, b) => a.constraint.localeCompare(b.constraint));
}

async function reportSettings({ crew, plan, report, request, refusedSettings }: Filling): Promise<void> {
  const unknown = await crew.run(0, async (worker) => {
    await worker.clear();
    return await unknownSettings(worker.session, plan.settings);
  });
  for (const name of unknown) {
    const reason = `PostgreSQL ${request.server.major} does not know it`;
    report.skipped.push({ what: 'setting', name, reason });
  }
  for (const name of refusedSettings) {
    if (!unknown.includes(name))
      report.skipped.push({ what: 'setting', name, reason: 'the server does not take its value' });
  }
}
