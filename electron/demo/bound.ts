import pg from 'pg';
import { RockpoolError } from '../contract/errors.ts';
import type { Address, Session } from '../sql/connect.ts';
import { endSession } from '../sql/endings.ts';
import { sayFailure } from './failure.ts';
import type { DemoStatement } from './script.ts';

/** A limited role's session in a copy, with who can end it from outside. */
export interface DemoSession {
  readonly session: Session;
  readonly admin: Address;
  /** How long one statement may take. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

// A statement can catch being cancelled, but not the end of its session.
const stubbornAfterMs = 2000;

/**
 * Runs one statement with its values bound, one message for each, and returns the number that its command tag tells.
 * Rows that it returns are passed over as they come. Throws what `sayFailure` says, or `timeout` after the deadline,
 * which no setting of the statement's own can lift (faults C13, C15).
 */
export async function runBound(
  within: DemoSession,
  demo: DemoStatement,
  values: ReadonlyMap<string, string>,
): Promise<number> {
  const { bindable } = demo;
  const bound = bindable.names.map((name) => values.get(name) ?? '');
  try {
    return await withDeadline(within, demo, () => passRows(within.session.client, bindable.text, bound));
  } catch (error) {
    within.signal.throwIfAborted();
    throw sayFailure(demo, error);
  }
}

function passRows(client: pg.Client, text: string, values: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const query = new pg.Query({ text, values: [...values], queryMode: 'extended' } as pg.QueryConfig);
    // With a listener for rows none is kept: a statement can return more than there is memory.
    query.on('row', () => {});
    query.on('end', ({ rowCount }: pg.QueryResult) => resolve(rowCount ?? 0));
    query.on('error', reject);
    client.query(query);
  });
}

async function withDeadline<T>(within: DemoSession, demo: DemoStatement, work: () => Promise<T>): Promise<T> {
  const { admin, session, deadlineMs, signal } = within;
  let late = false;
  const end = (): void => {
    endSession(admin, session).catch(() => {
      // The server is gone, and the session with it.
    });
  };
  const timer = setTimeout(() => {
    late = true;
    end();
  }, deadlineMs);
  let stubborn: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    stubborn = setTimeout(end, stubbornAfterMs);
  };
  signal.throwIfAborted();
  signal.addEventListener('abort', onAbort);
  try {
    return await work();
  } catch (error) {
    if (!late) throw error;
    const { file, line } = demo.statement;
    throw new RockpoolError(
      'timeout',
      `The statement in line ${line} of ${file} took longer than ${Math.round(deadlineMs / 1000)} s and was stopped.`,
      {
        hint: 'The live is what it was. See what it waits for or goes through.',
        detail: { file, line, deadlineMs },
      },
    );
  } finally {
    clearTimeout(timer);
    clearTimeout(stubborn);
    signal.removeEventListener('abort', onAbort);
  }
}
