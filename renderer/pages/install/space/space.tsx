import { Tooltip, VisuallyHidden } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useMemo } from 'react';
import { useLocation } from 'wouter';
import { Failed } from '../../../parts/failure.tsx';
import { formatBytes, formatMany } from '../../../parts/format.ts';
import { Loading } from '../../../parts/loading.tsx';
import { useAsk } from '../../../store/ask.ts';
import { texts } from '../../../texts/pictures.ts';
import { api } from '../../../wire/connection.ts';
import type { TabProps } from '../tab.ts';
import styles from './space.module.css';
import { parts, type Tile, tilesOf } from './treemap.ts';

/** What fills the space: a tile a table, as large as its share. */
export function SpaceTab({ card }: TabProps) {
  const [, go] = useLocation();
  const { ref, width, height } = useElementSize();
  const { data, failure, again } = useAsk(`${card.name} ${card.resetAt}`, (signal) =>
    api.browse.tables({ name: card.name }, { signal }),
  );
  const map = useMemo(() => tilesOf(data ?? [], width, height), [data, width, height]);
  const bytes = map.tiles.reduce((sum, tile) => sum + tile.bytes, 0);
  return (
    <div className={styles.frame}>
      <div className={styles.legend}>
        <strong className="num">{texts.inAll(formatBytes(bytes))}</strong>
        {parts.map((part) => (
          <span key={part} className={styles.key}>
            <span className={styles.swatch} data-part={part} />
            {texts.parts[part]}
          </span>
        ))}
      </div>
      <section ref={ref} className={styles.map} aria-label={texts.treemap}>
        {failure !== null && <Failed failure={failure} onRetry={again} />}
        {data === null && failure === null && <Loading rows={3} height={120} />}
        {data?.length === 0 && texts.noTables}
        {map.tiles.map((tile) => (
          <TableTile
            key={tile.id}
            tile={tile}
            rest={map.restCount}
            onOpen={() =>
              tile.table !== null && go(`/install/${card.name}/data/${encodeURIComponent(tile.id)}`)
            }
          />
        ))}
      </section>
    </div>
  );
}

function TableTile({ tile, rest, onOpen }: { tile: Tile; rest: number; onOpen(): void }) {
  const name = tile.table === null ? texts.rest(rest) : tile.name;
  const rows = tile.rows === null ? '' : ` · ${texts.rows(formatMany(tile.rows))}`;
  const label = `${name}: ${formatBytes(tile.bytes)}${rows}`;
  const hasRoom = tile.width > 64 && tile.height > 26;
  return (
    <Tooltip label={label}>
      <button
        type="button"
        className={styles.table}
        style={{ left: tile.x, top: tile.y, width: tile.width, height: tile.height }}
        onClick={onOpen}
      >
        {tile.parts.map((part) => (
          <span
            key={part.part}
            className={styles.part}
            data-part={part.part}
            style={{ left: part.x, top: part.y, width: part.width, height: part.height }}
          />
        ))}
        {hasRoom ? (
          <>
            <span className={styles.name}>{name}</span>
            {tile.height > 46 && <span className={`${styles.size} num`}>{formatBytes(tile.bytes)}</span>}
            <VisuallyHidden>{rows}</VisuallyHidden>
          </>
        ) : (
          <VisuallyHidden>{label}</VisuallyHidden>
        )}
      </button>
    </Tooltip>
  );
}
