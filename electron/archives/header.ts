import { RockpoolError } from '../contract/errors.ts';

const quote = 0x22;
const newline = 0x0a;

/** Where the first record of a CSV file ends, just behind its line end; -1 where it is not whole yet. */
export function endOfRecord(bytes: Buffer): number {
  let quoted = false;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === quote) quoted = !quoted;
    else if (bytes[at] === newline && !quoted) return at + 1;
  }
  return -1;
}

/** How many bytes of a UTF-8 byte order mark the file starts with: 3 or 0. */
export function bomBytes(bytes: Buffer): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

/**
 * The column names of a header, given without its byte order mark. Throws `csv_header_missing` where the record
 * cannot be one, `csv_invalid` where it is no CSV. Messages tell places only: without a header the first record is data.
 */
export function parseHeader(record: Buffer, file: string): string[] {
  const columns = splitFields(decode(record, file).replace(/\r?\n?$/, ''), file);
  const empty = columns.indexOf('');
  if (empty !== -1) throw noHeader(file, `field ${empty + 1} of its first line is empty`);
  const first = new Map<string, number>();
  for (const [index, column] of columns.entries()) {
    const same = first.get(column);
    if (same !== undefined) {
      throw noHeader(file, `fields ${same + 1} and ${index + 1} of its first line are the same`);
    }
    first.set(column, index);
  }
  return columns;
}

/** The error for a table file that does not begin with the names of its columns. */
export function noHeader(file: string, because: string): RockpoolError {
  return new RockpoolError('csv_header_missing', `${file} has no header: ${because}.`, {
    hint: 'The first line of a table file has to name its columns. Have it published again with a header.',
    detail: { file },
  });
}

function decode(record: Buffer, file: string): string {
  const utf16 = (record[0] === 0xff && record[1] === 0xfe) || (record[0] === 0xfe && record[1] === 0xff);
  if (!utf16 && !record.includes(0)) {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(record);
    } catch {
      // Told below.
    }
  }
  throw new RockpoolError('csv_invalid', `The header of ${file} is no UTF-8 text.`, {
    hint: 'Table files have to be UTF-8: convert it, or have it published again.',
    detail: { file, sqlstate: '22021' },
  });
}

function splitFields(line: string, file: string): string[] {
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at] as string;
    if (quoted && character === '"' && line[at + 1] === '"') {
      field += '"';
      at++;
    } else if (character === '"') {
      quoted = !quoted;
    } else if (!quoted && character === ',') {
      fields.push(field);
      field = '';
    } else if (!quoted && character === '\r') {
      throw new RockpoolError('csv_invalid', `The lines of ${file} end with a carriage return alone.`, {
        hint: 'Convert its line ends to LF, or have it published again.',
        detail: { file },
      });
    } else {
      field += character;
    }
  }
  if (quoted) throw unterminated(file, 0);
  fields.push(field);
  return fields;
}

/** The error for a quoted field that the end of the file cuts; `record` counts from 1, 0 is the header. */
export function unterminated(file: string, record: number): RockpoolError {
  const where = record === 0 ? 'its header' : `record ${record}`;
  return new RockpoolError('csv_invalid', `${file} ends inside a quoted field, in ${where}.`, {
    hint: 'The file was cut, or a quote is missing: have it published again.',
    detail: { file, record },
  });
}
