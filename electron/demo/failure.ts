import pg from 'pg';
import { type ErrorDetail, RockpoolError } from '../contract/errors.ts';
import { sqlState, translateError } from '../sql/errors.ts';
import { wordsOf } from './allowed.ts';
import { lineAt } from './placeholders.ts';
import type { DemoStatement } from './script.ts';

const problems: Readonly<Record<string, string>> = {
  '22P02': 'a value is not of the type that is wanted',
  '22P03': 'a value is not of the type that is wanted',
  '22P05': 'a value holds a character that this database cannot keep',
  '22001': 'a text is too long for its column',
  '22003': 'a number is out of range',
  '22007': 'a value is no valid date or time',
  '22008': 'a date or time is out of range',
  '22012': 'something is divided by zero',
  '22021': 'a value holds a character that this database cannot keep',
  '22032': 'a value is no valid JSON',
  '23502': 'a column would be empty that must not be',
  '23503': 'a row would point at one that is not there, or be missed by one',
  '23505': 'a value would come twice that must be unique',
  '23514': 'a rule of the table would be broken',
  '23P01': 'a row would conflict with another',
  '2D000': 'a transaction cannot be ended inside of a demo',
};

/**
 * Says why a statement failed, with its line and the parameter at fault where that is known. PostgreSQL's own words
 * are repeated only where they name objects: those about values can hold rows (faults F5).
 */
export function sayFailure(failed: DemoStatement, error: unknown): unknown {
  const { statement, bindable } = failed;
  const { file } = statement;
  const position = error instanceof pg.DatabaseError ? Number(error.position ?? 0) : 0;
  const line = position > 0 ? lineAt(statement, bindable.text, position - 1) : statement.line;
  const what = `${wordsOf(statement.text)} in line ${line} of ${file}`;
  const detail: ErrorDetail = { file, line };
  const state = sqlState(error);
  if (state === null || !(error instanceof pg.DatabaseError)) {
    return error instanceof RockpoolError ? error : translateError(error, { what, detail });
  }
  if (/^(42501|53|55006|55P03|57P)/.test(state) && error.where === undefined) {
    return translateError(error, { what, detail });
  }
  detail.sqlstate = state;
  for (const key of ['schema', 'table', 'column', 'constraint'] as const) {
    const name = error[key];
    if (name !== undefined) detail[key] = name;
  }
  const parameter = parameterOf(failed, error, position);
  if (parameter !== null) detail.parameter = parameter;
  return new RockpoolError(
    'sql_failed',
    `${what} failed: ${reasonOf(error, state, parameter)} (SQLSTATE ${state}).`,
    {
      hint: hintOf(state, parameter),
      detail,
    },
  );
}

function reasonOf(error: pg.DatabaseError, state: string, parameter: string | null): string {
  // The words before the colon name a type; the value is after it.
  const type = /^invalid input (?:syntax|value) for (?:type|enum) ([^:"]{1,80}):/.exec(error.message)?.[1];
  if (type !== undefined) {
    return parameter === null
      ? `a value is no valid ${type}`
      : `the value of ${parameter} is no valid ${type}`;
  }
  // A trigger or a function of the dataset says what it likes; its words come with a context.
  const fromCode = error.where !== undefined && !/portal/.test(error.where);
  const namesObjects = !fromCode && /^(0A|25|2B|3[BDF]|42|55)/.test(state);
  if (namesObjects) return withName(error.message, parameter);
  const problem = problems[state] ?? 'a value or a row does not fit';
  const rule = error.constraint === undefined ? '' : `, ${error.constraint}`;
  const whose = parameter === null ? '' : `, given by ${parameter}`;
  return `${problem}${rule}${whose}`;
}

function withName(message: string, parameter: string | null): string {
  if (parameter === null) return message;
  return message
    .replace(/parameter \$\d+/, `the parameter ${parameter}`)
    .replace(/at or near "\$\d+"/, `at %(${parameter})s`);
}

function hintOf(state: string, parameter: string | null): string {
  const name = parameter ?? 'name';
  if (state === '42P18' || state === '42804' || state === '42725') {
    return `Say what type is meant: %(${name})s::text. The live is what it was.`;
  }
  if (state === '42601' && parameter !== null) {
    return `Values stand where a literal can: %(${name})s::date in place of DATE %(${name})s, and never for a name.`;
  }
  return 'The live is what it was. Change the statement or the value and try again.';
}

// `unnamed portal parameter $2` is the context of a value that could not be read; `$2` in a message that of one whose
// type is not known; a position points at the use itself.
function parameterOf({ bindable }: DemoStatement, error: pg.DatabaseError, position: number): string | null {
  const number =
    /portal(?: "[^"]*")? parameter \$(\d+)/.exec(error.where ?? '')?.[1] ??
    /parameter \$(\d+)/.exec(error.message)?.[1] ??
    (position > 0 ? /^\$(\d+)/.exec(bindable.text.slice(position - 1))?.[1] : undefined);
  return number === undefined ? null : (bindable.names[Number(number) - 1] ?? null);
}
