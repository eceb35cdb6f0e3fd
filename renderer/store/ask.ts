import { useCallback, useEffect, useRef, useState } from 'react';
import type { Failure } from '../../electron/contract/api/procedure.ts';
import { failureOf } from './failure.ts';
import { useWorld } from './world.ts';

/** An answer that is waited for: `data` keeps the last one while the next is asked. */
export interface Asked<T> {
  readonly data: T | null;
  readonly failure: Failure | null;
  readonly isLoading: boolean;
  again(): void;
}

/**
 * Asks once, and again whenever `key` changes; an answer that comes too late is ignored, its call aborted. With `afterMs`
 * nothing is asked of what is gone sooner, as when a thousand cards are scrolled by.
 */
export function useAsk<T>(
  key: string,
  ask: (signal: AbortSignal) => Promise<T>,
  { afterMs = 0 }: { afterMs?: number } = {},
): Asked<T> {
  const [state, setState] = useState<Omit<Asked<T>, 'again'>>({ data: null, failure: null, isLoading: true });
  const [round, setRound] = useState(0);
  const latest = useRef(ask);
  latest.current = ask;
  // What was asked while the app did not answer is asked again once it does.
  const connections = useWorld((world) => world.connections);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says when the question is another one
  useEffect(() => {
    const abort = new AbortController();
    setState((before) => ({ ...before, isLoading: true }));
    const begin = () =>
      latest.current(abort.signal).then(
        (data) => abort.signal.aborted || setState({ data, failure: null, isLoading: false }),
        (error: unknown) =>
          abort.signal.aborted ||
          setState((before) => ({ ...before, failure: failureOf(error), isLoading: false })),
      );
    const timer = afterMs > 0 ? setTimeout(begin, afterMs) : null;
    if (timer === null) void begin();
    return () => {
      if (timer !== null) clearTimeout(timer);
      abort.abort();
    };
  }, [key, round, afterMs, connections]);
  return { ...state, again: useCallback(() => setRound((count) => count + 1), []) };
}

/** Something that a person starts. */
export interface Doing<Args extends unknown[], T> {
  readonly isBusy: boolean;
  readonly failure: Failure | null;
  /** Resolves to the answer, or null where it failed: `failure` says why. */
  run(...args: Args): Promise<T | null>;
  clear(): void;
}

/** Wraps a call that a person starts: busy while it runs, its failure kept to be shown. */
export function useDo<Args extends unknown[], T>(act: (...args: Args) => Promise<T>): Doing<Args, T> {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const latest = useRef(act);
  latest.current = act;
  const run = useCallback(async (...args: Args): Promise<T | null> => {
    setBusy(true);
    setFailure(null);
    try {
      return await latest.current(...args);
    } catch (error) {
      setFailure(failureOf(error));
      return null;
    } finally {
      setBusy(false);
    }
  }, []);
  return { isBusy, failure, run, clear: useCallback(() => setFailure(null), []) };
}
