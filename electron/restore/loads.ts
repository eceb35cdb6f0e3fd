import type { TableData } from '../archives/contents.ts';
import { RockpoolError } from '../contract/errors.ts';
import type { Skipped, Warning } from '../contract/report.ts';
import type { QualifiedName } from '../sql/quote.ts';
import type { TableFacts } from './catalog.ts';
import { type Choice, chooseLoads } from './choice.ts';
import type { Load, RowSource } from './load.ts';
import { matchTable, nameOf } from './match.ts';

export interface LoadPlan<Data extends RowSource = TableData> {
  /** Biggest first. */
  readonly loads: readonly Load<Data>[];
  readonly skipped: readonly Skipped[];
  readonly warnings: readonly Warning[];
}

/**
 * Finds the table of each file. Files of views are left out, and those of a partitioned table whose partitions all have
 * files of their own, whose rows would come twice. `choice` limits the tables; a name in it that no file has is `usage`.
 * Throws `schema_missing` for rows that no table takes.
 */
export function planLoads<Data extends RowSource>(
  data: readonly Data[],
  tables: readonly TableFacts[],
  views: readonly (QualifiedName & { materialized: boolean })[],
  choice: Choice | null,
): LoadPlan<Data> {
  const skipped: Skipped[] = [];
  const found: Load<Data>[] = [];
  const places = [...tables, ...views.map((view) => ({ ...view, view: true as const }))];
  for (const one of data) {
    const place = matchTable(one, places);
    if ('view' in place) {
      skipped.push({
        what: 'rows',
        name: nameOf(place),
        reason: 'it is a view, whose rows follow from its tables',
      });
    } else found.push({ data: one, table: place });
  }
  refuseDoubles(found);
  const chosen = choice === null ? null : chooseLoads(found, tables, choice);
  skipped.push(...(chosen?.skipped ?? []));
  const wanted = chosen?.loads ?? found;
  const loads = wanted.filter(({ table }) => {
    const leaves = tables.filter(({ partitioned, roots }) => !partitioned && roots.includes(table.oid));
    const covered =
      leaves.length > 0 && leaves.every((leaf) => wanted.some((load) => load.table.oid === leaf.oid));
    if (covered) {
      skipped.push({ what: 'rows', name: nameOf(table), reason: 'its partitions have files of their own' });
    }
    return !covered;
  });
  loads.sort((a, b) => b.data.sizeBytes - a.data.sizeBytes);
  return { loads, skipped, warnings: chosen?.warnings ?? warnEmpty(tables, loads) };
}

function refuseDoubles(loads: readonly Load<RowSource>[]): void {
  for (const [index, { data, table }] of loads.entries()) {
    const other = loads.slice(0, index).find((load) => load.table.oid === table.oid);
    if (other === undefined) continue;
    throw new RockpoolError(
      'schema_missing',
      `${other.data.file} and ${data.file} are both for the table ${nameOf(table)}.`,
      {
        hint: 'One of them belongs to another run: have the dataset published again.',
        detail: { file: data.file, other: other.data.file, table: nameOf(table) },
      },
    );
  }
}

function warnEmpty(tables: readonly TableFacts[], loads: readonly Load<RowSource>[]): Warning[] {
  const loaded = new Set(loads.map(({ table }) => table.oid));
  const empty = tables.filter(
    ({ oid, partitioned, roots }) =>
      !partitioned && !loaded.has(oid) && !roots.some((root) => loaded.has(root)),
  );
  if (empty.length === 0) return [];
  const names = empty.slice(0, 20).map(nameOf).join(', ');
  const more = empty.length > 20 ? ` and ${empty.length - 20} more` : '';
  return [{ code: 'no_rows', message: `The dataset has no file of rows for ${names}${more}.` }];
}
