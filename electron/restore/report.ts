import type { TableReport } from '../contract/report.ts';
import { quoteQualified } from '../sql/quote.ts';
import { readSizes, type TableFacts } from './catalog.ts';
import type { Loaded } from './load.ts';
import type { Worker } from './worker.ts';

/** What became of each table. Rows that came otherwise than by a file of the table's own are counted, where some did. */
export async function reportTables(
  worker: Worker,
  tables: readonly TableFacts[],
  loaded: ReadonlyMap<string, Loaded>,
  countsRows: boolean,
): Promise<TableReport[]> {
  await worker.clear();
  const sizes = await readSizes(worker.session);
  const reports: TableReport[] = [];
  for (const table of tables) {
    const { schema, name, oid, partitioned, roots } = table;
    const load = loaded.get(oid);
    const byRoot = roots.some((root) => loaded.has(root));
    const counted = byRoot || (load === undefined && countsRows);
    const rows = partitioned ? null : counted ? await countRows(worker, table) : (load?.rows ?? 0);
    reports.push({ schema, name, rows, bytes: sizes.get(oid) ?? 0, ms: load?.ms ?? 0 });
  }
  return reports;
}

async function countRows({ session }: Worker, table: TableFacts): Promise<number> {
  const { rows } = await session.query<{ rows: string }>(
    `SELECT count(*) AS rows FROM ONLY ${quoteQualified(table)}`,
  );
  return Number(rows[0]?.rows ?? 0);
}
