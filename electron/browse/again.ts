import { sqlState } from '../sql/errors.ts';

const retryWithinMs = 5000;
// As many as wait in the pool can have been ended before the first new one is made.
const mostEnded = 4;

/**
 * Does reading again that a reset cut off: while it switches, the live refuses new sessions or has just ended this one,
 * and is back in milliseconds.
 */
export async function readAgain<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const until = Date.now() + retryWithinMs;
  let ended = 0;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (signal?.aborted === true) throw error;
      if (isEnded(error)) ended += 1;
      if (!(isClosed(error) && Date.now() < until) && !(isEnded(error) && ended <= mostEnded)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}

/** True where the live is closed for the moment of a switch: object_not_in_prerequisite_state, invalid_catalog_name. */
function isClosed(error: unknown): boolean {
  const state = sqlState(error);
  if (state === '42501') return /permission denied for database/.test((error as Error).message);
  return state === '3D000' || (state === '55000' && /accepting connections/.test((error as Error).message));
}

/** True where the server ended the session. */
export function isEnded(error: unknown): boolean {
  const { code, message = '' } = (error ?? {}) as { code?: string; message?: string };
  return (
    code === '57P01' ||
    code === 'ECONNRESET' ||
    code === 'EPIPE' ||
    /Connection terminated|not queryable/i.test(message)
  );
}
