import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
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
  const shown = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    return tables.filter((table) => idOf(table).toLowerCase().includes(wanted));
  }, [tables, search]);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 31,
    overscan: 10,
  });
  const count = tables.filter(({ kind }) => kind !== 'view' && kind !== 'materialized').length;
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
                <Entry install={install} table={table} isChosen={idOf(table) === chosen} />
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
              <span className={styles.entryName}>{nameOf(table)}</span>
              <span className={`${styles.entryRows} num`}>{texts.about(table.changed)}</span>
            </Link>
          ))}
        </nav>
      )}
    </div>
  );
}

function Entry({ install, table, isChosen }: { install: string; table: BrowsedTable; isChosen: boolean }) {
  const kind = texts.kinds[table.kind];
  return (
    <Link
      className={styles.entry}
      href={placeOf(install, table)}
      aria-current={isChosen ? 'page' : undefined}
      title={[idOf(table), kind, table.comment ?? ''].filter((part) => part !== '').join(' · ')}
    >
      <span className={styles.entryName}>{nameOf(table)}</span>
      <span className={`${styles.entryRows} num`}>{table.rows === null ? kind : formatMany(table.rows)}</span>
    </Link>
  );
}

function placeOf(install: string, table: BrowsedTable): string {
  return addressOf(install, { table: idOf(table), filters: [], sort: [] });
}

function nameOf({ schema, name }: BrowsedTable): string {
  return schema === 'public' ? name : `${schema}.${name}`;
}
