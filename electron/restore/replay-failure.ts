import pg from 'pg';
import { type ErrorDetail, RockpoolError } from '../contract/errors.ts';
import { sqlState, translateError } from '../sql/errors.ts';
import type { SqlStatement } from '../sql/split-items.ts';

/** What is wrong with a value or a row, by SQLSTATE: PostgreSQL's own words can hold it. */
export const rowProblems: Readonly<Record<string, string>> = {
  '22P02': 'a value is not of the type that is wanted',
  '22P04': 'a row has the wrong number of fields',
  '22021': 'a value is no valid text in its encoding',
  '22001': 'a text is too long for its column',
  '22003': 'a number is out of range',
  '22012': 'something is divided by zero',
  '23502': 'a column would be empty that must not be',
  '23503': 'a row would point at one that is not there',
  '23505': 'a value would come twice that must be unique',
  '23514': 'a rule of the table would be broken',
  '23P01': 'a row would conflict with another',
};

/** True for an error whose message names objects only: what is about values, and what code of the dataset says, can hold rows. */
export function namesObjectsOnly(error: unknown): error is pg.DatabaseError {
  return (
    error instanceof pg.DatabaseError &&
    error.where === undefined &&
    /^(0A|25|26|2B|2D|34|3[BDF]|42|55)/.test(error.code ?? '')
  );
}

/** Why a statement failed, without a value of a row (faults F5). */
export function problemOf(error: unknown): string {
  const state = sqlState(error);
  const rule =
    error instanceof pg.DatabaseError && error.constraint !== undefined ? `, ${error.constraint}` : '';
  if (namesObjectsOnly(error)) return `${error.message} (SQLSTATE ${state})`;
  return `${rowProblems[state ?? ''] ?? 'a value or a row does not fit'}${rule} (SQLSTATE ${state})`;
}

const hint =
  'Nothing of the dataset was kept, because what the script does there may be what makes it safe. Ask those who publish it.';

/**
 * Says why a statement of a script failed that is run as it stands. `row` is the line of a COPY's rows at which it failed.
 */
export function sayReplayFailure({ text, line, file }: SqlStatement, error: unknown): unknown {
  if (error instanceof RockpoolError) return error;
  const state = sqlState(error);
  const row =
    error instanceof pg.DatabaseError
      ? /^COPY [\s\S]*, line (\d{1,12})/.exec(error.where ?? '')?.[1]
      : undefined;
  const isCopy = /^copy\b/i.test(text);
  const at = isCopy && row !== undefined ? line + text.split('\n').length - 1 + Number(row) : line;
  const what = `${startOf(text)} in line ${at} of ${file}`;
  const detail: ErrorDetail = { file, line: at };
  if (state === null || !(error instanceof pg.DatabaseError)) return translateError(error, { what, detail });
  if (/^(42501|53|55006|55P03|57P)/.test(state) && error.where === undefined)
    return translateError(error, { what, detail });
  const full: ErrorDetail = { ...detail, sqlstate: state };
  for (const key of ['schema', 'table', 'column', 'constraint'] as const) {
    const name = error[key];
    if (name !== undefined) full[key] = name;
  }
  return new RockpoolError('sql_failed', `${what} failed: ${problemOf(error)}.`, { hint, detail: full });
}

// The words with which a statement begins: what follows can hold values.
function startOf(text: string): string {
  const [words = 'The statement'] =
    /^[a-z]+(?:\s+(?:or\s+replace|table|into|from|only|index|view|function|unique|trigger)\b)*/i.exec(text) ??
    [];
  return `The ${words.replace(/\s+/g, ' ').toUpperCase()}`;
}

/** The error for a statement that no script may hold, with its line. */
export function refused(
  { file, line }: SqlStatement,
  { what, reason }: { what: string; reason: string },
): RockpoolError {
  return new RockpoolError(
    'sql_refused',
    `${file} holds a statement that is not allowed: ${what} in line ${line}; ${reason}.`,
    {
      hint: 'Nothing of the dataset was kept. Take the statement out, or ask those who publish it.',
      detail: { file, line, statement: what },
    },
  );
}
