import { pipeline, type Readable, Transform } from 'node:stream';
import type { TableRows } from './contents.ts';
import { CsvCounter } from './count.ts';
import { bomBytes, endOfRecord, noHeader, parseHeader, unterminated } from './header.ts';

// PostgreSQL has 1,600 columns at most, of 63 bytes each.
const maxHeaderBytes = 1024 * 1024;

/** Rows of a CSV file, whose header names their columns. */
export interface CsvRows extends TableRows {
  readonly columns: readonly string[];
  readonly body: Readable;
}

/**
 * The rows of a CSV file with a header, from its bytes. Resolves once the header has been read. Throws
 * `csv_header_missing` or `csv_invalid`; the body fails with `csv_invalid` where the file ends inside a quoted field,
 * and with whatever `source` fails with.
 */
export function openCsv(source: Readable, file: string): Promise<CsvRows> {
  const header = Promise.withResolvers<string[]>();
  const counter = new CsvCounter();
  let bytes = 0;
  let head: Buffer | null = Buffer.alloc(0);

  const readHeader = (whole: Buffer, end: number): Buffer => {
    header.resolve(parseHeader(whole.subarray(bomBytes(whole), end), file));
    head = null;
    return whole.subarray(end);
  };
  const pass = (body: Transform, rows: Buffer): void => {
    counter.push(rows);
    if (rows.length > 0) body.push(rows);
  };

  const body = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      try {
        if (head === null) {
          pass(body, chunk);
          return done();
        }
        head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
        const end = endOfRecord(head);
        if (end !== -1) pass(body, readHeader(head, end));
        else if (head.length > maxHeaderBytes) throw noHeader(file, 'its first line is longer than 1 MiB');
        done();
      } catch (error) {
        done(error as Error);
      }
    },
    flush(done) {
      try {
        if (head !== null) {
          if (head.length === bomBytes(head)) throw noHeader(file, 'it is empty');
          readHeader(head, head.length);
        }
        if (counter.quoted) throw unterminated(file, counter.records);
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
  pipeline(source, body, (error) => {
    if (error) header.reject(error);
  });
  return header.promise.then((columns) => ({
    columns,
    body,
    records: () => counter.records,
    bytes: () => bytes,
  }));
}
