const lineFeed = 10;
const carriageReturn = 13;
const quote = 0x22;

/**
 * Where a record stands in a file: which one it is, counted from 1, and the line in which it begins, below the header;
 * null for rows that are not a file of their own.
 */
export interface RecordPlace {
  readonly record: number;
  readonly line: number | null;
}

/**
 * Finds the record that COPY means by a line number. COPY adds a line for each record, and inside quotes for each line
 * feed or, in a file whose lines end otherwise, for each carriage return; it does not know which before the first
 * record has ended, and counts carriage returns until then (CopyReadLineText in copyfromparse.c). Returns null where
 * there is no such line.
 */
export async function findRecord(rows: AsyncIterable<Buffer>, copyLine: number): Promise<RecordPlace | null> {
  let counted = 0;
  let record = 0;
  let line = 1;
  let begins = 1;
  let inRecord = false;
  let quoted = false;
  let counts = carriageReturn;
  let before = 0;
  for await (const chunk of rows) {
    for (const byte of chunk) {
      if (!inRecord) {
        inRecord = true;
        counted++;
        record++;
        begins = line;
      }
      if (byte === quote) quoted = !quoted;
      if (quoted && byte === counts) counted++;
      if (byte === lineFeed) {
        line++;
        if (!quoted) {
          if (record === 1 && before !== carriageReturn) counts = lineFeed;
          inRecord = false;
          if (counted >= copyLine) return { record, line: begins };
        }
      }
      before = byte;
    }
  }
  return inRecord && counted >= copyLine ? { record, line: begins } : null;
}
