import { z } from 'zod';
import { parseRecordText } from './record-text.ts';

/** One row that becoming a user changed, made or took away, as it was and as it became. */
export const KeptRow = z.object({
  schema: z.string(),
  name: z.string(),
  /** All columns in order, as the texts have them. */
  columns: z.array(z.string()),
  key: z.array(z.string()),
  /** The row as PostgreSQL writes it; null where it was not there. */
  former: z.string().nullable(),
  current: z.string().nullable(),
});
export type KeptRow = z.infer<typeof KeptRow>;

/** One change as it happened, with the number of its table. */
export interface Change {
  readonly relid: string;
  readonly former: string | null;
  readonly current: string | null;
}

/** What changed from the first to the last of several changes of the same rows, in the order of their first. */
export function sumChanges(changes: readonly Change[]): Change[] {
  const sums: Change[] = [];
  for (const change of changes) {
    const at =
      change.former === null
        ? -1
        : sums.findLastIndex(({ relid, current }) => relid === change.relid && current === change.former);
    const earlier = sums[at];
    if (earlier === undefined) sums.push(change);
    else if (earlier.former === null && change.current === null) sums.splice(at, 1);
    else sums[at] = { ...earlier, current: change.current };
  }
  return sums;
}

/** The value of each column of a row. */
export function valuesOf({ columns }: Pick<KeptRow, 'columns'>, text: string): Map<string, string | null> {
  const values = parseRecordText(text);
  return new Map(columns.map((column, at) => [column, values[at] ?? null]));
}

/** The values of a row's key, in the order of its columns. */
export function keyOf(row: KeptRow, text: string): string[] {
  const values = valuesOf(row, text);
  return row.key.map((column) => values.get(column) ?? '');
}
