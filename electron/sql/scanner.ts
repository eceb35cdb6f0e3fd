import { byte as known } from './bytes.ts';

const copyEndMark = Buffer.from('\n\\.');
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** White space as PostgreSQL's scanner has it. */
export function isSpace(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13);
}

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** True for a byte that a name can begin with; all bytes above ASCII can. */
export function startsName(byte: number): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || byte === 0x5f || byte >= 0x80;
}

export function continuesName(byte: number): boolean {
  return startsName(byte) || isDigit(byte) || byte === 0x24;
}

/**
 * Bytes that come in piece by piece, with a position in them. Bytes before `start` are let go by the next
 * `append`, which moves all positions.
 */
export class Scanner {
  start = 0;
  position = 0;
  length = 0;
  /** Bytes that were let go: where in the whole the buffer begins. */
  passedBytes = 0;
  #buffer = Buffer.alloc(0);
  #hasBegun = false;
  readonly #decode: (bytes: Buffer) => string;

  constructor(decode = (bytes: Buffer): string => bytes.toString('utf8')) {
    this.#decode = decode;
  }

  append(chunk: Buffer): void {
    if (this.start > 0) {
      this.#buffer.copy(this.#buffer, 0, this.start, this.length);
      this.passedBytes += this.start;
      this.length -= this.start;
      this.position -= this.start;
      this.start = 0;
    }
    if (this.length + chunk.length > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(2 * this.#buffer.length, this.length + chunk.length));
      this.#buffer.copy(larger, 0, 0, this.length);
      this.#buffer = larger;
    }
    chunk.copy(this.#buffer, this.length);
    this.length += chunk.length;
  }

  /** Goes past a byte order mark at the very beginning; returns false when too few bytes are there to tell. */
  skipByteOrderMark(last: boolean): boolean {
    if (this.#hasBegun) return true;
    if (this.length < byteOrderMark.length && !last) return false;
    this.#hasBegun = true;
    if (this.bytes(0, byteOrderMark.length).equals(byteOrderMark)) {
      this.position = byteOrderMark.length;
      this.start = byteOrderMark.length;
    }
    return true;
  }

  /** The byte there, 0 past the end. */
  at(index: number): number {
    return index < this.length ? (this.#buffer[index] as number) : 0;
  }

  /** A view that is good until the next `append`. */
  bytes(from: number, to: number): Buffer {
    return this.#buffer.subarray(from, Math.min(to, this.length));
  }

  text(from: number, to: number): string {
    return this.#decode(this.bytes(from, to));
  }

  /** The same for words that are compared with keywords: whatever is above ASCII stays apart from them. */
  word(from: number, to: number): string {
    return this.#buffer.toString('latin1', from, Math.min(to, this.length));
  }

  /** Where the byte is found from the position on, or -1. */
  find(byte: number, from = this.position): number {
    const at = this.#buffer.indexOf(byte, from);
    return at === -1 || at >= this.length ? -1 : at;
  }

  findEither(one: number, other: number): number {
    const buffer = this.#buffer;
    for (let at = this.position; at < this.length; at++) {
      if (buffer[at] === one || buffer[at] === other) return at;
    }
    return -1;
  }

  findLineEnd(): number {
    return this.findEither(known.lineFeed, known.return);
  }

  /** Goes past the byte; goes to the end and returns false where it does not come. */
  skipTo(byte: number): boolean {
    const at = this.find(byte);
    this.position = at === -1 ? this.length : at + 1;
    return at !== -1;
  }

  /** Goes past the mark; where it does not come, goes as far as it cannot have begun, and returns false. */
  skipPast(mark: Buffer): boolean {
    const at = this.bytes(0, this.length).indexOf(mark, this.position);
    this.position = at === -1 ? Math.max(this.position, this.length - mark.length + 1) : at + mark.length;
    return at !== -1;
  }

  /** The end of the run of bytes that begins at `from` and satisfies the test. */
  endOf(from: number, test: (byte: number) => boolean): number {
    let at = from;
    while (at < this.length && test(this.#buffer[at] as number)) at++;
    return at;
  }

  countLines(from: number, to: number): number {
    let count = 0;
    const view = this.bytes(0, to);
    for (let at = view.indexOf(known.lineFeed, from); at !== -1; at = view.indexOf(known.lineFeed, at + 1))
      count++;
    return count;
  }

  /** A line `\.` from `start` on, which is at the start of a line; null where it is not whole yet. */
  findCopyEnd(last: boolean): { at: number; after: number } | null {
    const view = this.bytes(0, this.length);
    let at = view[this.start] === known.backslash && view[this.start + 1] === 0x2e ? this.start : -1;
    let from = this.start;
    for (;;) {
      if (at === -1) {
        const found = view.indexOf(copyEndMark, from);
        if (found === -1) return null;
        at = found + 1;
      }
      let after = at + 2;
      if (view[after] === known.return) after++;
      if (view[after] === known.lineFeed) return { at, after: after + 1 };
      if (after >= this.length) return last ? { at, after: this.length } : null;
      from = at;
      at = -1;
    }
  }

  /** How far rows can be handed over: up to the last whole line, or all of them at the end. */
  wholeLinesEnd(last: boolean): number {
    if (last) return this.length;
    const at = this.bytes(0, this.length).lastIndexOf(known.lineFeed);
    return Math.max(at + 1, this.start);
  }
}
