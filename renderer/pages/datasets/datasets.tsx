import { Button, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { Header } from '../../parts/header.tsx';
import { Loading } from '../../parts/loading.tsx';
import { openDialog } from '../../store/dialog.ts';
import { listSource, useListings } from '../../store/listings.ts';
import { useWorld } from '../../store/world.ts';
import { texts } from '../../texts/datasets.ts';
import { texts as general } from '../../texts/general.ts';
import styles from './datasets.module.css';
import { Elsewhere } from './elsewhere.tsx';
import { DatasetLine } from './line.tsx';
import { rowsOf } from './rows.ts';

/** What sources publish, all of it or of one of them; anything can be installed from here. */
export function Datasets({ source }: { source: string | null }) {
  const { sources, loaded } = useWorld();
  const listings = useListings(({ byName }) => byName);
  const [search, setSearch] = useState('');
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [top, setTop] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const shown = useMemo(
    () => (source === null ? sources : sources.filter((each) => each.name === source)),
    [sources, source],
  );
  useEffect(() => {
    for (const { name } of shown)
      if (useListings.getState().byName[name] === undefined) void listSource(name);
  }, [shown]);
  const rows = useMemo(() => rowsOf(shown, listings, open, search), [shown, listings, open, search]);
  const lines = useVirtualizer({
    count: rows.length,
    getScrollElement: () => list.current?.closest('main') ?? null,
    getItemKey: (index) => rows[index]?.key ?? index,
    estimateSize: () => 40,
    initialRect: { width: 1280, height: 800 },
    overscan: 12,
    scrollMargin: top,
  });
  useLayoutEffect(() => setTop(list.current?.offsetTop ?? 0), []);
  const toggle = (key: string) =>
    setOpen((before) => {
      const after = new Set(before);
      if (!after.delete(key)) after.add(key);
      return after;
    });
  return (
    <>
      <Header title={general.nav.datasets}>
        <TextInput
          w={230}
          aria-label={texts.search}
          placeholder={texts.search}
          leftSection={<IconSearch size={15} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      </Header>
      <div className={styles.page}>
        {!loaded ? (
          <Loading />
        ) : sources.length === 0 ? (
          <div className={styles.empty}>
            <h2>{texts.empty}</h2>
            <p>{texts.emptyAbout}</p>
            <Button size="sm" variant="filled" onClick={() => openDialog({ kind: 'source', of: 's3' })}>
              {texts.addSource}
            </Button>
          </div>
        ) : (
          <ul
            ref={list}
            aria-label={general.nav.datasets}
            className={styles.list}
            style={{ height: lines.getTotalSize() }}
          >
            {lines.getVirtualItems().map(({ index, start, key }) => {
              const row = rows[index];
              return (
                row !== undefined && (
                  <li
                    key={key}
                    data-index={index}
                    ref={lines.measureElement}
                    className={styles.line}
                    style={{ transform: `translateY(${start - top}px)` }}
                  >
                    <DatasetLine row={row} search={search} toggle={toggle} />
                  </li>
                )
              );
            })}
          </ul>
        )}
        {loaded && <Elsewhere />}
      </div>
    </>
  );
}
