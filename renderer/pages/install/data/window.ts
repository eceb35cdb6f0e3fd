import type { Row, RowsPage } from '../../../../electron/contract/browse.ts';

/** Where rows are read from: a share of all rows, or the place that a page names. Null is the beginning. */
export type From = { readonly position: number } | { readonly cursor: string } | null;

/** A page, and where it was read from: it can be read again. */
export type ReadPage = RowsPage & { readonly from: From };

/** Rows that stand one after the other in the table, as far as they have been read. */
export interface RowWindow {
  readonly pages: readonly ReadPage[];
  readonly rows: readonly Row[];
  /** The number of the first one in the whole table; estimated after a jump, until an end has been seen. */
  readonly first: number;
  /** The number of all rows, as well as it is known. */
  readonly total: number;
}

/** More pages than these are let go at the far end: the memory of the page does not grow with its table. */
const mostPages = 12;

/** A window over the page that a jump has brought; `estimate` is about how many rows there are in all. */
export function openWindow(page: ReadPage, estimate: number, from: From): RowWindow {
  const count = page.rows.length;
  const total = Math.max(estimate, count);
  const position = page.position ?? (from !== null && 'position' in from ? from.position : 0);
  return settle([page], Math.round(position * (total - count)), total);
}

/** The page that holds a row of this number, and its place in it; null where it is not read. */
export function pageOf(window: RowWindow, row: number): { page: ReadPage; at: number } | null {
  let at = row - window.first;
  for (const page of window.pages) {
    if (at < 0) return null;
    if (at < page.rows.length) return { page, at };
    at -= page.rows.length;
  }
  return null;
}

/** The window with the rows behind its last one. */
export function append(window: RowWindow, page: ReadPage): RowWindow {
  const pages = [...window.pages, page];
  const dropped = pages.slice(0, Math.max(0, pages.length - mostPages));
  const droppedRows = dropped.reduce((sum, each) => sum + each.rows.length, 0);
  return settle(pages.slice(dropped.length), window.first + droppedRows, window.total);
}

/** The window with the rows before its first one. */
export function prepend(window: RowWindow, page: ReadPage): RowWindow {
  const pages = [page, ...window.pages].slice(0, mostPages);
  return settle(pages, window.first - page.rows.length, window.total);
}

// Estimates give way to what was seen: where an end is in the window, the numbers are those of the rows themselves.
function settle(pages: readonly ReadPage[], guessed: number, estimate: number): RowWindow {
  const rows = pages.flatMap((page) => page.rows);
  const isBegin = pages[0]?.previous === null;
  const isEnd = pages.at(-1)?.next === null;
  const first = isBegin ? 0 : isEnd ? Math.max(1, estimate - rows.length) : Math.max(1, guessed);
  const end = first + rows.length;
  return { pages, rows, first, total: isEnd ? end : Math.max(estimate, end + 1) };
}
