/** What stands in a field: null is an empty field, an empty string is a quoted one. */
export type Cell = string | number | boolean | null;

/** The columns of a table in their order, each with how it is read off a row's subject. */
export type Columns<T> = Readonly<Record<string, (row: T) => Cell>>;

/** Writes rows byte for byte as PostgreSQL's `COPY (SELECT * FROM …) TO … WITH (FORMAT csv, HEADER)` does. */
export function writeCsv<T>(rows: readonly T[], columns: Columns<T>): string {
  const names = Object.keys(columns);
  const readers = Object.values(columns);
  const lines = rows.map((row) => readers.map((read) => field(read(row))).join(','));
  return `${[names.join(','), ...lines].join('\n')}\n`;
}

function field(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'boolean') return cell ? 't' : 'f';
  const text = String(cell);
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A `timestamp with time zone` in UTC: `2026-03-12 09:14:22.18+00`. */
export function instant(moment: number): string {
  const text = new Date(moment).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 23).replace(/\.?0*$/, '')}+00`;
}

/** A `date`: `2026-03-12`. */
export function day(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10);
}

/** A `daterange` from one day up to, but not including, another: `[2026-06-01,2026-07-01)`. */
export function dayRange(from: number, until: number): string {
  return `[${day(from)},${day(until)})`;
}

/** A `numeric` with `digits` places from a whole number of its smallest unit, such as cents. */
export function decimal(units: number, digits = 2): string {
  const text = String(Math.abs(units)).padStart(digits + 1, '0');
  return `${units < 0 ? '-' : ''}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** A `text[]`: `{read,"read all"}`. */
export function textArray(items: readonly string[]): string {
  const quoted = items.map((item) =>
    /^$|[\s{}",\\]|^null$/i.test(item) ? `"${item.replace(/["\\]/g, '\\$&')}"` : item,
  );
  return `{${quoted.join(',')}}`;
}

/** What a `jsonb` column can hold here. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A `jsonb` as PostgreSQL prints it: short keys first, a blank after each colon and comma. */
export function jsonb(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(jsonb).join(', ')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value as { readonly [key: string]: Json }).sort(
    ([a], [b]) => a.length - b.length || (a < b ? -1 : 1),
  );
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}: ${jsonb(item)}`).join(', ')}}`;
}

/** The value, or null where there is none, of a field that may be empty. */
export function optional<T>(value: T | null, write: (value: T) => Cell): Cell {
  return value === null ? null : write(value);
}
