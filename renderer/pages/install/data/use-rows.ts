import { useCallback, useEffect, useRef, useState } from 'react';
import type { Failure } from '../../../../electron/contract/api/procedure.ts';
import type { Filter, SortColumn, TableName } from '../../../../electron/contract/browse.ts';
import { failureOf } from '../../../store/failure.ts';
import { api } from '../../../wire/connection.ts';
import { append, type From, openWindow, prepend, type ReadPage, type RowWindow } from './window.ts';

/** Which rows, in which order. */
export interface View {
  readonly install: string;
  readonly table: TableName;
  readonly sort: readonly SortColumn[];
  readonly filters: readonly Filter[];
}

export interface Rows {
  readonly window: RowWindow | null;
  readonly failure: Failure | null;
  readonly isLoading: boolean;
  /** Sees to it that the rows of these numbers are read: on from what there is, or by a jump. */
  want(from: number, to: number): void;
  again(): void;
  /** Reads the rows in sight once more, without a gap: they may have been changed elsewhere. */
  refresh(): void;
}

export const pageSize = 200;
/** So many rows before they come into sight the next ones are asked for. */
const ahead = 120;

/** The rows of a view, read page by page as they are wanted. `estimate` is about how many there are. */
export function useRows(view: View, estimate: number): Rows {
  const [window, setWindow] = useState<RowWindow | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isLoading, setLoading] = useState(true);
  const [round, setRound] = useState(0);
  const current = useRef<{
    window: RowWindow | null;
    abort: AbortController | null;
    wanted: [number, number] | null;
  }>({
    window: null,
    abort: null,
    wanted: null,
  });
  const key = JSON.stringify(view);

  const read = useCallback(
    async (from: From, merge: (page: ReadPage, before: RowWindow | null) => RowWindow): Promise<void> => {
      const state = current.current;
      state.abort?.abort();
      const abort = new AbortController();
      state.abort = abort;
      setLoading(true);
      const { install, table, sort, filters } = JSON.parse(key) as View;
      const wish = { table, sort: [...sort], filters: [...filters], limit: pageSize, start: from };
      try {
        const read = await api.browse.rows({ name: install, wish }, { signal: abort.signal });
        if (abort.signal.aborted) return;
        const page = { ...read, from };
        state.window = merge(page, state.window);
        setWindow(state.window);
        setFailure(null);
      } catch (error) {
        if (!abort.signal.aborted) setFailure(failureOf(error));
      } finally {
        if (state.abort === abort) {
          state.abort = null;
          setLoading(false);
        }
      }
    },
    [key],
  );

  const want = useCallback(
    (from: number, to: number): void => {
      const state = current.current;
      const known = state.window;
      state.wanted = [from, to];
      if (known === null || state.abort !== null) return;
      const last = known.first + known.rows.length;
      const next = known.pages.at(-1)?.next ?? null;
      const previous = known.pages[0]?.previous ?? null;
      const isNear = to >= known.first - pageSize && from <= last + pageSize;
      if (!isNear) {
        const position = Math.min(1, Math.max(0, from / Math.max(1, known.total - (to - from))));
        const start: From = position <= 0 ? null : { position };
        void read(start, (page) => openWindow(page, known.total, start));
      } else if (to + ahead > last && next !== null) {
        void read({ cursor: next }, (page, before) => append(before ?? known, page));
      } else if (from - ahead < known.first && previous !== null) {
        void read({ cursor: previous }, (page, before) => prepend(before ?? known, page));
      }
    },
    [read],
  );

  const refresh = useCallback((): void => {
    const { window: known, wanted, abort } = current.current;
    if (known === null || abort !== null) return;
    const [from, to] = wanted ?? [0, 0];
    const position = from < pageSize / 2 ? 0 : Math.min(1, from / Math.max(1, known.total - (to - from)));
    const start: From = position === 0 ? null : { position };
    void read(start, (page) => openWindow(page, known.total, start));
  }, [read]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another view, or the same one again, begins anew
  useEffect(() => {
    current.current.window = null;
    setWindow(null);
    void read(null, (page) => openWindow(page, estimate, null));
    return () => current.current.abort?.abort();
  }, [read, round]);

  // What was wanted while something was being read is asked for once that is there.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each window is looked at once
  useEffect(() => {
    const { wanted } = current.current;
    if (wanted !== null && !isLoading) want(...wanted);
  }, [window, isLoading]);

  const again = useCallback(() => setRound((count) => count + 1), []);
  return { window, failure, isLoading, want, refresh, again };
}
