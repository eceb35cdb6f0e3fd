import { type QualifiedName, quoteQualified } from '../sql/quote.ts';
import { listMaterializedViews, type TableFacts } from './catalog.ts';
import { effort } from './effort.ts';
import type { Filling } from './filling.ts';
import type { Keys } from './keys.ts';
import { nameOf } from './match.ts';
import type { Plan } from './plan.ts';
import { sayReadError } from './rowerrors.ts';
import type { Worker } from './worker.ts';

type Analysing = Pick<Filling, 'crew' | 'meter' | 'request'>;

/**
 * True where the statistics of a table can be collected as soon as it has rows and indexes. Statistics objects and
 * settings of indexes, which they depend on, come later.
 */
export function canAnalyseEarly({ statements }: Plan, { joins }: Pick<Keys, 'joins'>): boolean {
  return joins.length === 0 && !statements.late.some(({ what }) => what === 'statistics object');
}

/** Collects the statistics of one table. Throws `load_failed` where an index or a function of the dataset fails. */
export async function analyseTable(analysing: Analysing, table: TableFacts, bytes: number): Promise<void> {
  const cost = effort.analyze(bytes);
  await analysing.crew.run(cost, (worker) => analyse(worker, analysing, table, cost));
}

/** Collects the statistics of these tables and of all materialized views. */
export async function analyseRest(
  analysing: Analysing,
  tables: readonly TableFacts[],
  bytesOf: (table: TableFacts) => number,
): Promise<void> {
  const { crew } = analysing;
  const views = await crew.run(0, async (worker) => {
    await worker.clear();
    return await listMaterializedViews(worker.session);
  });
  await crew.runAll([
    ...tables.map((table) => {
      const cost = effort.analyze(bytesOf(table));
      return { cost, work: (worker: Worker) => analyse(worker, analysing, table, cost) };
    }),
    ...views.map((view) => ({ cost: 0, work: (worker: Worker) => analyse(worker, analysing, view, 0) })),
  ]);
}

async function analyse(
  worker: Worker,
  { meter, request }: Analysing,
  name: QualifiedName | TableFacts,
  cost: number,
): Promise<void> {
  // From PostgreSQL 18 on ANALYZE of a partitioned table goes through its partitions again unless told not to.
  const only = 'partitioned' in name && request.server.major >= 18 ? 'ONLY ' : '';
  const what = `the statistics of ${nameOf(name)}`;
  try {
    await worker.runOurs(what, `ANALYZE ${only}${quoteQualified(name)}`);
  } catch (error) {
    throw sayReadError(error, `Collecting ${what}`, { table: nameOf(name) });
  }
  meter.done(cost);
}
