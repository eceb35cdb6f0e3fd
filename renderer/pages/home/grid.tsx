import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, startTransition, useEffect, useLayoutEffect, useRef, useState } from 'react';
import styles from './home.module.css';

// Two columns fit where a page is worth reading at all; three only where each keeps its lines whole.
const twoFrom = 620;
const threeFrom = 1320;
const usualHeight = 204;
const rowsNear = 2;

/** Things in as many columns as fit; only the rows that are near the window are there, so that a thousand are no burden. */
export function CardGrid<T>({
  items,
  keyOf,
  label,
  children,
}: {
  items: readonly T[];
  keyOf: (item: T) => string;
  label: string;
  children: (item: T) => ReactNode;
}) {
  const [width, setWidth] = useState(0);
  const grid = useRef<HTMLElement>(null);
  const [top, setTop] = useState(0);
  // What is seen comes first; what is near it once there is time.
  const [overscan, setOverscan] = useState(0);
  useEffect(() => startTransition(() => setOverscan(rowsNear)), []);
  const columns = width >= threeFrom ? 3 : width >= twoFrom ? 2 : 1;
  const rows = useVirtualizer({
    count: Math.ceil(items.length / columns),
    getScrollElement: () => grid.current?.closest('main') ?? null,
    estimateSize: () => usualHeight,
    initialRect: { width: 1280, height: 800 },
    overscan,
    scrollMargin: top,
  });
  useLayoutEffect(() => {
    const element = grid.current;
    if (element === null) return;
    const measure = () => {
      setWidth(element.clientWidth);
      setTop(element.offsetTop);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <section aria-label={label} className={styles.grid} style={{ height: rows.getTotalSize() }} ref={grid}>
      {width > 0 &&
        rows.getVirtualItems().map(({ index, start }) => (
          <div
            key={index}
            data-index={index}
            ref={rows.measureElement}
            className={styles.gridRow}
            style={{
              transform: `translateY(${start - top}px)`,
              gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
            }}
          >
            {items.slice(index * columns, (index + 1) * columns).map((item) => (
              <div key={keyOf(item)} style={{ display: 'grid', minWidth: 0 }}>
                {children(item)}
              </div>
            ))}
          </div>
        ))}
    </section>
  );
}
