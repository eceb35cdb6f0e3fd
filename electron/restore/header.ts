import { RockpoolError } from '../contract/errors.ts';
import type { TableFacts } from './catalog.ts';

/** How the columns of a file and of a table meet. */
export interface HeaderMatch {
  /** The columns to load, in the order of the file. */
  readonly columns: readonly string[];
  /** Where in the file columns stand that the server works out itself. */
  readonly dropped: readonly number[];
  /** Columns of the table that the file does not have: they get their defaults. */
  readonly missing: readonly string[];
}

/**
 * Holds a file's header against the table. Throws `csv_header_missing` where none of its names is a column, which is
 * what a file without a header looks like, and `csv_header_mismatch` where some are not, or one comes twice.
 */
export function matchHeader(header: readonly string[], table: TableFacts, file: string): HeaderMatch {
  const known = new Map(table.columns.map((column) => [column.name, column]));
  const unknown = header.filter((name) => !known.has(name));
  const title = `${table.schema}.${table.name}`;
  if (unknown.length === header.length && header.length > 0) {
    throw new RockpoolError('csv_header_missing', `The first line of ${file} names no column of ${title}.`, {
      // What stands there can be the values of a row, so it is not repeated (faults F5).
      hint: `Its first line may be data. It has to name columns: ${listNames(table.columns.map(({ name }) => name))}.`,
      detail: { file, table: title, fields: header.length },
    });
  }
  if (unknown.length > 0) {
    throw new RockpoolError(
      'csv_header_mismatch',
      `The header of ${file} names ${unknown.length === 1 ? 'a column' : 'columns'} that ${title} does not have: ${listNames(unknown)}.`,
      {
        hint: `The table has ${listNames([...known.keys()])}. Schema and rows have to come from the same run.`,
        detail: { file, table: title, columns: listNames(unknown) },
      },
    );
  }
  const twice = header.filter((name, index) => header.indexOf(name) !== index);
  if (twice.length > 0) {
    throw new RockpoolError('csv_header_mismatch', `The header of ${file} names ${listNames(twice)} twice.`, {
      hint: 'The file is damaged: have it published again.',
      detail: { file, table: title, columns: listNames(twice) },
    });
  }
  const isGenerated = (name: string): boolean => known.get(name)?.generated === true;
  return {
    columns: header.filter((name) => !isGenerated(name)),
    dropped: header.flatMap((name, index) => (isGenerated(name) ? [index] : [])),
    missing: table.columns
      .filter(({ name, generated }) => !generated && !header.includes(name))
      .map(({ name }) => name),
  };
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => (name.length > 63 ? `${name.slice(0, 63)}…` : name));
  return names.length > shown.length
    ? `${shown.join(', ')} and ${names.length - shown.length} more`
    : shown.join(', ');
}
