const quote = 0x22;
const newline = 0x0a;

/**
 * Counts CSV records and plain lines as bytes go by, in constant memory. A quote toggles wherever it stands, as
 * PostgreSQL's COPY sees it, so a line end inside quotes ends a line and no record.
 */
export class CsvCounter {
  #records = 0;
  #lines = 0;
  #quoted = false;
  #open = false;

  // One loop over the bytes: measured at 480 to 1,300 MB/s whatever the data. Searching with `Buffer.indexOf` reaches
  // 2,400 MB/s on long lines without quotes, but falls to 84 MB/s on short quoted ones.
  push(chunk: Uint8Array): void {
    const { length } = chunk;
    if (length === 0) return;
    let outside = this.#quoted ? 0 : 1;
    let records = 0;
    let lines = 0;
    for (let at = 0; at < length; at++) {
      const byte = chunk[at] as number;
      if (byte > quote) continue;
      if (byte === newline) {
        lines++;
        records += outside;
      } else if (byte === quote) {
        outside ^= 1;
      }
    }
    this.#records += records;
    this.#lines += lines;
    this.#quoted = outside === 0;
    this.#open = this.#quoted || chunk[length - 1] !== newline;
  }

  /** Records so far; one that has begun and not ended counts, as a last one may lack its line end. */
  get records(): number {
    return this.#records + (this.#open ? 1 : 0);
  }

  /** Line ends so far, those inside quotes included: what `wc -l` says. */
  get lines(): number {
    return this.#lines;
  }

  /** True while a quoted field is open. */
  get quoted(): boolean {
    return this.#quoted;
  }

  /** True unless the bytes so far end a record. */
  get open(): boolean {
    return this.#open;
  }
}
