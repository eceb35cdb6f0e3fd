import { byte } from './bytes.ts';
import type { Scanner } from './scanner.ts';

/** Parts of SQL in which nothing is code. In an `escapeString` a backslash escapes. */
export type EnclosedKind = 'string' | 'escapeString' | 'name' | 'dollar' | 'lineComment' | 'blockComment';

/** Where a scanner is while it is inside of such a part. */
export class Enclosed {
  #kind: EnclosedKind | null = null;
  #tag: Buffer = Buffer.alloc(0);
  #depth = 0;

  /** What the scanner is inside of, null in code. */
  get kind(): EnclosedKind | null {
    return this.#kind;
  }

  /** Goes in, once the scanner is past what opens it. `tag` is that of a dollar quote, its dollars included. */
  open(kind: EnclosedKind, tag: Buffer = Buffer.alloc(0)): void {
    this.#kind = kind;
    this.#tag = tag;
    this.#depth = 1;
  }

  /** Moves the scanner towards the end and goes out there. Returns false when that takes bytes that are not there. */
  skip(scanner: Scanner, last: boolean): boolean {
    switch (this.#kind) {
      case 'lineComment': {
        // The line end is left for the code: it may join two strings.
        const end = scanner.findLineEnd();
        scanner.position = end === -1 ? scanner.length : end;
        return this.#leaveIf(end !== -1);
      }
      case 'blockComment':
        return this.#skipComment(scanner, last);
      case 'name':
        return this.#leaveIf(scanner.skipTo(byte.doubleQuote));
      case 'dollar':
        return this.#leaveIf(scanner.skipPast(this.#tag));
      default:
        return this.#skipString(scanner, last);
    }
  }

  #leaveIf(found: boolean): boolean {
    if (found) this.#kind = null;
    return found;
  }

  #skipString(scanner: Scanner, last: boolean): boolean {
    const at =
      this.#kind === 'string' ? scanner.find(byte.quote) : scanner.findEither(byte.quote, byte.backslash);
    if (at === -1) {
      scanner.position = scanner.length;
      return false;
    }
    scanner.position = at;
    if (at + 1 >= scanner.length && !last) return false;
    const pair = scanner.at(at) === byte.backslash || scanner.at(at + 1) === byte.quote;
    scanner.position = Math.min(at + (pair ? 2 : 1), scanner.length);
    if (!pair) this.#kind = null;
    return true;
  }

  // Comments nest.
  #skipComment(scanner: Scanner, last: boolean): boolean {
    const at = scanner.findEither(byte.star, byte.slash);
    if (at === -1 || (at + 1 >= scanner.length && !last)) {
      scanner.position = at === -1 ? scanner.length : at;
      return false;
    }
    const next = scanner.at(at + 1);
    scanner.position = at + 2;
    if (scanner.at(at) === byte.star && next === byte.slash) this.#depth--;
    else if (scanner.at(at) === byte.slash && next === byte.star) this.#depth++;
    else scanner.position = at + 1;
    if (this.#depth === 0) this.#kind = null;
    return true;
  }
}
