import type { BrowsedColumn, Cell, Row, TableName } from '../../../../electron/contract/browse.ts';
import { textOf } from './value.tsx';

/** Rows with their head as CSV. What a spreadsheet would take for a formula gets a `'` before it. */
export function rowsToCsv(columns: readonly BrowsedColumn[], rows: readonly Row[]): string {
  const head = columns.map(({ name }) => field(name)).join(',');
  return [head, ...rows.map((row) => row.cells.map(csvCell).join(','))].map((line) => `${line}\n`).join('');
}

function csvCell(cell: Cell): string {
  return cell === null ? '' : field(textOf(cell), true);
}

/** A field of a CSV line, quoted where it must be. */
export function field(text: string, isQuoted = false): string {
  const guarded = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  const needsQuotes = /[",\n\r]/.test(guarded) || (isQuoted && guarded === '');
  return needsQuotes ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

/** A row as an INSERT statement; columns that the server works out are left out. */
export function rowToInsert(table: TableName, columns: readonly BrowsedColumn[], row: Row): string {
  const kept = columns.flatMap((column, index) =>
    column.generated === null ? [[quoteName(column.name), literal(row.cells[index] ?? null)] as const] : [],
  );
  const names = kept.map(([name]) => name).join(', ');
  const values = kept.map(([, value]) => value).join(', ');
  const overriding = columns.some(({ identity }) => identity === 'always') ? ' OVERRIDING SYSTEM VALUE' : '';
  return `INSERT INTO ${quoteName(table.schema)}.${quoteName(table.name)} (${names})${overriding} VALUES (${values});\n`;
}

function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function literal(cell: Cell): string {
  if (cell === null) return 'NULL';
  const text = textOf(cell);
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? `E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}
