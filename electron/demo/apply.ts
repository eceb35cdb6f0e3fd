import type { DemoSession } from './bound.ts';
import { sayFailure } from './failure.ts';
import type { Outfit } from './outfit.ts';
import { runCounted } from './touched.ts';

/** How many statements ran, and how many rows they touched. */
export interface Applied {
  readonly applied: number;
  readonly rows: number;
}

/**
 * Runs all statements of an outfit in one transaction. What fails undoes all of it, and is thrown with its line and
 * reason; `onDone` hears of each statement that is done.
 */
export async function applyOutfit(
  within: DemoSession,
  { script, values }: Outfit,
  onDone: () => void = () => {},
): Promise<Applied> {
  const { session } = within;
  let rows = 0;
  await session.query('BEGIN');
  for (const demo of script) {
    rows += await runCounted(within, demo, values);
    onDone();
  }
  const last = script.at(-1);
  try {
    await session.query('COMMIT');
  } catch (error) {
    // Constraints that wait for the end of the transaction.
    within.signal.throwIfAborted();
    throw last === undefined ? error : sayFailure(last, error);
  }
  return { applied: script.length, rows };
}
