import type { BrowsedColumn, Row } from '../../../../electron/contract/browse.ts';
import { textOf } from './value.tsx';

const letter = 7.55;
const least = 84;
const most = 380;
const looked = 60;

/** How wide each column is, in pixels, by its head and its first values. */
export function widthsOf(columns: readonly BrowsedColumn[], rows: readonly Row[]): number[] {
  const sample = rows.slice(0, looked);
  return columns.map((column, index) => {
    const head = Math.max(column.name.length + 2, column.type.length + (column.inKey ? 4 : 0));
    const longest = sample.reduce((so, row) => Math.max(so, textOf(row.cells[index]).length), head);
    return Math.round(Math.min(most, Math.max(least, longest * letter + 26)));
  });
}
