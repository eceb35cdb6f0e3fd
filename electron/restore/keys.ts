import type { Skipped } from '../contract/report.ts';
import type { QualifiedName } from '../sql/quote.ts';
import { leaveOut } from './absent.ts';
import { accountFor } from './accounted.ts';
import type { TableFacts } from './catalog.ts';
import type { Crew } from './crew.ts';
import { isAlready, isMissing, sayFailure } from './define.ts';
import { effort } from './effort.ts';
import type { Filling } from './filling.ts';
import { doubled } from './late.ts';
import { type Plan, type PlannedStatement, tableOf } from './plan.ts';
import { sayReadError } from './rowerrors.ts';
import type { Worker } from './worker.ts';

/** Indexes and constraints of one table, foreign keys apart. */
export interface TableKeys {
  readonly constraints: readonly PlannedStatement[];
  readonly indexes: readonly PlannedStatement[];
}

/** All indexes and constraints, by the oid of their table. */
export interface Keys {
  readonly ofTables: ReadonlyMap<string, TableKeys>;
  /** On materialized views: after these have been filled. */
  readonly ofViews: readonly PlannedStatement[];
  /** Joins indexes of partitions to those of their roots: after both. */
  readonly joins: readonly PlannedStatement[];
  readonly skipped: readonly Skipped[];
}

/** Sorts indexes and constraints by table; those that stand already are left out, those without a table reported. */
export function sortKeys(
  plan: Plan,
  tables: readonly TableFacts[],
  views: readonly QualifiedName[],
  standing: ReadonlySet<string>,
): Keys {
  const keyOf = ({ schema, name }: QualifiedName): string => `${schema}\0${name}`;
  const byName = new Map(tables.map((table) => [keyOf(table), table]));
  const viewNames = new Set(views.map(keyOf));
  const exists = (name: QualifiedName): boolean => byName.has(keyOf(name)) || viewNames.has(keyOf(name));
  const ofTables = new Map<string, { constraints: PlannedStatement[]; indexes: PlannedStatement[] }>();
  const ofViews: PlannedStatement[] = [];
  const joins: PlannedStatement[] = [];
  const skipped: Skipped[] = [];
  for (const planned of [...plan.statements.constraint, ...plan.statements.index]) {
    if (planned.what === 'index setting') {
      joins.push(planned);
      continue;
    }
    const name = tableOf(planned, exists);
    const table = name === null ? undefined : byName.get(keyOf(name));
    if (name === null || !exists(name)) {
      accountFor(planned);
      skipped.push({ what: planned.what, name: planned.name, reason: 'its table is not in the dataset' });
    } else if (table === undefined) {
      ofViews.push(planned);
    } else if (planned.makes === null || !standing.has(`${table.schema}\0${table.name}\0${planned.makes}`)) {
      const keys = ofTables.get(table.oid) ?? { constraints: [], indexes: [] };
      ofTables.set(table.oid, keys);
      (planned.phase === 'constraint' ? keys.constraints : keys.indexes).push(planned);
    } else {
      // It came with its table.
      accountFor(planned);
    }
  }
  return { ofTables, ofViews, joins, skipped };
}

/**
 * Runs one statement that reads rows. What was there already is fine, and what depends on something left out is left out
 * too; any error says no value of a row.
 */
export async function runKey(worker: Worker, planned: PlannedStatement, skipped: Skipped[]): Promise<void> {
  try {
    await worker.run(planned);
  } catch (error) {
    if (isAlready(error) && planned.phase === 'index') {
      skipped.push(doubled(planned));
      return;
    }
    if (leaveOut({ planned, error }, skipped)) return;
    if (isMissing(error) || isAlready(error)) throw sayFailure({ planned, error });
    const { file, line } = planned.statement;
    throw sayReadError(error, `The ${planned.what} ${planned.name} in line ${line} of ${file}`, {
      file,
      line,
    });
  }
}

/**
 * Makes the keys of a table whose rows are in. Constraints come first and one after another, because each locks the
 * table; then all indexes at once; then constraints that stand on one of these.
 */
export async function makeKeys(
  crew: Crew,
  keys: TableKeys,
  tableBytes: number,
  { meter, report }: Pick<Filling, 'meter' | 'report'>,
): Promise<void> {
  const cost = effort.index(tableBytes);
  const later: PlannedStatement[] = [];
  if (keys.constraints.length > 0) {
    await crew.run(cost * keys.constraints.length, async (worker) => {
      for (const planned of keys.constraints) {
        if (/\busing\s+index\b(?!\s+tablespace)/i.test(planned.statement.text)) {
          later.push(planned);
          continue;
        }
        meter.describe(`Making the ${planned.what} ${planned.name}`);
        await runKey(worker, planned, report.skipped);
        meter.done(cost);
      }
    });
  }
  await crew.runAll(
    keys.indexes.map((planned) => ({
      cost,
      work: async (worker) => {
        meter.describe(`Making the index ${planned.name}`);
        await runKey(worker, planned, report.skipped);
        meter.done(cost);
      },
    })),
  );
  await runInOrder(crew, later, cost, { meter, report });
}

/** Runs statements one after another in one session. */
export async function runInOrder(
  crew: Crew,
  statements: readonly PlannedStatement[],
  cost: number,
  { meter, report }: Pick<Filling, 'meter' | 'report'>,
): Promise<void> {
  if (statements.length === 0) return;
  await crew.run(cost * statements.length, async (worker) => {
    for (const planned of statements) {
      await runKey(worker, planned, report.skipped);
      meter.done(cost);
    }
  });
}
