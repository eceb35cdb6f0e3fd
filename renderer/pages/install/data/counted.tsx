import { Button } from '@mantine/core';
import { useState } from 'react';
import type { BrowsedTable, Filter } from '../../../../electron/contract/browse.ts';
import { Failed } from '../../../parts/failure.tsx';
import { formatCount } from '../../../parts/format.ts';
import { useDo } from '../../../store/ask.ts';
import { texts } from '../../../texts/data.ts';
import { api } from '../../../wire/connection.ts';
import styles from './data.module.css';
import { idOf } from './place.ts';
import type { RowWindow } from './window.ts';

interface Props {
  readonly install: string;
  readonly table: BrowsedTable;
  readonly filters: readonly Filter[];
  readonly window: RowWindow | null;
}

/** How many rows there are: at once as well as it is known, exactly when somebody asks. */
export function Counted({ install, table, filters, window }: Props) {
  const { schema, name } = table;
  const key = `${idOf(table)} ${JSON.stringify(filters)}`;
  const count = useDo(() =>
    api.browse.count({ name: install, table: { schema, name }, filters: [...filters] }),
  );
  const [exact, setExact] = useState<{ key: string; rows: number } | null>(null);
  const isSeen = window !== null && window.first === 0 && window.pages.at(-1)?.next === null;
  const known =
    exact?.key === key
      ? exact.rows
      : isSeen
        ? window.rows.length
        : filters.length === 0 && table.exact
          ? table.rows
          : null;
  const columns = window?.pages[0]?.columns.length ?? table.columns;
  const about = filters.length === 0 ? table.rows : null;
  return (
    <>
      <span className={`${styles.facts} num`} aria-live="polite">
        {known !== null
          ? texts.facts(formatCount(known), columns)
          : texts.facts(about === null ? '?' : texts.aboutRows(formatCount(about)), columns)}
      </span>
      {known === null && window !== null && (
        <Button
          loading={count.isBusy}
          onClick={async () => {
            const counted = await count.run();
            if (counted !== null) setExact({ key, rows: counted.rows });
          }}
        >
          {texts.countExactly}
        </Button>
      )}
      {count.failure !== null && <Failed failure={count.failure} />}
    </>
  );
}
