import { RockpoolError } from '../contract/errors.ts';
import { sqlState, translateError } from '../sql/errors.ts';
import type { PlannedStatement } from './plan.ts';
import type { Worker } from './worker.ts';

/** A statement that could not be run yet, and why. */
export interface Failed {
  readonly planned: PlannedStatement;
  readonly error: unknown;
}

// Something that it needs is not there, or is not there as a whole: a table, a type, a function, a schema, a column, a
// key (42830, 42803 for GROUP BY a key, 42P10 for ON CONFLICT), an object in another state (55000).
const missing = new Set(['42P01', '42704', '42883', '3F000', '42703', '42830', '42803', '42P10', '55000']);
const already = new Set(['42P07', '42710', '42723', '42P06']);

export function isMissing(error: unknown): boolean {
  return missing.has(sqlState(error) ?? '');
}

/** True where what a statement makes is there already. */
export function isAlready(error: unknown): boolean {
  return already.has(sqlState(error) ?? '');
}

/**
 * Runs statements in their order; those for which something is missing are tried again after the others, until
 * nothing more comes of it. Returns those that are left. Throws `sql_failed`, `sql_refused` or `timeout` for any other
 * failure; `onDouble` hears of what was there already.
 */
export async function defineInRounds(
  worker: Worker,
  statements: readonly PlannedStatement[],
  on: { done: (planned: PlannedStatement) => void; double: (planned: PlannedStatement) => void },
): Promise<Failed[]> {
  let waiting: readonly PlannedStatement[] = statements;
  for (;;) {
    const failed: Failed[] = [];
    for (const planned of waiting) {
      try {
        await worker.run(planned);
        on.done(planned);
      } catch (error) {
        if (isMissing(error)) failed.push({ planned, error });
        else if (isAlready(error)) on.double(planned);
        else throw sayFailure({ planned, error });
      }
    }
    if (failed.length === 0 || failed.length === waiting.length) return failed;
    waiting = failed.map(({ planned }) => planned);
  }
}

/** Says why a statement of the archive failed, with its file and line. */
export function sayFailure({ planned, error }: Failed, hint?: string): unknown {
  const { statement, what, name } = planned;
  const { file, line } = statement;
  const title = `The ${what}${name === '' ? '' : ` ${name}`} in line ${line} of ${file}`;
  if (isMissing(error) && error instanceof Error) {
    return new RockpoolError('schema_missing', `${title} needs what is not there: ${error.message}.`, {
      hint:
        hint ??
        'The schema files have to hold everything that a table needs. Give a whole schema with --schema FILE.sql.',
      detail: { file, line, sqlstate: sqlState(error) },
      cause: error,
    });
  }
  return translateError(error, { what: title, detail: { file, line } });
}
