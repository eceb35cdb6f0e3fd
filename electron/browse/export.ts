import type { Cell, ExportFormat, RowsPage, RowsWish, TableName } from '../contract/browse.ts';
import { RockpoolError } from '../contract/errors.ts';
import { quoteLiteral, quoteName, quoteQualified } from '../sql/quote.ts';
import { readRows } from './rows.ts';
import type { LiveReader } from './sessions.ts';

const longestCell = 1_048_576;
const mostCharacters = 64 * 1_048_576;

/** Writes a page of rows as CSV or as INSERT statements, with whole values. Throws `usage` where one is too long for that. */
export async function exportRows(
  reader: LiveReader,
  wish: RowsWish,
  format: ExportFormat,
  signal?: AbortSignal,
): Promise<string> {
  const page = await readRows(reader, { ...wish, cellLimit: longestCell }, signal);
  refuseCut(page, wish.table);
  return format === 'csv' ? writeCsv(page) : writeInserts(page, wish.table);
}

function refuseCut({ columns, rows }: RowsPage, { schema, name }: TableName): void {
  let total = 0;
  for (const { cells } of rows) {
    for (const [at, cell] of cells.entries()) {
      total += textOf(cell)?.length ?? 0;
      const isCut = cell !== null && typeof cell === 'object';
      if (!isCut && total <= mostCharacters) continue;
      throw new RockpoolError(
        'usage',
        `${schema}.${name} holds values that are too long to be written like this.`,
        {
          hint: 'Take fewer rows, or copy the long value alone.',
          detail: { table: `${schema}.${name}`, column: columns[at]?.name ?? '' },
        },
      );
    }
  }
}

function textOf(cell: Cell): string | null {
  return cell !== null && typeof cell === 'object' ? cell.text : cell;
}

/**
 * Rows as CSV with a header; NULL is empty, an empty text is `""`. What a spreadsheet would take for a formula gets a
 * `'` in front, numbers excepted (C25).
 */
function writeCsv({ columns, rows }: Pick<RowsPage, 'columns' | 'rows'>): string {
  const head = columns.map((column) => csvField(column.name, true)).join(',');
  const lines = rows.map(({ cells }) =>
    cells.map((cell, at) => csvField(textOf(cell), columns[at]?.shape !== 'number')).join(','),
  );
  return `${[head, ...lines].join('\r\n')}\r\n`;
}

function csvField(text: string | null, isGuarded: boolean): string {
  if (text === null) return '';
  const guarded = isGuarded && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return guarded === '' || /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

/** Rows as INSERT statements that can be run again elsewhere; generated columns are left out. */
function writeInserts({ columns, rows }: Pick<RowsPage, 'columns' | 'rows'>, table: TableName): string {
  const taken = columns.flatMap((column, at) => (column.generated === null ? [at] : []));
  const names = taken.map((at) => quoteName(columns[at]?.name ?? '')).join(', ');
  const overriding = columns.some((column) => column.identity === 'always') ? ' OVERRIDING SYSTEM VALUE' : '';
  return rows
    .map(({ cells }) => {
      if (taken.length === 0) return `INSERT INTO ${quoteQualified(table)} DEFAULT VALUES;\n`;
      const values = taken.map((at) => literalOf(textOf(cells[at] ?? null))).join(', ');
      return `INSERT INTO ${quoteQualified(table)} (${names})${overriding} VALUES (${values});\n`;
    })
    .join('');
}

// A quoted literal takes the type of its column, so that every type can be written as its text.
function literalOf(text: string | null): string {
  return text === null ? 'NULL' : quoteLiteral(text).trim();
}
