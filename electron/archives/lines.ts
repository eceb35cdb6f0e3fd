const lineFeed = 0x0a;
const carriageReturn = 0x0d;
// U+2028 and U+2029 in UTF-8 are these and one of the last two.
const separatorStart = Buffer.from([0xe2, 0x80]);
const separators: ReadonlySet<number> = new Set([0xa8, 0xa9]);

/** How many lines a file has, in the ways in which file stores are known to count. */
export interface LineCounts {
  /** A line feed, a carriage return, both together, and the end of the file each end a line: Node's readline. */
  readonly lines: number;
  /** U+2028 and U+2029 as well: newer versions of it. */
  readonly separated: number;
  /** Line feeds alone: `wc -l`. */
  readonly feeds: number;
}

/** Counts lines as bytes go by, in constant memory; those inside of quotes count. */
export class LineCounter {
  #feeds = 0;
  #ends = 0;
  #separators = 0;
  /** The last bytes so far, two at most. */
  #tail: Buffer = Buffer.alloc(0);
  #endsWithSeparator = false;

  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    let feeds = 0;
    for (let at = chunk.indexOf(lineFeed); at !== -1; at = chunk.indexOf(lineFeed, at + 1)) feeds++;
    let ends = feeds;
    for (let at = chunk.indexOf(carriageReturn); at !== -1; at = chunk.indexOf(carriageReturn, at + 1)) {
      if (chunk[at + 1] !== lineFeed) ends++;
    }
    // Counted as one of its own when it stood last.
    if (chunk[0] === lineFeed && this.#tail.at(-1) === carriageReturn) ends--;
    this.#feeds += feeds;
    this.#ends += ends;
    this.#countSeparators(chunk);
    this.#tail = Buffer.from(
      chunk.length > 1 ? chunk.subarray(-2) : Buffer.concat([this.#tail, chunk]).subarray(-2),
    );
  }

  #countSeparators(chunk: Buffer): void {
    const seam = Buffer.concat([this.#tail, chunk.subarray(0, 2)]);
    const first = separatorStart[0] as number;
    let last = -1;
    const isOne = (bytes: Buffer, at: number): boolean =>
      bytes[at] === first && bytes[at + 1] === separatorStart[1] && separators.has(bytes[at + 2] ?? 0);
    // Those that began in what came before.
    for (let at = 0; at < this.#tail.length; at++) {
      if (!isOne(seam, at)) continue;
      this.#separators++;
      last = at + 3 - this.#tail.length;
    }
    for (let at = chunk.indexOf(separatorStart); at !== -1; at = chunk.indexOf(separatorStart, at + 2)) {
      if (!separators.has(chunk[at + 2] ?? 0)) continue;
      this.#separators++;
      last = at + 3;
    }
    this.#endsWithSeparator = last === chunk.length;
  }

  /** What has begun and not ended counts as a line, but for `feeds`. */
  get counts(): LineCounts {
    const open = this.#isEnded ? 0 : 1;
    return {
      lines: this.#ends + open,
      separated: this.#ends + this.#separators + (this.#endsWithSeparator ? 0 : open),
      feeds: this.#feeds,
    };
  }

  /** True where more could follow without another number of lines: what is cut there cannot be told by counting. */
  get open(): boolean {
    return this.#tail.length > 0 && this.#tail.at(-1) !== lineFeed;
  }

  get #isEnded(): boolean {
    const last = this.#tail.at(-1);
    return last === undefined || last === lineFeed || last === carriageReturn;
  }
}

/**
 * Whether a file with these counts has as many lines as a file store said, which does not say how it counts: `maybe` where
 * that is so in one way of counting and not in another, as a part of the file may have it too.
 */
export function isCounted({ lines, separated, feeds }: LineCounts, promised: number): 'yes' | 'maybe' | 'no' {
  if (lines === promised && separated === promised) return 'yes';
  return lines === promised || separated === promised || feeds === promised ? 'maybe' : 'no';
}
