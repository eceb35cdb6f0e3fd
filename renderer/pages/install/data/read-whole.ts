import type { BrowsedColumn, Row, WholeCell } from '../../../../electron/contract/browse.ts';
import { texts } from '../../../texts/data.ts';
import { api } from '../../../wire/connection.ts';
import { pageSize, type View } from './use-rows.ts';
import { textOf } from './value.tsx';
import { pageOf, type RowWindow } from './window.ts';

// A message of the browser shell holds 1 MiB, and nobody reads more of one value on a screen.
const mostBytes = 512 * 1024;

/** A value of a row, and where it is. */
export interface Spot {
  readonly view: View;
  readonly window: RowWindow;
  /** The number of the row in the whole table, and of the column. */
  readonly row: number;
  readonly column: number;
}

/**
 * Reads a value whole: by what finds its row again, and in a view, whose rows have nothing of that kind, by reading its
 * page once more. Throws where the row is another by now.
 */
export async function readWhole(spot: Spot, signal?: AbortSignal): Promise<WholeCell> {
  const { view, window, row, column: index } = spot;
  const found = pageOf(window, row);
  const here = found?.page.rows[found.at];
  const column = found?.page.columns[index];
  if (found === null || here === undefined || column === undefined) throw new Error(texts.rowGone);
  const cell = here.cells[index] ?? null;
  const options = signal === undefined ? {} : { signal };
  if (here.handle !== null) {
    const { handle } = here;
    const wish = { table: view.table, handle, column: column.name, maxBytes: mostBytes };
    return api.browse.cell({ name: view.install, ...wish }, options);
  }
  if (cell === null || typeof cell === 'string') return wholeOf(cell);
  const page = await api.browse.rows(
    {
      name: view.install,
      wish: {
        table: view.table,
        sort: [...view.sort],
        filters: [...view.filters],
        limit: pageSize,
        start: found.page.from,
        cellLimit: mostBytes,
      },
    },
    options,
  );
  const again = page.rows[found.at];
  const whole = again?.cells[index] ?? null;
  if (again === undefined || !textOf(whole).startsWith(cell.text)) throw new Error(texts.rowGone);
  return wholeOf(whole);
}

function wholeOf(cell: Row['cells'][number]): WholeCell {
  const value = cell === null ? null : textOf(cell);
  const bytes = cell !== null && typeof cell === 'object' ? cell.bytes : new Blob([value ?? '']).size;
  return { value, encoding: 'text', bytes, complete: cell === null || typeof cell === 'string' };
}

/** Rows with all their values whole. Throws where one is too long to be copied. */
export async function wholeRows(
  spot: Omit<Spot, 'row' | 'column'>,
  columns: readonly BrowsedColumn[],
  numbers: readonly number[],
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const number of numbers) {
    const row = spot.window.rows[number - spot.window.first];
    if (row === undefined) continue;
    const cells = [...row.cells];
    for (const [index, cell] of row.cells.entries()) {
      if (cell === null || typeof cell === 'string') continue;
      const whole = await readWhole({ ...spot, row: number, column: index });
      if (!whole.complete) throw new Error(texts.tooLong(columns[index]?.name ?? ''));
      // In the grid bytes are written as PostgreSQL does.
      cells[index] = whole.encoding === 'base64' ? `\\x${hexOf(whole.value ?? '')}` : whole.value;
    }
    rows.push({ ...row, cells });
  }
  return rows;
}

function hexOf(base64: string): string {
  return Array.from(atob(base64), (letter) => letter.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}
