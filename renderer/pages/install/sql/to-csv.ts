import type { ConsoleResult } from '../../../../electron/contract/browse.ts';
import { field } from '../data/copied.ts';
import { textOf } from '../data/value.tsx';

/** A result as CSV; NULL is empty, an empty text `""`. */
export function toCsv({ columns, rows }: ConsoleResult): string {
  const lines = rows.map((row) =>
    row.map((cell) => (cell === null ? '' : field(textOf(cell), true))).join(','),
  );
  return `${[columns.map(({ name }) => field(name)).join(','), ...lines].join('\n')}\n`;
}
