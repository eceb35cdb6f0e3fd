import { TextInput, VisuallyHidden } from '@mantine/core';
import { IconChevronRight, IconSearch } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import { Link } from 'wouter';
import type { BrowsedTable } from '../../../../electron/contract/browse.ts';
import { formatMany } from '../../../parts/format.ts';
import { StateDot } from '../../../parts/state-dot.tsx';
import { texts } from '../../../texts/data.ts';
import styles from './data.module.css';
import { addressOf, idOf } from './place.ts';

interface Props {
  readonly install: string;
  readonly tables: readonly BrowsedTable[];
  readonly chosen: string | null;
}

/** The tables of an install with their rows, and those that were changed since the last reset. */
export function TableList({ install, tables, chosen }: Props) {
  const [search, setSearch] = useState('');
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const toggle = (id: string): void =>
    setOpened(
      (before) => new Set(before.has(id) ? [...before].filter((each) => each !== id) : [...before, id]),
    );
  const shown = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    if (wanted !== '') return tables.filter((table) => idOf(table).toLowerCase().includes(wanted));
    // Partitions are one table for a person, until they are asked for.
    return tables.flatMap((table) => {
      if (table.partOf !== null)
        return idOf(table) === chosen && !opened.has(idOf(table.partOf)) ? [table] : [];
      return opened.has(idOf(table)) ? [table, ...partsOf(tables, table)] : [table];
    });
  }, [tables, search, chosen, opened]);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 31,
    overscan: 10,
  });
  const count = tables.filter(
    ({ kind }) => kind !== 'view' && kind !== 'materialized' && kind !== 'partition',
  ).length;
  const changed = tables.filter((table) => table.changed > 0 && table.kind !== 'partitioned');
  return (
    <div className={styles.list}>
      <div className={styles.search}>
        <TextInput
          size="xs"
          value={search}
          placeholder={texts.tables(count)}
          aria-label={texts.findTable}
          leftSection={<IconSearch size={14} aria-hidden />}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      </div>
      <nav ref={scroller} className={styles.tables} aria-label={texts.tables(count)}>
        {shown.length === 0 && (
          <p className="quiet">{tables.length === 0 ? texts.noTables : texts.noTable}</p>
        )}
        <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {rows.getVirtualItems().map(({ index, start }) => {
            const table = shown[index];
            if (table === undefined) return null;
            return (
              <div
                key={idOf(table)}
                style={{ position: 'absolute', insetInline: 0, transform: `translateY(${start}px)` }}
              >
                <Entry install={install} table={table} isChosen={idOf(table) === chosen}>
                  {table.kind === 'partitioned' && search.trim() === '' && (
                    <button
                      type="button"
                      className={styles.fold}
                      aria-expanded={opened.has(idOf(table))}
                      aria-label={texts.showPartitions(nameOf(table))}
                      title={texts.partitions(partsOf(tables, table).length)}
                      onClick={() => toggle(idOf(table))}
                    >
                      <IconChevronRight size={14} aria-hidden />
                    </button>
                  )}
                </Entry>
              </div>
            );
          })}
        </div>
      </nav>
      {changed.length > 0 && (
        <nav className={styles.changed} aria-label={texts.changed}>
          <div className={styles.changedHead}>{texts.changed}</div>
          {changed.map((table) => (
            <Link key={idOf(table)} className={styles.entry} href={placeOf(install, table)}>
              <StateDot state="working" />
              <Name text={nameOf(table)} />
              <span className={`${styles.entryRows} num`}>{texts.about(table.changed)}</span>
            </Link>
          ))}
        </nav>
      )}
    </div>
  );
}

function Entry({
  install,
  table,
  isChosen,
  children,
}: {
  install: string;
  table: BrowsedTable;
  isChosen: boolean;
  children?: ReactNode;
}) {
  const kind = texts.kinds[table.kind];
  const rows = table.rows === null ? kind : formatMany(table.rows);
  return (
    <div className={styles.line} data-part={table.partOf === null ? undefined : true}>
      <Link
        className={styles.entry}
        href={placeOf(install, table)}
        aria-current={isChosen ? 'page' : undefined}
        title={[idOf(table), kind, table.comment ?? ''].filter((part) => part !== '').join(' · ')}
      >
        <Name text={nameOf(table)} />
        <span className={`${styles.entryRows} num`}>{rows}</span>
      </Link>
      {children}
    </div>
  );
}

const longestTail = 12;

/** A name that is cut in its middle where there is no room: names of one kind differ at their ends. */
function Name({ text }: { text: string }) {
  if (text.length <= 2 * longestTail) return <span className={styles.entryName}>{text}</span>;
  const tail = [...text].slice(-longestTail).join('');
  return (
    <>
      <VisuallyHidden>{text}</VisuallyHidden>
      <span className={`${styles.entryName} ${styles.parted}`} aria-hidden>
        <span className={styles.nameHead}>{text.slice(0, text.length - tail.length)}</span>
        <span className={styles.nameTail}>{tail}</span>
      </span>
    </>
  );
}

function partsOf(tables: readonly BrowsedTable[], root: BrowsedTable): BrowsedTable[] {
  return tables.flatMap((table) =>
    table.partOf !== null && idOf(table.partOf) === idOf(root) ? [table, ...partsOf(tables, table)] : [],
  );
}

function placeOf(install: string, table: BrowsedTable): string {
  return addressOf(install, { table: idOf(table), filters: [], sort: [] });
}

function nameOf({ schema, name }: BrowsedTable): string {
  return schema === 'public' ? name : `${schema}.${name}`;
}
