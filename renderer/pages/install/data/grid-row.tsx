import type { BrowsedColumn, ForeignKey, Row } from '../../../../electron/contract/browse.ts';
import { texts } from '../../../texts/data.ts';
import styles from './data.module.css';
import { idOf } from './place.ts';
import { Value } from './value.tsx';

interface Props {
  readonly number: number;
  readonly top: number;
  readonly width: number;
  readonly widths: readonly number[];
  readonly columns: readonly BrowsedColumn[];
  /** Undefined while it is on its way. */
  readonly row: Row | undefined;
  /** The chosen column, where this is the chosen row. */
  readonly chosenColumn: number | null;
  readonly keys: ReadonlyMap<string, ForeignKey>;
  onChoose(column: number): void;
  onFollow(column: number): void;
}

/** One row in its place, or the place of one that is on its way. */
export function GridRow(props: Props) {
  const { number, top, width, widths, columns, row, chosenColumn, keys, onChoose, onFollow } = props;
  const place = { transform: `translateY(${top}px)`, width, minWidth: '100%' };
  if (row === undefined) {
    return (
      <div className={styles.row} style={place} role="presentation">
        <span className={styles.wait} />
      </div>
    );
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table of millions of rows is no <table>
    // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and names the cell
    <div
      className={styles.row}
      style={place}
      role="row"
      aria-rowindex={number + 2}
      aria-selected={chosenColumn !== null}
    >
      {columns.map((column, index) => {
        const cell = row.cells[index];
        const key = keys.get(column.name);
        return (
          // biome-ignore lint/a11y/useSemanticElements: as above
          // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
          // biome-ignore lint/a11y/useFocusableInteractive: as above
          <div
            key={column.name}
            id={`cell-${number}-${index}`}
            role="gridcell"
            aria-colindex={index + 1}
            className={styles.cell}
            style={{ width: widths[index] }}
            data-number={column.shape === 'number' ? true : undefined}
            data-active={chosenColumn === index ? true : undefined}
            onClick={() => onChoose(index)}
          >
            {key !== undefined && cell !== null && cell !== undefined ? (
              <button
                type="button"
                className={styles.link}
                tabIndex={-1}
                title={texts.follow(idOf(key.target))}
                onClick={() => onFollow(index)}
              >
                <Value cell={cell} shape={column.shape} />
              </button>
            ) : (
              <Value cell={cell} shape={column.shape} />
            )}
          </div>
        );
      })}
    </div>
  );
}
