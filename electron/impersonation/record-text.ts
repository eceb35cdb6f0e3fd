/**
 * Reads a row as PostgreSQL writes it as one text, `(1,"a ""b""",)`: the texts of its columns in order, null for those
 * that are NULL (PostgreSQL manual, rowtypes-io-syntax). A text read from one is written by the type's own output, and
 * the type's own input makes the same value of it.
 */
export function parseRecordText(text: string): (string | null)[] {
  if (text === '()') return [];
  const values: (string | null)[] = [];
  const end = text.length - 1;
  let at = 1;
  for (;;) {
    const [value, next] = readValue(text, at, end);
    values.push(value);
    if (next >= end) return values;
    at = next + 1;
  }
}

function readValue(text: string, start: number, end: number): [value: string | null, next: number] {
  const plain = text.indexOf(',', start);
  const plainEnd = plain === -1 ? end : plain;
  if (text[start] !== '"') return [plainEnd === start ? null : text.slice(start, plainEnd), plainEnd];
  let value = '';
  let at = start + 1;
  for (;;) {
    const special = /["\\]/g;
    special.lastIndex = at;
    const found = special.exec(text)?.index ?? end;
    value += text.slice(at, found);
    const next = text[found + 1];
    if (text[found] === '"' && next !== '"') return [value, found + 1];
    // A quote or a backslash within is written twice.
    value += next ?? '';
    at = found + 2;
  }
}
