import type { Filter, RowsCount, TableName } from '../contract/browse.ts';
import { openBinder } from './bind.ts';
import { filterSql } from './filters.ts';
import { relationSql } from './relation.ts';
import { withRelation } from './relations.ts';
import type { LiveReader } from './sessions.ts';

export interface CountWish {
  readonly table: TableName;
  readonly filters: readonly Filter[];
  readonly deadlineMs?: number;
}

/** Counts the rows that filters let through, exactly. Throws `timeout` after the deadline. */
export function countRows(
  reader: LiveReader,
  { table, filters, deadlineMs = 30_000 }: CountWish,
  signal?: AbortSignal,
): Promise<RowsCount> {
  return withRelation(reader, table, { signal, deadlineMs }, async (query, relation) => {
    const binder = openBinder();
    const conditions = ['true', ...filterSql(relation, filters, binder, 't')];
    const [row] = await query(
      `SELECT count(*) FROM ${relationSql(relation)} AS t WHERE ${conditions.join(' AND ')}`,
      binder.values,
    );
    return { rows: Number(row?.[0] ?? 0), exact: true };
  });
}

/** How many rows filters let through by the planner's estimate, which costs nothing. */
export function estimateRows(
  reader: LiveReader,
  { table, filters }: CountWish,
  signal?: AbortSignal,
): Promise<RowsCount> {
  return withRelation(reader, table, { signal }, async (query, relation) => {
    const binder = openBinder();
    const conditions = ['true', ...filterSql(relation, filters, binder, 't')];
    const lines = await query(
      `EXPLAIN (FORMAT JSON) SELECT FROM ${relationSql(relation)} AS t WHERE ${conditions.join(' AND ')}`,
      binder.values,
    );
    const plan = JSON.parse(lines[0]?.[0] ?? '[]') as { Plan?: { 'Plan Rows'?: number } }[];
    return { rows: Math.round(plan[0]?.Plan?.['Plan Rows'] ?? 0), exact: false };
  });
}
