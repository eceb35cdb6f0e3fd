import { RockpoolError } from '../contract/errors.ts';
import type { Address, Session } from '../sql/connect.ts';
import { endSession } from '../sql/endings.ts';

/** Who ends a session that does not end by itself, and when. */
export interface Deadline {
  readonly admin: Address;
  /** How long one statement of the archive may take (faults C13). */
  readonly deadlineMs: number;
}

/** Does work in a session and ends the session once it has taken too long. Throws what the work throws, or `timeout`. */
export async function withDeadline<T>(
  { admin, deadlineMs }: Deadline,
  session: Session,
  { what, detail }: { readonly what: string; readonly detail: Record<string, string | number> },
  work: () => Promise<T>,
): Promise<T> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    // A statement can catch a cancel, but not the end of its session.
    endSession(admin, session).catch(() => {
      // The server is gone, and the session with it.
    });
  }, deadlineMs);
  try {
    return await work();
  } catch (error) {
    if (!late) throw error;
    throw new RockpoolError(
      'timeout',
      `The statement in ${what} took longer than ${Math.round(deadlineMs / 1000)} s.`,
      {
        hint: 'It was stopped and nothing of the dataset was kept. Ask those who publish it what it does.',
        detail: { ...detail, deadlineMs },
        cause: error,
      },
    );
  } finally {
    clearTimeout(timer);
  }
}
