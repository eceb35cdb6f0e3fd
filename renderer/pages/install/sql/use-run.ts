import { useEffect, useRef, useState } from 'react';
import type { Failure } from '../../../../electron/contract/api/procedure.ts';
import type { ConsoleResult } from '../../../../electron/contract/browse.ts';
import { failureOf } from '../../../store/failure.ts';
import { api } from '../../../wire/connection.ts';

interface RunFailure {
  readonly failure: Failure;
  /** Where in the editor the server saw the error, null where it did not say. */
  readonly offset: number | null;
}

export interface Run {
  readonly result: ConsoleResult | null;
  readonly failure: RunFailure | null;
  readonly isBusy: boolean;
  /** Runs a statement that begins at `from` in the editor; one that still runs is ended first. */
  run(sql: string, limit: number, from: number): Promise<void>;
  stop(): void;
}

/** The one statement that a console runs at a time. Leaving the tab ends it. */
export function useRun(install: string): Run {
  const [result, setResult] = useState<ConsoleResult | null>(null);
  const [failure, setFailure] = useState<RunFailure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const current = useRef<AbortController | null>(null);
  useEffect(() => () => current.current?.abort(), []);
  return {
    result,
    failure,
    isBusy,
    stop: () => current.current?.abort(),
    run: async (sql, limit, from) => {
      current.current?.abort();
      const abort = new AbortController();
      current.current = abort;
      setBusy(true);
      setFailure(null);
      try {
        const run = await api.browse.console(
          { name: install, wish: { sql, limit } },
          { signal: abort.signal },
        );
        if (current.current === abort) setResult(run);
      } catch (error) {
        if (current.current !== abort) return;
        const failed = failureOf(error);
        // What an earlier statement returned says nothing of this one.
        setResult(null);
        const offset = offsetOf(sql, failed.detail?.line, failed.detail?.column);
        setFailure({ failure: failed, offset: offset === null ? null : from + offset });
      } finally {
        if (current.current === abort) setBusy(false);
      }
    },
  };
}

/** Where a line and a column, counted from 1 in characters, are in a text. */
function offsetOf(sql: string, line: unknown, column: unknown): number | null {
  if (typeof line !== 'number' || typeof column !== 'number') return null;
  const lines = sql.split('\n');
  const before = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  return before + [...(lines[line - 1] ?? '')].slice(0, column - 1).join('').length;
}
