import type { Node } from 'libpg-query';
import { RockpoolError } from '../../contract/errors.ts';
import type { SqlParser } from '../../sql/parser.ts';
import type { SqlStatement } from '../../sql/split-items.ts';
import type { RowFormat } from '../contents.ts';

/** Where the rows that follow a COPY belong, and how they are written. */
export interface CopyTarget {
  readonly schema: string | null;
  readonly table: string;
  /** Null for all columns. */
  readonly columns: readonly string[] | null;
  readonly format: RowFormat;
  /** True where the first row is a header. */
  readonly header: boolean;
}

/**
 * Reads a COPY … FROM stdin. Throws `sql_refused` for one that reads a file or a program of the server, or that has
 * options with which rows cannot be counted.
 */
export function readCopy(parser: SqlParser, statement: SqlStatement): CopyTarget {
  const target = findCopyTarget(parser, statement);
  if (target === null) throw refused(statement, 'it has options that are not known here');
  return target;
}

/** The same; null for options with which rows cannot be counted. */
export function findCopyTarget(parser: SqlParser, statement: SqlStatement): CopyTarget | null {
  const node = parser.parse(statement);
  const copy = 'CopyStmt' in node ? node.CopyStmt : null;
  const relation = copy?.relation;
  if (copy === null || relation?.relname === undefined || copy.is_from !== true) {
    throw refused(statement, 'it is no COPY of rows into a table');
  }
  if (copy.is_program === true || copy.filename !== undefined) {
    throw refused(statement, 'it reads or writes a file of the server');
  }
  if (copy.whereClause !== undefined) return null;
  let kind: RowFormat['kind'] = 'text';
  let header = false;
  const more: { delimiter?: string; nullText?: string } = {};
  for (const option of copy.options ?? []) {
    if (!('DefElem' in option)) continue;
    const { defname = '', arg } = option.DefElem;
    const value = textOf(arg);
    if (defname === 'format' && (value === 'csv' || value === 'text')) kind = value;
    else if (defname === 'header') {
      if (/^match$/i.test(value ?? '')) return null;
      header = !/^(false|off|0)$/.test(value ?? 'true');
    } else if (defname === 'delimiter' && value !== null) more.delimiter = value;
    else if (defname === 'null' && value !== null) more.nullText = value;
    else if (defname === 'quote' && value === '"') continue;
    else if (defname === 'escape' && value === '"') continue;
    else if (defname !== 'freeze') return null;
  }
  return {
    schema: relation.schemaname ?? null,
    table: relation.relname,
    columns: copy.attlist === undefined ? null : copy.attlist.map((column) => textOf(column) ?? ''),
    format: { kind, ...more },
    header,
  };
}

function textOf(node: Node | undefined): string | null {
  if (node === undefined) return null;
  if ('String' in node) return node.String.sval ?? '';
  if ('Boolean' in node) return String(node.Boolean.boolval ?? false);
  if ('Integer' in node) return String(node.Integer.ival ?? 0);
  return null;
}

function refused({ file, line }: SqlStatement, reason: string): RockpoolError {
  return new RockpoolError(
    'sql_refused',
    `${file} holds a COPY that is not allowed in line ${line}: ${reason}.`,
    {
      hint: 'Nothing of the dataset was kept. Ask those who publish it, or have it exported with pg_dump.',
      detail: { file, line },
    },
  );
}
