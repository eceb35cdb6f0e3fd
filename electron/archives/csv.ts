import type { RowBytes, TableRows } from './contents.ts';
import { CsvCounter } from './count.ts';
import { bomBytes, endOfRecord, noHeader, parseHeader, unterminated } from './header.ts';

// PostgreSQL has 1,600 columns at most, of 63 bytes each.
const maxHeaderBytes = 1024 * 1024;

/** Rows of a CSV file, whose header names their columns. */
export interface CsvRows extends TableRows {
  readonly columns: readonly string[];
}

/**
 * The rows of a CSV file with a header, from its bytes, of which each chunk need be good only until the next one is asked
 * for. Resolves once the header has been read. Throws `csv_header_missing` or `csv_invalid`; the body fails with
 * `csv_invalid` where the file ends inside a quoted field, and with whatever `source` fails with.
 */
export async function openCsv(source: AsyncIterable<Buffer>, file: string): Promise<CsvRows> {
  const counter = new CsvCounter();
  const chunks = source[Symbol.asyncIterator]();
  let bytes = 0;
  const next = async (): Promise<Buffer | null> => {
    const { done, value } = await chunks.next();
    if (done) return null;
    bytes += value.length;
    return value;
  };
  const close = async (): Promise<void> => {
    await chunks.return?.();
  };

  const { columns, rest } = await readHeader(next, file).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  async function* readRows(): AsyncGenerator<Buffer> {
    try {
      for (let rows: Buffer | null = rest; rows !== null; rows = await next()) {
        counter.push(rows);
        if (rows.length > 0) yield rows;
      }
    } finally {
      await close();
    }
    if (counter.quoted) throw unterminated(file, counter.records);
  }
  return {
    columns,
    body: bodyOf(readRows(), close),
    records: () => counter.records,
    bytes: () => bytes,
  };
}

// Not a Readable: that would ask for the next chunk while the last one is still in use.
function bodyOf(rows: AsyncGenerator<Buffer>, close: () => Promise<void>): RowBytes {
  return {
    [Symbol.asyncIterator]: () => rows,
    destroy: () => {
      // Rows that nobody asked for yet have nothing to close their source. Whoever reads them sees their errors.
      Promise.all([rows.return(undefined), close()]).catch(() => {});
    },
  };
}

async function readHeader(
  next: () => Promise<Buffer | null>,
  file: string,
): Promise<{ columns: string[]; rest: Buffer }> {
  let head: Buffer = Buffer.alloc(0);
  for (let chunk = await next(); chunk !== null; chunk = await next()) {
    head = Buffer.concat([head, chunk]);
    const end = endOfRecord(head);
    if (end !== -1) {
      return { columns: parseHeader(head.subarray(bomBytes(head), end), file), rest: head.subarray(end) };
    }
    if (head.length > maxHeaderBytes) throw noHeader(file, 'its first line is longer than 1 MiB');
  }
  if (head.length === bomBytes(head)) throw noHeader(file, 'it is empty');
  return { columns: parseHeader(head.subarray(bomBytes(head)), file), rest: Buffer.alloc(0) };
}
