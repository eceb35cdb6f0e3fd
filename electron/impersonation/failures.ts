import pg from 'pg';
import { type ErrorDetail, RockpoolError } from '../contract/errors.ts';
import { sqlState, translateError } from '../sql/errors.ts';

const problems: Readonly<Record<string, string>> = {
  '22P02': 'a value is not of the type that is wanted',
  '22P05': 'a value holds a character that this database cannot keep',
  '22001': 'a text is too long for its column',
  '22003': 'a number is out of range',
  '22007': 'a value is no valid date or time',
  '22021': 'a value holds a character that this database cannot keep',
  '23502': 'a column would be empty that must not be',
  '23503': 'a row would point at one that is not there, or be missed by one',
  '23514': 'a rule of the table would be broken',
  '23P01': 'a row would conflict with another',
  P0001: 'a trigger or function of the data refuses it',
  '42501': 'the data’s row security or its owner does not allow it',
};

/**
 * Says why something could not be done to users. PostgreSQL's own words are repeated only where they name objects: those
 * about values, and all that code of the dataset says, can hold rows (faults F5).
 */
export function sayFailure(error: unknown, what: string, detail: ErrorDetail = {}): unknown {
  const state = sqlState(error);
  if (state === null || !(error instanceof pg.DatabaseError)) {
    return error instanceof RockpoolError ? error : translateError(error, { what, detail });
  }
  const full: ErrorDetail = { ...detail, sqlstate: state };
  for (const key of ['schema', 'table', 'column', 'constraint'] as const) {
    const name = error[key];
    if (name !== undefined) full[key] = name;
  }
  const more = { detail: full };
  if (state === '23505') {
    const rule = error.constraint === undefined ? '' : ` (${error.constraint})`;
    return new RockpoolError(
      'value_taken',
      `${what} failed: another row of ${error.table ?? 'the table'} has that value already${rule}.`,
      {
        ...more,
        hint: 'Nothing was changed. Give another value, or become the user who has it.',
      },
    );
  }
  if (state === '55P03' || state === '40P01') {
    return new RockpoolError(
      'database_busy',
      `${what} failed: another session has changed the same table and not ended its transaction.`,
      {
        ...more,
        hint: 'Nothing was changed. End that transaction, or close the program, and try again.',
      },
    );
  }
  if (state === '57014' || state === '25P03' || state === '57P01') {
    return new RockpoolError('timeout', `${what} took too long and was stopped.`, {
      ...more,
      hint: 'Nothing was changed. Look at what the recipe goes through, and at the triggers of its tables.',
    });
  }
  const namesObjects = error.where === undefined && /^(0A|25|2B|2D|3[BDF]|42[^5]|55)/.test(state);
  const problem = namesObjects ? error.message : (problems[state] ?? 'a value or a row does not fit');
  return new RockpoolError('sql_failed', `${what} failed: ${problem} (SQLSTATE ${state}).`, {
    ...more,
    hint: 'Nothing was changed.',
  });
}
