import type { SortKey } from './order.ts';
import type { Relation } from './relation.ts';
import type { Query } from './sessions.ts';

/** A share of all rows: those that have a value, or those between the value before and this one. */
export interface Weight {
  readonly value: string;
  readonly share: number;
  readonly isOneValue: boolean;
}

/** How the values of a column are spread, in ascending order, and the share that is NULL. */
export interface Weights {
  readonly weights: readonly Weight[];
  readonly nulls: number;
}

/**
 * Reads PostgreSQL's statistics of a column: its most common values, and bounds between which the others are spread
 * alike. Empty where it has none. Shares are of the rows that are not NULL.
 */
export async function readWeights(query: Query, relation: Relation, key: SortKey): Promise<Weights> {
  if (key.isSystem) return { weights: [], nulls: 0 };
  const rows = await query(
    `WITH s AS (
       SELECT null_frac, most_common_vals::text::${key.type}[] AS common, most_common_freqs AS shares,
         histogram_bounds::text::${key.type}[] AS bounds,
         (SELECT coalesce(sum(f), 0) FROM unnest(most_common_freqs) AS f) AS taken
       FROM pg_stats WHERE schemaname = $1 AND tablename = $2 AND attname = $3 AND inherited = $4),
     w AS (
       SELECT v AS value, f::float8 AS share, true AS one FROM s, unnest(s.common, s.shares) AS u (v, f)
       UNION ALL
       SELECT v, CASE WHEN at = 1 THEN 0 ELSE (1 - s.null_frac - s.taken) / (cardinality(s.bounds) - 1) END, false
       FROM s, unnest(s.bounds) WITH ORDINALITY AS u (v, at))
     SELECT format('%s', w.value), w.share, w.one::int, s.null_frac FROM w, s ORDER BY w.value, w.one`,
    [relation.schema, relation.name, key.name, relation.hasChildren ? 't' : 'f'],
  );
  const nulls = Number(rows[0]?.[3] ?? 0);
  const values = Math.max(1 - nulls, 1e-9);
  return {
    nulls,
    weights: rows.map(([value, share, one]) => ({
      value: value ?? '',
      share: Number(share) / values,
      isOneValue: one === '1',
    })),
  };
}
