import { pipeline, Readable, Transform } from 'node:stream';
import { RockpoolError } from '../contract/errors.ts';
import type { RowBytes } from './contents.ts';

const comma = 0x2c;
const quote = 0x22;
const newline = 0x0a;
const carriageReturn = 0x0d;

/**
 * CSV records without some of their fields, every other byte as it was: quoting and line ends are kept. `indexes`
 * count from 0. Fails with `csv_invalid` where a record ends before the last of these fields. For columns that stand
 * in a file and must not be loaded, such as generated ones.
 */
export function withoutColumns(
  body: RowBytes,
  indexes: readonly number[],
  file = 'the table file',
): RowBytes {
  if (indexes.length === 0) return body;
  const scanner = new FieldDropper(indexes, file);
  const kept = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        done(null, scanner.push(chunk));
      } catch (error) {
        done(error as Error);
      }
    },
    flush(done) {
      try {
        scanner.end();
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
  pipeline(body instanceof Readable ? body : Readable.from(copied(body)), kept, () => {
    // Whoever reads `kept` sees the error there; the callback only keeps it from being thrown twice.
  });
  return kept;
}

// A stream reads ahead, and a chunk is good until the next one is asked for.
async function* copied(body: RowBytes): AsyncGenerator<Buffer> {
  for await (const chunk of body) yield Buffer.from(chunk);
}

class FieldDropper {
  readonly #dropped: readonly boolean[];
  readonly #wanted: number;
  readonly #file: string;
  #field = 0;
  #keptInRecord = 0;
  #records = 0;
  #quoted = false;
  /** The last byte before this chunk, for a line end that two chunks share. */
  #before = newline;

  constructor(indexes: readonly number[], file: string) {
    this.#wanted = Math.max(...indexes) + 1;
    this.#dropped = Array.from({ length: this.#wanted }, (_, index) => indexes.includes(index));
    this.#file = file;
  }

  push(chunk: Buffer): Buffer {
    const pieces: Buffer[] = [];
    let from = this.#isDropped() ? -1 : 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (byte > comma) continue;
      if (byte === quote) {
        this.#quoted = !this.#quoted;
      } else if (byte === comma && !this.#quoted) {
        const wasDropped = this.#isDropped();
        if (!wasDropped) this.#keptInRecord++;
        this.#field++;
        const isDropped = this.#isDropped();
        if (!wasDropped && isDropped) {
          pieces.push(chunk.subarray(from, at));
          from = -1;
        } else if (wasDropped && !isDropped) {
          // The comma in front of a kept field is its own, unless no field was kept before it.
          from = this.#keptInRecord > 0 ? at : at + 1;
        }
      } else if (byte === newline && !this.#quoted) {
        if (from === -1) {
          const previous = at > 0 ? chunk[at - 1] : this.#before;
          if (at === 0 && previous === carriageReturn) pieces.push(Buffer.from('\r'));
          from = at > 0 && previous === carriageReturn ? at - 1 : at;
        }
        this.#endRecord();
        if (this.#isDropped()) {
          pieces.push(chunk.subarray(from, at + 1));
          from = -1;
        }
      }
    }
    if (from !== -1) pieces.push(chunk.subarray(from));
    if (chunk.length > 0) this.#before = chunk[chunk.length - 1] as number;
    return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
  }

  /** A last record may lack its line end, but not its fields. */
  end(): void {
    if (this.#before !== newline || this.#quoted || this.#field > 0) this.#endRecord();
  }

  #isDropped(): boolean {
    return this.#dropped[this.#field] === true;
  }

  #endRecord(): void {
    this.#records++;
    if (this.#field + 1 < this.#wanted) {
      throw new RockpoolError(
        'csv_invalid',
        `Record ${this.#records} of ${this.#file} has ${this.#field + 1} fields, fewer than its header.`,
        {
          hint: 'The file is damaged or no CSV: have it published again.',
          detail: { file: this.#file, record: this.#records, fields: this.#field + 1 },
        },
      );
    }
    this.#field = 0;
    this.#keptInRecord = 0;
  }
}
