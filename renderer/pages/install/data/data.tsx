import { useMemo } from 'react';
import { useLocation } from 'wouter';
import { Failed } from '../../../parts/failure.tsx';
import { Loading } from '../../../parts/loading.tsx';
import { useAsk } from '../../../store/ask.ts';
import { useReturns } from '../../../store/returns.ts';
import { useWorld } from '../../../store/world.ts';
import { api } from '../../../wire/connection.ts';
import type { TabProps } from '../tab.ts';
import styles from './data.module.css';
import { addressOf, idOf, type Place, readPlace } from './place.ts';
import { TableList } from './table-list.tsx';
import { TableRows } from './table-rows.tsx';

/** The tables of an install and the rows of one of them. */
export function DataTab({ card, rest }: TabProps) {
  const [, go] = useLocation();
  const place = useMemo(() => readPlace(rest), [rest]);
  // What a job of this install has done may be to its rows.
  const ended = useWorld(
    (world) => world.jobs.find((job) => job.install === card.name && job.endedAt !== null)?.id ?? '',
  );
  const returns = useReturns();
  const { data, failure, again } = useAsk(`${card.name} ${card.resetAt} ${ended} ${returns}`, (signal) =>
    api.browse.tables({ name: card.name }, { signal }),
  );
  if (data === null) {
    return failure === null ? <Loading /> : <Failed failure={failure} onRetry={again} />;
  }
  const first = data.toSorted((a, b) => (b.rows ?? 0) - (a.rows ?? 0))[0];
  const chosen = place.table ?? (first === undefined ? null : idOf(first));
  const table = data.find((each) => idOf(each) === chosen);
  const move = (next: Partial<Place>): void => go(addressOf(card.name, { ...place, table: chosen, ...next }));
  return (
    <div className={styles.tab}>
      <TableList install={card.name} tables={data} chosen={chosen} />
      {table !== undefined && (
        <TableRows
          key={`${idOf(table)} ${card.resetAt}`}
          install={card.name}
          table={table}
          place={place}
          onMove={move}
          news={`${returns} ${ended}`}
        />
      )}
    </div>
  );
}
