import { Button, Menu, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCopy, IconEye } from '@tabler/icons-react';
import { useState } from 'react';
import type {
  BrowsedColumn,
  BrowsedTable,
  Filter,
  RelatedRows,
  Row,
  TableName,
} from '../../../../electron/contract/browse.ts';
import { formatCount } from '../../../parts/format.ts';
import { useAsk } from '../../../store/ask.ts';
import { failureOf } from '../../../store/failure.ts';
import { texts } from '../../../texts/data.ts';
import { api } from '../../../wire/connection.ts';
import { rowsToCsv, rowToInsert } from './copied.ts';
import styles from './data.module.css';
import { wholeRows } from './read-whole.ts';
import type { View } from './use-rows.ts';
import { textOf } from './value.tsx';
import { WholeValue } from './whole-value.tsx';
import type { RowWindow } from './window.ts';

interface Props {
  readonly install: string;
  readonly table: BrowsedTable;
  readonly view: View;
  readonly window: RowWindow | null;
  readonly row: Row | undefined;
  /** The number of that row in the whole table. */
  readonly rowNumber: number;
  /** The numbers of the rows that are in sight, the last one not among them. */
  readonly sight: { readonly from: number; readonly to: number };
  readonly column: BrowsedColumn | undefined;
  readonly columnIndex: number;
  onFollow(target: TableName, filters: readonly Filter[]): void;
}

/** What belongs to the chosen row: its relations both ways, and its copies. */
export function RowFoot(props: Props) {
  const { install, table, view, window, row, rowNumber, sight, column, columnIndex, onFollow } = props;
  const [isWhole, setWhole] = useState(false);
  const { schema, name } = table;
  const handle = row?.handle ?? null;
  const related = useAsk(`${install} ${schema}.${name} ${handle}`, async (signal) =>
    handle === null
      ? null
      : api.browse.related({ name: install, table: { schema, name }, handle }, { signal }),
  );
  const columns = window?.pages[0]?.columns ?? [];
  const cell = row?.cells[columnIndex];
  const copy = async (make: () => string | Promise<string>, done = texts.copied): Promise<void> => {
    try {
      await navigator.clipboard.writeText(await make());
      notifications.show({ message: done, autoClose: 1800 });
    } catch (error) {
      notifications.show({ color: 'red', message: failureOf(error).message });
    }
  };
  const inSight = Array.from(
    { length: Math.max(0, sight.to - sight.from) },
    (_, index) => sight.from + index,
  );
  const copyRows = (numbers: readonly number[], make: (rows: readonly Row[]) => string): Promise<void> =>
    copy(async () => {
      if (window === null) return '';
      return make(await wholeRows({ view, window }, columns, numbers));
    }, texts.copiedRows(numbers.length));
  const toInserts = (rows: readonly Row[]) => rows.map((each) => rowToInsert(table, columns, each)).join('');
  return (
    <div className={styles.foot}>
      <div className={styles.related}>
        {row === undefined || column === undefined ? (
          <Text size="sm" c="dimmed">
            {column === undefined ? '\u00a0' : ''}
          </Text>
        ) : (
          <>
            <strong>{labelOf(table, row, columns)}</strong>
            <Relations label={texts.pointsTo} related={related.data?.points ?? []} onFollow={onFollow} />
            <Relations label={texts.isNamedIn} related={related.data?.named ?? []} onFollow={onFollow} />
          </>
        )}
      </div>
      {row !== undefined && column !== undefined && (
        <Button leftSection={<IconEye size={14} aria-hidden />} onClick={() => setWhole(true)}>
          {texts.whole}
        </Button>
      )}
      <Menu>
        <Menu.Target>
          <Button leftSection={<IconCopy size={14} aria-hidden />}>{texts.copy}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {row !== undefined && (
            <>
              <Menu.Item onClick={() => copy(() => textOf(cell))}>{texts.copyCell}</Menu.Item>
              <Menu.Item onClick={() => copyRows([rowNumber], (rows) => rowsToCsv(columns, rows))}>
                {texts.copyRow}
              </Menu.Item>
              <Menu.Item onClick={() => copyRows([rowNumber], toInserts)}>{texts.copyInsert}</Menu.Item>
              <Menu.Divider />
            </>
          )}
          <Menu.Item onClick={() => copyRows(inSight, (rows) => rowsToCsv(columns, rows))}>
            {texts.copyPage(inSight.length)}
          </Menu.Item>
          <Menu.Item onClick={() => copyRows(inSight, toInserts)}>
            {texts.copyPageInsert(inSight.length)}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isWhole && window !== null && column !== undefined && (
        <WholeValue
          spot={{ view, window, row: rowNumber, column: columnIndex }}
          column={column}
          onClose={() => setWhole(false)}
        />
      )}
    </div>
  );
}

interface RelationsProps {
  readonly label: string;
  readonly related: readonly RelatedRows[];
  onFollow(target: TableName, filters: readonly Filter[]): void;
}

function Relations({ label, related, onFollow }: RelationsProps) {
  const present = related.filter(({ rows }) => rows !== 0);
  if (present.length === 0) return null;
  return (
    <>
      <span className="quiet">{label}</span>
      {present.map(({ foreignKey, table, rows, filters }) => (
        <Button
          key={foreignKey.name}
          size="compact-sm"
          fw={500}
          className="num"
          onClick={() => onFollow(table, filters)}
        >
          {label === texts.pointsTo
            ? texts.pointsAtRow(table.name, filters.map(({ values }) => values[0] ?? '').join(', '))
            : `${table.name} ${rows === null ? texts.relatedUnknown : formatCount(rows)}`}
        </Button>
      ))}
    </>
  );
}

function labelOf(table: BrowsedTable, row: Row, columns: readonly BrowsedColumn[]): string {
  const key = columns.flatMap((column, index) => (column.inKey ? [textOf(row.cells[index])] : []));
  return key.length === 0 ? table.name : `${table.name} ${key.join(', ').slice(0, 60)}`;
}
