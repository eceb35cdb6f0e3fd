import pg from 'pg';
import { type ErrorDetail, RockpoolError } from '../contract/errors.ts';
import { sqlState, translateError } from '../sql/errors.ts';
import type { RecordPlace } from './copyline.ts';

/** Where rows were being loaded when PostgreSQL refused one. */
export interface LoadPlace {
  readonly file: string;
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly string[];
  /** CSV where it is not given. */
  readonly format?: 'csv' | 'text';
}

const broken: Readonly<Record<string, string>> = {
  '22P04': 'is no valid CSV: its number of fields or its quotes are wrong',
  '22021': 'holds bytes that are no valid UTF-8, or a zero byte',
  '22P05': 'holds a character that the database cannot keep',
};

const misfits: Readonly<Record<string, string>> = {
  '22P02': 'holds a value that is not of the type of its column',
  '22001': 'holds a text that is too long for its column',
  '22003': 'holds a number that is out of range',
  '22007': 'holds no valid date or time',
  '22008': 'holds a date or time that is out of range',
  '23502': 'leaves a column empty that must not be',
  '23505': 'repeats a value that must be unique',
  '23503': 'points at a row that is not there',
  '23514': 'breaks a rule of its table',
  '23P01': 'conflicts with another row',
};

/** The line at which COPY stopped, as it counts lines, and the column where PostgreSQL names one. */
export function readCopyContext(
  error: unknown,
  place: LoadPlace,
): { line: number | null; column: string | null } {
  const where = error instanceof pg.DatabaseError ? (error.where ?? '') : '';
  const prefix = `COPY ${place.table}, line `;
  const context = where.split('\n').find((part) => part.startsWith(prefix));
  const rest = context?.slice(prefix.length) ?? '';
  const digits = /^\d+/.exec(rest)?.[0];
  const after = rest.slice(digits?.length ?? 0);
  const column = place.columns
    .filter((name) => after.startsWith(`, column ${name}:`))
    .sort((a, b) => b.length - a.length)[0];
  const named = error instanceof pg.DatabaseError ? error.column : undefined;
  return { line: digits === undefined ? null : Number(digits), column: column ?? named ?? null };
}

/**
 * Says in our own words why rows could not be loaded. PostgreSQL's message, its detail and its context can hold values
 * of rows, so nothing of them is kept but names and numbers, and the error itself is no cause of ours (faults F5).
 */
export function sayRowError(error: unknown, place: LoadPlace, found: RecordPlace | null): unknown {
  const state = sqlState(error);
  const title = `${place.schema}.${place.table}`;
  if (state === null || !/^(2[0-9A-Z]|42804|P0)/.test(state)) {
    return withoutCause(translateError(error, { what: `Loading ${title}`, detail: { file: place.file } }));
  }
  const { column } = readCopyContext(error, place);
  const detail: ErrorDetail = { file: place.file, table: title, sqlstate: state };
  if (found !== null) {
    detail.record = found.record;
    // The header is the first line of the file.
    if (found.line !== null) detail.line = found.line + 1;
  }
  if (column !== null) detail.column = column;
  const constraint = error instanceof pg.DatabaseError ? error.constraint : undefined;
  if (constraint !== undefined) detail.constraint = constraint;
  const where = found === null ? place.file : `Record ${found.record} of ${place.file}`;
  const inColumn = column === null ? '' : ` (column ${column})`;
  const byRule = constraint === undefined ? '' : `, ${constraint}`;
  const csvProblem = broken[state];
  if (csvProblem !== undefined && place.format === 'text') {
    const fields = state === '22P04' ? 'has the wrong number of fields' : csvProblem;
    return new RockpoolError('archive_damaged', `${where} ${fields}${inColumn}, for ${title}.`, {
      hint: 'Nothing of it was kept. Have it exported again.',
      detail,
    });
  }
  if (csvProblem !== undefined) {
    return new RockpoolError('csv_invalid', `${where} ${csvProblem}${inColumn}.`, {
      hint: 'The file is damaged or no CSV: have it published again.',
      detail,
    });
  }
  const problem = misfits[state] ?? `does not fit (SQLSTATE ${state})`;
  return new RockpoolError(
    'load_failed',
    `${where} does not fit ${title}: it ${problem}${inColumn}${byRule}.`,
    {
      hint: 'Schema and rows have to fit: see whether a redaction rule breaks what the column allows.',
      detail,
    },
  );
}

/** Says in our own words why something that reads the rows failed: an index, a constraint, a view. */
export function sayReadError(error: unknown, what: string, detail: ErrorDetail): unknown {
  const state = sqlState(error);
  if (state === null || !/^(2[0-9A-Z]|P0)/.test(state)) return translateError(error, { what, detail });
  const problem = misfits[state] ?? `a value does not fit (SQLSTATE ${state})`;
  const told = misfits[state] === undefined ? problem : `a row ${problem}`;
  return new RockpoolError('load_failed', `${what} failed: ${told}.`, {
    hint: 'The rows break what the schema asks for: see whether a redaction rule does that.',
    detail: { ...detail, sqlstate: state },
  });
}

// Of an error in a load not even the cause is kept.
function withoutCause(error: unknown): unknown {
  if (!(error instanceof RockpoolError) || sqlState(error.cause) === null) return error;
  return new RockpoolError(error.code, error.message, {
    ...(error.hint === null ? {} : { hint: error.hint }),
    ...(error.detail === null ? {} : { detail: error.detail }),
  });
}
