/** How many streams one source is asked for at once, found out while it is pulled from. */
export interface PaceOptions {
  readonly turnMs?: number;
  readonly streamsAtMost?: number;
}

// One stream of a store is often held to less than this; a faster one is the best there is, and some servers pay for
// each range with a reading of the whole file.
const fastBytesPerS = 64 * 1024 * 1024;
// What is slow for a second may only be starting.
const turnsToJudge = 2;
/** What one more stream has to bring: less may be chance. */
const gain = 1.15;

/**
 * Begins with one stream: what is being restored meanwhile waits for whole files, and these come soonest one by one. As
 * long as that is slow another is tried, and kept where more came by it. A link that is narrow as a whole goes on with
 * one, a store that holds each stream to so much gets several.
 */
export class Pace implements Disposable {
  readonly #timer: NodeJS.Timeout;
  readonly #turnMs: number;
  readonly #streamsAtMost: number;
  readonly #changed = new Set<() => void>();
  #streams = 1;
  #came = 0;
  #turns: number[] = [];
  /** Bytes per second before the last stream was added, null where none is being tried. */
  #before: number | null = null;
  #isSettled = false;

  constructor({ turnMs = 1000, streamsAtMost = 4 }: PaceOptions = {}) {
    this.#turnMs = turnMs;
    this.#streamsAtMost = streamsAtMost;
    this.#timer = setInterval(() => this.#turn(), turnMs);
    this.#timer.unref();
  }

  get streams(): number {
    return this.#streams;
  }

  /** Hears of all bytes that come, of whatever file. */
  add(bytes: number): void {
    this.#came += bytes;
  }

  /** Calls whenever there may be more streams than before; returns what ends that. */
  onMore(call: () => void): () => void {
    this.#changed.add(call);
    return () => this.#changed.delete(call);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #turn(): void {
    const rate = (this.#came * 1000) / this.#turnMs;
    this.#came = 0;
    // Nothing came: it was being listed, hashed or waited for.
    if (this.#isSettled || rate === 0) return;
    this.#turns.push(rate);
    if (this.#turns.length < turnsToJudge) return;
    const now = this.#turns.reduce((sum, one) => sum + one, 0) / this.#turns.length;
    this.#turns = [];
    if (this.#before !== null && now < this.#before * gain) {
      this.#streams -= 1;
      this.#isSettled = true;
      return;
    }
    this.#before = null;
    if (now >= fastBytesPerS) return;
    if (this.#streams >= this.#streamsAtMost) {
      this.#isSettled = true;
      return;
    }
    this.#before = now;
    this.#streams += 1;
    for (const call of this.#changed) call();
  }
}
