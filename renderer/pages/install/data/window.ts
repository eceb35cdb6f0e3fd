import type { Row, RowsPage } from '../../../../electron/contract/browse.ts';

/** Where rows are read from: a share of all rows, or the place that a page names. Null is the beginning. */
export type From = { readonly position: number } | { readonly cursor: string } | null;

/** Rows that stand one after the other in the table, as far as they have been read. */
export interface RowWindow {
  readonly pages: readonly RowsPage[];
  readonly rows: readonly Row[];
  /** The number of the first one in the whole table; estimated after a jump, until an end has been seen. */
  readonly first: number;
  /** The number of all rows, as well as it is known. */
  readonly total: number;
}

/** More pages than these are let go at the far end: the memory of the page does not grow with its table. */
const mostPages = 12;

/** A window over the page that a jump has brought; `estimate` is about how many rows there are in all. */
export function openWindow(page: RowsPage, estimate: number, from: From): RowWindow {
  const count = page.rows.length;
  const total = Math.max(estimate, count);
  const position = page.position ?? (from !== null && 'position' in from ? from.position : 0);
  return settle([page], Math.round(position * (total - count)), total);
}

/** The window with the rows behind its last one. */
export function append(window: RowWindow, page: RowsPage): RowWindow {
  const pages = [...window.pages, page];
  const dropped = pages.slice(0, Math.max(0, pages.length - mostPages));
  const droppedRows = dropped.reduce((sum, each) => sum + each.rows.length, 0);
  return settle(pages.slice(dropped.length), window.first + droppedRows, window.total);
}

/** The window with the rows before its first one. */
export function prepend(window: RowWindow, page: RowsPage): RowWindow {
  const pages = [page, ...window.pages].slice(0, mostPages);
  return settle(pages, window.first - page.rows.length, window.total);
}

// Estimates give way to what was seen: where an end is in the window, the numbers are those of the rows themselves.
function settle(pages: readonly RowsPage[], guessed: number, estimate: number): RowWindow {
  const rows = pages.flatMap((page) => page.rows);
  const isBegin = pages[0]?.previous === null;
  const isEnd = pages.at(-1)?.next === null;
  const first = isBegin ? 0 : isEnd ? Math.max(1, estimate - rows.length) : Math.max(1, guessed);
  const end = first + rows.length;
  return { pages, rows, first, total: isEnd ? end : Math.max(estimate, end + 1) };
}
