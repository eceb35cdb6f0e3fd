import type { Skipped } from '../contract/report.ts';

// A dump with owners has one such statement an object: a line for each would bury the rest of the report.
const counted = new Set([
  'owner',
  'grant',
  'default privileges',
  'drop',
  'VACUUM or ANALYZE',
  'large object',
  'statistics',
]);

/** The report on what was left out: kinds that come with every object are counted, all else is named. */
export function summarizeSkipped(skipped: readonly Skipped[]): Skipped[] {
  const counts = new Map<string, { first: Skipped; count: number }>();
  const lines: Skipped[] = [];
  for (const one of skipped) {
    const key = counted.has(one.what) ? one.what : `${one.what}\0${one.name}\0${one.reason}`;
    const known = counts.get(key);
    if (known !== undefined) known.count++;
    else counts.set(key, { first: one, count: 1 });
  }
  for (const { first, count } of counts.values()) {
    lines.push(counted.has(first.what) && count > 1 ? { ...first, name: `${count} statements` } : first);
  }
  return lines;
}
