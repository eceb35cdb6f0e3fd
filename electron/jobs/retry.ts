import { setTimeout as wait } from 'node:timers/promises';

export interface RetryOptions {
  /** Says whether another try may mend a failure; any other is thrown at once. */
  readonly when: (error: unknown) => boolean;
  readonly attempts?: number;
  /** The pause before the second try; it doubles each time, give or take half, so that many do not come at once. */
  readonly delayMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Does something again while it fails in a way that may pass. Throws the last failure, or the signal's reason. */
export async function retry<T>(
  work: () => Promise<T>,
  { when, attempts = 4, delayMs = 500, signal }: RetryOptions,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (attempt >= attempts || !when(error)) throw error;
      const pauseMs = delayMs * 2 ** (attempt - 1) * (0.5 + Math.random());
      // An abort ends the pause; the next turn throws its reason.
      await wait(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
