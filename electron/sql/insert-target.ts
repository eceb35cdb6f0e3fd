const part = String.raw`("(?:[^"]|"")+"|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)`;
const insert = new RegExp(String.raw`^insert\s+into\s+${part}(?:\s*\.\s*${part})?`, 'i');

/** The table that an INSERT names; null for any other statement, and where a comment stands in between. */
export function insertTarget(text: string): { schema: string | null; table: string } | null {
  const [, first, second] = insert.exec(text) ?? [];
  if (first === undefined) return null;
  return second === undefined
    ? { schema: null, table: nameOf(first) }
    : { schema: nameOf(first), table: nameOf(second) };
}

// Names without quotes are in small letters, as far as these are ASCII.
function nameOf(written: string): string {
  return written.startsWith('"')
    ? written.slice(1, -1).replaceAll('""', '"')
    : written.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
