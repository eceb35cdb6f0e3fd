import pg from 'pg';
import { type ErrorDetail, RockpoolError } from '../contract/errors.ts';

/**
 * Says what PostgreSQL found wrong with a person's own statement, in its words, with line and column. It can quote
 * values: it goes to whoever typed the statement and into no log.
 */
export function consoleError(error: unknown, sql: string): unknown {
  if (!(error instanceof pg.DatabaseError)) return error;
  const state = error.code ?? '';
  const detail: ErrorDetail = { sqlstate: state, ...placeOf(sql, error.position) };
  const message = `${error.message.slice(0, 2000)}.`;
  const hint = error.hint === undefined ? {} : { hint: error.hint };
  if (state === '25006' || state === '42501') {
    return new RockpoolError('sql_refused', message, {
      hint: 'The console only reads; to change data connect with rockpool url or rockpool psql.',
      detail,
    });
  }
  const isText = state.startsWith('42') || state === '26000';
  return new RockpoolError(isText ? 'sql_invalid' : 'sql_failed', message, { ...hint, detail });
}

// PostgreSQL counts characters from 1; JavaScript counts those beyond the basic plane twice.
function placeOf(sql: string, position: string | undefined): ErrorDetail {
  if (position === undefined) return {};
  const before = [...sql].slice(0, Number(position) - 1).join('');
  const line = before.split('\n').length;
  return { line, column: [...before.slice(before.lastIndexOf('\n') + 1)].length + 1 };
}
