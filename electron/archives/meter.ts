import type { PublishedFile } from './archive.ts';

/** What a pull tells of itself; a job's step has this shape. */
export interface PullProgress {
  describe(description: string | null): void;
  setTotal(total: number | null): void;
  add(done: { done?: number; bytes?: number }): void;
}

/** A file that is to be pulled. */
export interface Promised {
  readonly file: PublishedFile;
  /** Asked for only where the size is not known. */
  readonly lines: number | null;
}

/** Takes how many bytes and lines of one file have come so far, from its first byte. */
export type OnProgress = (bytes: number, lines: number) => void;

/** Progress of a pull: in bytes where all sizes are known, else in lines. */
export class Meter {
  readonly #progress: PullProgress | undefined;
  readonly #promised: Promised[];

  constructor(progress: PullProgress | undefined, promised: readonly Promised[]) {
    this.#progress = progress;
    this.#promised = [...promised];
    this.#setTotal();
  }

  describe(description: string): void {
    this.#progress?.describe(description);
  }

  /** One more file has to be pulled than was thought. */
  expect(promised: Promised): void {
    this.#promised.push(promised);
    this.#setTotal();
  }

  /** For one file; what is told again after a failure is not counted twice. */
  open(): OnProgress {
    let toldBytes = 0;
    let toldLines = 0;
    return (bytes, lines) => {
      const more = { bytes: Math.max(0, bytes - toldBytes), lines: Math.max(0, lines - toldLines) };
      toldBytes += more.bytes;
      toldLines += more.lines;
      if (more.bytes + more.lines === 0) return;
      this.#progress?.add({ done: this.#isBySize() ? more.bytes : more.lines, bytes: more.bytes });
    };
  }

  #isBySize(): boolean {
    return this.#promised.every(({ file }) => file.sizeBytes !== null);
  }

  #setTotal(): void {
    const bySize = this.#isBySize();
    const totals = this.#promised.map(({ file, lines }) => (bySize ? file.sizeBytes : lines));
    const isKnown = totals.every((total) => total !== null);
    this.#progress?.setTotal(isKnown ? totals.reduce<number>((sum, total) => sum + (total ?? 0), 0) : null);
  }
}
