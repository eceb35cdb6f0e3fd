import type { RowBytes, RowFormat, TableRows } from '../contents.ts';
import { CsvCounter } from '../count.ts';
import type { CopyTarget } from './copy.ts';
import { damaged } from './damage.ts';

const newline = 0x0a;
const endMark = Buffer.from('\n\\.\n');

/** Counts rows of either format as they go by. */
export interface RowCounter {
  push(chunk: Buffer): void;
  readonly records: number;
}

/** A counter of rows without a header. */
export function openCounter(kind: RowFormat['kind']): RowCounter {
  return kind === 'csv' ? new CsvCounter() : new LineCounter();
}

/** Rows for COPY out of bytes that have no header and no end mark. `bytes` tells how far the file has been read. */
export function openRows(
  chunks: AsyncGenerator<Buffer>,
  { columns, format, header }: CopyTarget,
  encoding: string,
  bytes: () => number,
): TableRows {
  const counter = openCounter(format.kind);
  const full: RowFormat = { ...format, encoding };
  return {
    columns,
    format: full,
    body: bodyOf(count(header ? withoutFirstLine(chunks) : chunks, counter)),
    records: () => counter.records,
    bytes,
  };
}

// Not a Readable: that would ask for the next chunk while the last one is still in use.
function bodyOf(rows: AsyncGenerator<Buffer>): RowBytes {
  return {
    [Symbol.asyncIterator]: () => rows,
    destroy: () => {
      // Whoever reads it sees its errors.
      rows.return(undefined).catch(() => {});
    },
  };
}

async function* count(chunks: AsyncIterable<Buffer>, counter: RowCounter): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    counter.push(chunk);
    yield chunk;
  }
}

class LineCounter implements RowCounter {
  #lines = 0;
  #open = false;

  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    let lines = 0;
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, at + 1)) lines++;
    this.#lines += lines;
    this.#open = chunk[chunk.length - 1] !== newline;
  }

  get records(): number {
    return this.#lines + (this.#open ? 1 : 0);
  }
}

/**
 * The rows of a data block of pg_dump, which end with a line `\.` and empty lines after it. Throws `archive_damaged`
 * where that line is missing, as in an archive that was cut, or where more follows.
 */
export async function* withoutEndMark(chunks: AsyncIterable<Buffer>, file: string): AsyncGenerator<Buffer> {
  // A line end in front lets the mark be found on the first line too.
  let held: Buffer = Buffer.from('\n');
  let isFirst = true;
  let ended = false;
  for await (const chunk of chunks) {
    if (ended) {
      requireBlank(chunk, file);
      continue;
    }
    const all = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const at = all.indexOf(endMark);
    const upTo = at === -1 ? all.length - beginOfMark(all) : at + 1;
    const rows = all.subarray(isFirst ? Math.min(1, upTo) : 0, upTo);
    if (upTo > 0) isFirst = false;
    held = Buffer.from(all.subarray(upTo));
    if (rows.length > 0) yield rows;
    if (at === -1) continue;
    ended = true;
    requireBlank(all.subarray(at + endMark.length), file);
  }
  if (!ended) throw damaged(file, 'its rows have no end');
}

// How many of the last bytes the mark can begin with.
function beginOfMark(bytes: Buffer): number {
  for (let length = endMark.length - 1; length > 0; length--) {
    if (bytes.length >= length && bytes.subarray(-length).equals(endMark.subarray(0, length))) return length;
  }
  return 0;
}

function requireBlank(chunk: Buffer, file: string): void {
  if (chunk.some((byte) => byte !== newline)) throw damaged(file, 'something follows the end of its rows');
}

async function* withoutFirstLine(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let found = false;
  for await (const chunk of chunks) {
    if (found) yield chunk;
    const at = found ? -1 : chunk.indexOf(newline);
    if (at === -1) continue;
    found = true;
    yield chunk.subarray(at + 1);
  }
}
