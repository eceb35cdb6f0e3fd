import { RockpoolError } from '../contract/errors.ts';
import type { StateDb } from '../state/database.ts';
import { cancelRequested } from './history.ts';

/** Watches for the wish to stop a job until it is closed. */
export interface CancelWatch {
  /** Looks now, so that no step begins after somebody has asked to stop. */
  look(): void;
  close(): void;
}

const askEveryMs = 250;

/** Aborts with `cancelled` once somebody has asked for it, in state.db from any process or by `outer` in this one. */
export function watchForCancel(
  state: StateDb,
  id: string,
  abort: AbortController,
  outer: AbortSignal | undefined,
): CancelWatch {
  const stop = (): void => {
    if (abort.signal.aborted) return;
    abort.abort(new RockpoolError('cancelled', 'Cancelled.', { hint: 'Nothing was changed.' }));
  };
  const look = (): void => {
    try {
      if (cancelRequested(state, id)) stop();
    } catch {
      // state.db cannot be read at this moment, and an error in a timer would end the process: the next look tells.
    }
  };
  const timer = setInterval(look, askEveryMs);
  timer.unref();
  if (outer?.aborted) stop();
  outer?.addEventListener('abort', stop);
  return {
    look,
    close: () => {
      clearInterval(timer);
      outer?.removeEventListener('abort', stop);
    },
  };
}
