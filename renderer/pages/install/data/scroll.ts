import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** Browsers draw nothing sound past about 33 million pixels: a longer table is scrolled by share, not by pixel. */
const longest = 8_000_000;

export const rowHeight = 32;

/** A scroller over any number of rows. */
export interface RowScroll {
  /** The number of the row at the top edge, with the part of it that is above. */
  readonly top: number;
  readonly visible: number;
  /** Pixels that the scroller must be high inside. */
  readonly height: number;
  /** Moves to a row so that it is in sight. */
  show(row: number): void;
  moveBy(rows: number): void;
}

/**
 * Turns a scroller into row numbers: pixel by pixel while all rows fit, otherwise the bar goes by share while wheel and
 * keys still go by rows.
 */
export function useRowScroll(
  scroller: RefObject<HTMLElement | null>,
  total: number,
  head: number,
): RowScroll {
  const [visible, setVisible] = useState(20);
  const [top, setTop] = useState(0);
  const own = useRef<number | null>(null);
  const isLong = total * rowHeight > longest;
  const height = head + (isLong ? longest : total * rowHeight);
  const most = Math.max(0, total - visible + 1);
  const latest = useRef({ top, most, isLong, visible });
  latest.current = { top, most, isLong, visible };

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const measure = (): void => setVisible(Math.max(1, (element.clientHeight - head) / rowHeight));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller, head]);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const room = (): number => Math.max(1, element.scrollHeight - element.clientHeight);
    const onScroll = (): void => {
      if (own.current !== null && Math.abs(element.scrollTop - own.current) < 2) {
        own.current = null;
        return;
      }
      const { isLong: long, most: end } = latest.current;
      setTop(long ? (element.scrollTop / room()) * end : element.scrollTop / rowHeight);
    };
    const onWheel = (event: WheelEvent): void => {
      const { isLong: long, top: at, most: end } = latest.current;
      if (!long || event.deltaY === 0 || event.shiftKey || event.ctrlKey) return;
      event.preventDefault();
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * rowHeight : event.deltaY;
      const next = Math.min(end, Math.max(0, at + pixels / rowHeight));
      setTop(next);
      own.current = Math.round((next / Math.max(1, end)) * room());
      element.scrollTop = own.current;
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      element.removeEventListener('scroll', onScroll);
      element.removeEventListener('wheel', onWheel);
    };
  }, [scroller]);

  const moveTo = (row: number): void => {
    const element = scroller.current;
    const next = Math.min(most, Math.max(0, row));
    setTop(next);
    if (element === null) return;
    const share = (next / Math.max(1, most)) * Math.max(1, element.scrollHeight - element.clientHeight);
    own.current = Math.round(isLong ? share : next * rowHeight);
    element.scrollTop = own.current;
  };
  return {
    top: Math.min(top, most),
    visible,
    height,
    moveBy: (rows) => moveTo(latest.current.top + rows),
    show: (row) => {
      const { top: at, visible: seen } = latest.current;
      if (row < at) moveTo(row);
      else if (row + 1 > at + Math.floor(seen)) moveTo(row + 1 - Math.floor(seen));
    },
  };
}
