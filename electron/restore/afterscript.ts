import pg from 'pg';
import { type ErrorDetail, isRockpoolError, RockpoolError } from '../contract/errors.ts';
import { sqlState, translateError } from '../sql/errors.ts';
import type { SqlStatement } from '../sql/split-items.ts';
import { splitStatements } from '../sql/split-statements.ts';
import { rowProblems } from './replay-failure.ts';

const transaction =
  /^(begin|start\s+transaction|commit|end|rollback|abort|savepoint|release|prepare\s+transaction)\b/i;

/**
 * Splits a person's own script. Throws `sql_refused` for what would end the one transaction that it runs in, for
 * commands of psql and for rows of a COPY, and `sql_invalid` for what has no end, each with its line.
 */
export function readAfter(sql: string, file: string): SqlStatement[] {
  const statements = split(sql, file);
  const control = statements.find(({ text }) => transaction.test(text));
  if (control !== undefined) {
    throw new RockpoolError(
      'sql_refused',
      `${file} holds ${startOf(control.text)} in line ${control.line}, and runs in one transaction.`,
      {
        hint: 'Take it out: either all of the script holds, or nothing of it.',
        detail: { file, line: control.line },
      },
    );
  }
  return statements;
}

function split(sql: string, file: string): SqlStatement[] {
  try {
    return splitStatements(sql, file);
  } catch (error) {
    if (!isRockpoolError(error, 'sql_refused', 'sql_invalid', 'archive_damaged')) throw error;
    const refused = error.code !== 'sql_invalid';
    throw new RockpoolError(refused ? 'sql_refused' : 'sql_invalid', error.message, {
      hint: refused
        ? 'The script may hold SQL statements only: no commands of psql, and INSERT in place of COPY … FROM stdin.'
        : 'Complete what has no end there.',
      ...(error.detail === null ? {} : { detail: error.detail }),
    });
  }
}

/**
 * Says why a statement of the script failed. PostgreSQL's own words are repeated only where they name objects: those
 * about values, and all that code of the dataset says, can hold rows (faults F5).
 */
export function sayAfterFailure({ text, line, file }: SqlStatement, error: unknown): unknown {
  const state = sqlState(error);
  const what = `${startOf(text)} in line ${line} of ${file}`;
  if (state === null || !(error instanceof pg.DatabaseError)) {
    return error instanceof RockpoolError ? error : translateError(error, { what, detail: { file, line } });
  }
  if (/^(42501|53|55006|55P03|57P)/.test(state) && error.where === undefined) {
    return translateError(error, { what, detail: { file, line } });
  }
  const detail: ErrorDetail = { file, line, sqlstate: state };
  for (const key of ['schema', 'table', 'column', 'constraint'] as const) {
    const name = error[key];
    if (name !== undefined) detail[key] = name;
  }
  const namesObjects = error.where === undefined && /^(0A|25|2B|2D|3[BDF]|42|55)/.test(state);
  const problem = namesObjects ? error.message : (rowProblems[state] ?? 'a value or a row does not fit');
  const rule = error.constraint === undefined || namesObjects ? '' : `, ${error.constraint}`;
  return new RockpoolError('sql_failed', `${what} failed: ${problem}${rule} (SQLSTATE ${state}).`, {
    hint: 'Nothing of the script was kept. Change it and try again.',
    detail,
  });
}

// The beginning of a statement, up to the first value that is written in it.
function startOf(text: string): string {
  const start = text.replace(/\s+/g, ' ').replace(/['$].*/, '…');
  return start.length > 60 ? `${start.slice(0, 60).trimEnd()}…` : start;
}
