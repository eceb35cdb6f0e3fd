import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import type { ConsoleResult } from '../../../../electron/contract/browse.ts';
import { texts } from '../../../texts/sql.ts';
import { textOf, Value } from '../data/value.tsx';
import styles from './sql.module.css';

const rowHeight = 31;
const letter = 7.55;

/** What a statement returned, as rows under their heads. */
export function Result({ result }: { result: ConsoleResult }) {
  const scroller = useRef<HTMLDivElement>(null);
  const widths = useMemo(() => widthsOf(result), [result]);
  const rows = useVirtualizer({
    count: result.rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const width = widths.reduce((sum, each) => sum + each, 0);
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows come and go as they are scrolled to
    <div
      ref={scroller}
      className={styles.result}
      role="table"
      aria-label={texts.rows(result.rows.length)}
      aria-rowcount={result.rows.length}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
    >
      {result.notices.map(({ level, message }) => (
        <div key={`${level} ${message}`} className={styles.notice}>
          {level}: {message}
        </div>
      ))}
      {result.columns.length === 0 ? (
        <div className={styles.note}>{texts.nothing}</div>
      ) : (
        <>
          {/* biome-ignore lint/a11y/useSemanticElements: as above */}
          {/* biome-ignore lint/a11y/useFocusableInteractive: a head is not to be acted on */}
          <div className={styles.head} role="row">
            {result.columns.map((column, index) => (
              // biome-ignore lint/a11y/useSemanticElements: as above
              // biome-ignore lint/a11y/useFocusableInteractive: a head is not to be acted on
              <div
                // biome-ignore lint/suspicious/noArrayIndexKey: a statement may name two columns alike
                key={index}
                role="columnheader"
                className={styles.headCell}
                style={{ width: widths[index] }}
              >
                {column.name}
                <span className={styles.type}>{column.type}</span>
              </div>
            ))}
          </div>
          <div
            style={{ height: rows.getTotalSize(), width, minWidth: '100%', position: 'relative' }}
            role="presentation"
          >
            {rows.getVirtualItems().map(({ index, start }) => (
              // biome-ignore lint/a11y/useSemanticElements: as above
              // biome-ignore lint/a11y/useFocusableInteractive: the result as a whole is reached by keyboard
              <div
                key={index}
                role="row"
                aria-rowindex={index + 1}
                className={styles.row}
                style={{ transform: `translateY(${start}px)`, minWidth: '100%' }}
              >
                {result.rows[index]?.map((cell, column) => (
                  // biome-ignore lint/a11y/useSemanticElements: as above
                  // biome-ignore lint/suspicious/noArrayIndexKey: cells never move
                  <div key={column} role="cell" className={styles.cell} style={{ width: widths[column] }}>
                    <Value cell={cell} shape="text" />
                  </div>
                ))}
              </div>
            ))}
          </div>
        </>
      )}
      {result.more && <div className={styles.notice}>{texts.more}</div>}
    </div>
  );
}

// A column that is alone, as the lines of EXPLAIN, is as wide as its longest line.
function widthsOf({ columns, rows }: ConsoleResult): number[] {
  const isAlone = columns.length === 1;
  return columns.map((column, index) => {
    const longest = rows
      .slice(0, isAlone ? rows.length : 60)
      .reduce(
        (so, row) => Math.max(so, textOf(row[index]).length),
        Math.max(column.name.length, column.type.length),
      );
    return Math.round(Math.min(isAlone ? 2600 : 420, Math.max(80, longest * letter + 26)));
  });
}
