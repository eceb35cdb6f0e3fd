import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react';
import type {
  BrowsedTable,
  Filter,
  SortColumn,
  TableDetails,
  TableName,
} from '../../../../electron/contract/browse.ts';
import { texts } from '../../../texts/data.ts';
import { ColumnHead, nextSort } from './column-head.tsx';
import styles from './data.module.css';
import { GridRow } from './grid-row.tsx';
import { idOf } from './place.ts';
import { rowHeight, useRowScroll } from './scroll.ts';
import type { Rows } from './use-rows.ts';
import { textOf } from './value.tsx';
import { widthsOf } from './widths.ts';

export interface Chosen {
  /** The number of the row in the whole table, and of the column. */
  readonly row: number;
  readonly column: number;
}

interface Props {
  readonly install: string;
  readonly table: BrowsedTable;
  readonly rows: Rows;
  readonly details: TableDetails | null;
  readonly sort: readonly SortColumn[];
  readonly chosen: Chosen | null;
  onChoose(chosen: Chosen): void;
  /** Tells the numbers of the rows in sight, also of those that show a part only. */
  onSight(sight: { from: number; to: number }): void;
  onSort(sort: readonly SortColumn[]): void;
  onFollow(target: TableName, filters: readonly Filter[]): void;
}

const headHeight = 48;

/** Rows of any number in a window: arrows move, Ctrl/Cmd-C copies the value, Enter follows a foreign key. */
export function Grid(props: Props) {
  const { table, rows, details, sort, chosen, onChoose, onSight, onSort, onFollow } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const { window, want } = rows;
  const columns = window?.pages[0]?.columns ?? [];
  const firstRows = window?.pages[0]?.rows;
  const widths = useMemo(() => widthsOf(columns, firstRows ?? []), [columns, firstRows]);
  const width = widths.reduce((sum, each) => sum + each, 0);
  const total = window?.total ?? 0;
  const scroll = useRowScroll(scroller, total, headHeight);
  const from = Math.floor(scroll.top);
  const to = Math.min(total, Math.ceil(scroll.top + scroll.visible) + 2);
  useEffect(() => want(from, to), [want, from, to]);
  const last = Math.min(total, Math.ceil(scroll.top + scroll.visible));
  useEffect(() => onSight({ from, to: last }), [onSight, from, last]);
  const keys = useMemo(
    () =>
      new Map(
        (details?.foreignKeys ?? []).flatMap((key) =>
          key.columns.length === 1 ? [[key.columns[0] as string, key] as const] : [],
        ),
      ),
    [details],
  );
  const follow = (index: number, column: number): void => {
    const key = keys.get(columns[column]?.name ?? '');
    const cell = window?.rows[index - window.first]?.cells[column];
    const target = key?.targetColumns[0];
    if (key === undefined || target === undefined || cell === null || cell === undefined) return;
    onFollow(key.target, [{ column: target, operator: '=', values: [textOf(cell)] }]);
  };
  const move = (row: number, column: number): void => {
    const next = {
      row: Math.min(Math.max(0, total - 1), Math.max(0, row)),
      column: Math.min(Math.max(0, columns.length - 1), Math.max(0, column)),
    };
    onChoose(next);
    scroll.show(next.row);
    showColumn(scroller.current, widths, next.column);
  };
  const onKey = (event: KeyboardEvent): void => {
    const at = chosen ?? { row: from, column: 0 };
    const page = Math.max(1, Math.floor(scroll.visible) - 1);
    const moves: Record<string, [number, number]> = {
      ArrowDown: [at.row + 1, at.column],
      ArrowUp: [at.row - 1, at.column],
      ArrowRight: [at.row, at.column + 1],
      ArrowLeft: [at.row, at.column - 1],
      PageDown: [at.row + page, at.column],
      PageUp: [at.row - page, at.column],
      Home: event.ctrlKey || event.metaKey ? [0, at.column] : [at.row, 0],
      End: event.ctrlKey || event.metaKey ? [total - 1, at.column] : [at.row, columns.length - 1],
    };
    const to = moves[event.key];
    if (to !== undefined) {
      event.preventDefault();
      move(...to);
    } else if (event.key === 'Enter' && chosen !== null && event.target === scroller.current) {
      follow(chosen.row, chosen.column);
    } else if (event.key === 'c' && (event.ctrlKey || event.metaKey) && chosen !== null && window !== null) {
      if (String(getSelection()) !== '') return;
      void navigator.clipboard.writeText(
        textOf(window.rows[chosen.row - window.first]?.cells[chosen.column]),
      );
    }
  };
  const numbers = Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table of millions of rows is no <table>
    <div
      ref={scroller}
      role="grid"
      className={styles.scroller}
      tabIndex={0}
      aria-label={texts.grid(idOf(table))}
      aria-rowcount={total + 1}
      aria-colcount={columns.length}
      aria-busy={rows.isLoading}
      aria-activedescendant={chosen === null ? undefined : `cell-${chosen.row}-${chosen.column}`}
      onKeyDown={onKey}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: a table of millions of rows is no <table> */}
      <div style={{ height: scroll.height, width, minWidth: '100%' }} role="rowgroup">
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        {/* biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and names the cell */}
        <div className={styles.head} role="row" aria-rowindex={1}>
          {columns.map((column, index) => (
            <ColumnHead
              key={column.name}
              column={column}
              width={widths[index] ?? 0}
              target={keys.get(column.name)?.target ?? null}
              sort={sort}
              onSort={() => onSort(nextSort(sort, column.name))}
            />
          ))}
        </div>
        <div className={styles.layer} role="presentation">
          {numbers.map((number) => (
            <GridRow
              key={number}
              number={number}
              top={(number - scroll.top) * rowHeight}
              width={width}
              widths={widths}
              columns={columns}
              row={window?.rows[number - (window?.first ?? 0)]}
              chosenColumn={chosen?.row === number ? chosen.column : null}
              keys={keys}
              onChoose={(column) => onChoose({ row: number, column })}
              onFollow={(column) => follow(number, column)}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

function showColumn(scroller: HTMLElement | null, widths: readonly number[], column: number): void {
  if (scroller === null) return;
  const left = widths.slice(0, column).reduce((sum, each) => sum + each, 0);
  const right = left + (widths[column] ?? 0);
  if (left < scroller.scrollLeft) scroller.scrollLeft = left;
  else if (right > scroller.scrollLeft + scroller.clientWidth)
    scroller.scrollLeft = right - scroller.clientWidth;
}
