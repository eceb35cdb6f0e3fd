import { RockpoolError } from '../contract/errors.ts';
import { sqlState, translateError } from '../sql/errors.ts';

/**
 * Says what stood in the way of reading. PostgreSQL's own words are left out where they can quote a value of a row or of
 * a filter.
 */
export function readingError(error: unknown, install: string): unknown {
  const state = sqlState(error);
  const detail = { install, sqlstate: state };
  if (state === null) return translateError(error, { what: `Reading ${install}`, detail: { install } });
  if (state.startsWith('22')) {
    return new RockpoolError('usage', 'A value does not fit the type of its column.', {
      hint: 'Look at the types of the columns that are filtered by.',
      detail,
      cause: error,
    });
  }
  if (state === '42P01' || state === '42703') {
    return new RockpoolError('table_not_found', `A table of ${install} changed while it was read.`, {
      hint: 'List the tables again.',
      detail,
      cause: error,
    });
  }
  if (state === '55000' || state === '3D000') {
    return new RockpoolError(
      'database_busy',
      `${install} is closed for the moment: it is being copied or replaced.`,
      {
        hint: 'Try again when that has ended.',
        detail,
        cause: error,
      },
    );
  }
  if (state.startsWith('57') || state.startsWith('53') || state.startsWith('08')) {
    return translateError(error, { what: `Reading ${install}`, detail: { install } });
  }
  return new RockpoolError('sql_failed', `PostgreSQL could not read this from ${install} (${state}).`, {
    hint: 'The SQL console says more about it.',
    detail,
    cause: error,
  });
}
