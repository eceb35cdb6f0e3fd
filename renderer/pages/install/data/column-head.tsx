import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { BrowsedColumn, SortColumn, TableName } from '../../../../electron/contract/browse.ts';
import { texts } from '../../../texts/data.ts';
import styles from './data.module.css';

interface Props {
  readonly column: BrowsedColumn;
  readonly width: number;
  /** The table that a foreign key of this column points at. */
  readonly target: TableName | null;
  readonly sort: readonly SortColumn[];
  onSort(): void;
}

/** The head of a column: what it is called, what it holds, where it points; a click sorts by it. */
export function ColumnHead({ column, width, target, sort, onSort }: Props) {
  const own = sort.find((each) => each.column === column.name);
  const order = own === undefined ? 'none' : own.descending ? 'descending' : 'ascending';
  const notes = [
    target === null ? column.type : `→ ${target.name}`,
    column.inKey ? texts.key : '',
    column.generated === null ? '' : texts.generated,
  ].filter((note) => note !== '');
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table of millions of rows is no <table>
    // biome-ignore lint/a11y/useFocusableInteractive: the button inside has the focus
    <div role="columnheader" aria-sort={order} style={{ flex: 'none', width }}>
      <button
        type="button"
        className={styles.columnHead}
        style={{ width: '100%', height: '100%' }}
        data-number={column.shape === 'number' ? true : undefined}
        disabled={!column.sortable}
        title={[texts.sort(column.name), column.type, column.comment ?? '']
          .filter((part) => part !== '')
          .join(' · ')}
        onClick={onSort}
      >
        <span className={styles.columnName}>
          {column.name} {order === 'ascending' && <IconArrowUp size={12} aria-hidden />}
          {order === 'descending' && <IconArrowDown size={12} aria-hidden />}
        </span>
        <span className={styles.columnType}>{notes.join(' ')}</span>
      </button>
    </div>
  );
}

/** By this column upwards, then downwards, then as the table has it. */
export function nextSort(sort: readonly SortColumn[], column: string): SortColumn[] {
  const own = sort.find((each) => each.column === column);
  if (own === undefined) return [{ column, descending: false }];
  return own.descending ? [] : [{ column, descending: true }];
}
