import type { Filter } from '../contract/browse.ts';
import { quoteName } from '../sql/quote.ts';
import { compareSql, openBinder } from './bind.ts';
import { textSql } from './cells.ts';
import { filterSql } from './filters.ts';
import { keySql, orderSql, type SortKey } from './order.ts';
import { columnOf, type Relation, relationSql } from './relation.ts';
import type { Query } from './sessions.ts';
import { readWeights, type Weight } from './weights.ts';

/** Up to so many rows are walked through to find an exact place: an index does that in a few milliseconds. */
const walkedRows = 60_000;

/**
 * Finds values of the first keys of an order, near which the given share of all rows has gone by: exactly in a small
 * table, by PostgreSQL's statistics in a large one. Null where there are no rows.
 */
export async function seekPosition(
  query: Query,
  relation: Relation,
  keys: readonly SortKey[],
  share: number,
  filters: readonly Filter[],
): Promise<(string | null)[] | null> {
  const [first, second] = keys;
  if (first === undefined) return null;
  if (await isSmall(query, relation)) return seekByWalking(query, relation, keys, share, filters);
  const found = await seekKey(query, relation, first, share);
  if (found === null) return seekByWalking(query, relation, keys, share, filters);
  if (found.within === null || second === undefined || second.isSystem) return [found.value];
  const inGroup = await seekKey(query, relation, second, found.within);
  return inGroup === null ? [found.value] : [found.value, inGroup.value];
}

async function isSmall(query: Query, relation: Relation): Promise<boolean> {
  if (relation.rows !== null && relation.rows > walkedRows) return false;
  // The estimate can be missing, or from before a load.
  const rows = await query(
    `SELECT count(*) FROM (SELECT FROM ${relationSql(relation)} LIMIT ${walkedRows + 1}) AS t`,
  );
  return Number(rows[0]?.[0] ?? 0) <= walkedRows;
}

async function seekByWalking(
  query: Query,
  relation: Relation,
  keys: readonly SortKey[],
  share: number,
  filters: readonly Filter[],
): Promise<(string | null)[] | null> {
  const binder = openBinder();
  const conditions = ['true', ...filterSql(relation, filters, binder, 't')].join(' AND ');
  const from = `FROM ${relationSql(relation)} AS t WHERE ${conditions}`;
  const skip = `(SELECT floor(count(*) * ${binder.bind(share)}::float8)::int8 ${from})`;
  const wanted = keys.map((key) => keyText(relation, key));
  const [row] = await query(
    `SELECT ${wanted.join(', ')} ${from} ${orderSql(keys, keySql)} OFFSET ${skip} LIMIT 1`,
    binder.values,
  );
  return row ?? null;
}

interface Sought {
  readonly value: string | null;
  /** Where many rows have the value: the share of them that has gone by. */
  readonly within: number | null;
}

async function seekKey(
  query: Query,
  relation: Relation,
  key: SortKey,
  share: number,
): Promise<Sought | null> {
  const ascending = key.descending ? 1 - share : share;
  const { weights, nulls } = await readWeights(query, relation, key);
  if (weights.length < 2) return key.isInteger ? seekBetweenEnds(query, relation, key, ascending) : null;
  const known = 1 - nulls;
  if (nulls > 0 && ascending > known) {
    const within = (ascending - known) / nulls;
    return { value: null, within: key.descending ? 1 - within : within };
  }
  const wanted = ascending / Math.max(known, 1e-9);
  let gone = 0;
  for (const [at, weight] of weights.entries()) {
    const part = weight.share > 0 ? (wanted - gone) / weight.share : 0;
    if (gone + weight.share < wanted && at < weights.length - 1) {
      gone += weight.share;
      continue;
    }
    const within = Math.min(1, Math.max(0, part));
    if (weight.isOneValue) return { value: weight.value, within: key.descending ? 1 - within : within };
    return { value: await between(query, relation, key, weights, at, within, nulls), within: null };
  }
  return null;
}

async function between(
  query: Query,
  relation: Relation,
  key: SortKey,
  weights: readonly Weight[],
  at: number,
  within: number,
  nulls: number,
): Promise<string> {
  const high = weights[at] as Weight;
  const low = weights.slice(0, at).findLast((weight) => !weight.isOneValue);
  if (low === undefined) return high.value;
  if (key.isInteger) {
    const [from, to] = [BigInt(low.value), BigInt(high.value)];
    return String(from + ((to - from) * BigInt(Math.round(within * 1e6))) / 1_000_000n);
  }
  const rows = Math.floor((relation.rows ?? 0) * (1 - nulls) * high.share * within);
  if (rows < 1 || rows > walkedRows * 2) return low.value;
  const column = `t.${quoteName(key.name)}`;
  const found = await query(
    `SELECT ${keyText(relation, key)} FROM ${relationSql(relation)} AS t
     WHERE ${compareSql(column, '>=', `$1::${key.type}`, key.operators)} ORDER BY ${column} OFFSET ${rows} LIMIT 1`,
    [low.value],
  );
  return found[0]?.[0] ?? high.value;
}

async function seekBetweenEnds(
  query: Query,
  relation: Relation,
  key: SortKey,
  share: number,
): Promise<Sought | null> {
  const column = `t.${quoteName(key.name)}`;
  const [row] = await query(`SELECT min(${column}), max(${column}) FROM ${relationSql(relation)} AS t`);
  const [low, high] = row ?? [];
  if (low == null || high == null) return null;
  const from = BigInt(low);
  const value = from + ((BigInt(high) - from) * BigInt(Math.round(share * 1e6))) / 1_000_000n;
  return { value: String(value), within: null };
}

function keyText(relation: Relation, key: SortKey): string {
  return key.isSystem ? `${keySql(key)}::text` : textSql(columnOf(relation, key.name), keySql(key));
}
