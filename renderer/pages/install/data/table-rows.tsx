import { Button } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { BrowsedTable, Filter } from '../../../../electron/contract/browse.ts';
import { Failed } from '../../../parts/failure.tsx';
import { useAsk } from '../../../store/ask.ts';
import { texts } from '../../../texts/data.ts';
import { api } from '../../../wire/connection.ts';
import { Counted } from './counted.tsx';
import styles from './data.module.css';
import { Filters } from './filters.tsx';
import { Grid } from './grid.tsx';
import { addressOf, idOf, type Place } from './place.ts';
import { RowFoot } from './row-foot.tsx';
import { useRows } from './use-rows.ts';

interface Props {
  readonly install: string;
  readonly table: BrowsedTable;
  readonly place: Place;
  onMove(place: Partial<Place>): void;
  /** Changes when the rows may have been changed by others. */
  readonly news: string;
}

/** The rows of one table: filters, the rows themselves, and what belongs to the row that is chosen. */
export function TableRows({ install, table, place, news, onMove }: Props) {
  const [, go] = useLocation();
  const { filters, sort } = place;
  const name = useMemo(() => ({ schema: table.schema, name: table.name }), [table.schema, table.name]);
  const details = useAsk(`${install} ${idOf(table)}`, (signal) =>
    api.browse.table({ name: install, table: name }, { signal }),
  );
  const view = useMemo(() => ({ install, table: name, sort, filters }), [install, name, sort, filters]);
  const rows = useRows(view, filters.length === 0 ? (table.rows ?? 0) : 0);
  const { refresh } = rows;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what has been changed meanwhile is what it is for
  useEffect(() => refresh(), [refresh, news, table.changed]);
  const [chosen, setChosen] = useState<{ row: number; column: number } | null>(null);
  const [sight, setSight] = useState({ from: 0, to: 0 });
  const window = rows.window;
  const row = chosen === null || window === null ? undefined : window.rows[chosen.row - window.first];
  const follow = (target: { schema: string; name: string }, wanted: readonly Filter[]): void =>
    go(addressOf(install, { table: idOf(target), filters: wanted, sort: [] }));
  return (
    <div className={styles.main}>
      <div className={styles.bar}>
        <Filters
          columns={details.data?.columns ?? []}
          filters={filters}
          onChange={(next) => onMove({ filters: next })}
        />
        <Counted install={install} table={table} filters={filters} window={window} />
      </div>
      <div style={{ position: 'relative', minHeight: 0, display: 'grid' }}>
        <Grid
          table={table}
          rows={rows}
          details={details.data}
          sort={sort}
          chosen={chosen}
          onChoose={setChosen}
          onSight={setSight}
          onSort={(next) => onMove({ sort: next })}
          onFollow={follow}
          install={install}
        />
        {rows.failure !== null && (
          <div className={styles.note}>
            <Failed failure={rows.failure} onRetry={rows.again} />
          </div>
        )}
        {window?.rows.length === 0 && rows.failure === null && (
          <div className={styles.note}>
            {filters.length === 0 ? texts.emptyTable : texts.noMatch}{' '}
            {filters.length > 0 && (
              <Button onClick={() => onMove({ filters: [] })}>{texts.clearFilters}</Button>
            )}
          </div>
        )}
      </div>
      <RowFoot
        install={install}
        table={table}
        view={view}
        window={window}
        row={row}
        rowNumber={chosen?.row ?? 0}
        sight={sight}
        column={chosen === null ? undefined : window?.pages[0]?.columns[chosen.column]}
        columnIndex={chosen?.column ?? 0}
        onFollow={follow}
      />
    </div>
  );
}
