import type { StepProgress } from '../jobs/run.ts';

/**
 * How much work each part is, in bytes of CSV that load in the same time, so that progress follows the clock. Measured
 * on tables of numbers, texts and dates of 1 MB to 1 GB; a statement's own cost is what a small one takes.
 */
export const effort = {
  statement: 20_000,
  index: (tableBytes: number): number => 20_000 + Math.round(tableBytes * 0.12),
  foreignKey: (tableBytes: number): number => 20_000 + Math.round(tableBytes * 0.08),
  analyze: (tableBytes: number): number => 20_000 + Math.round(Math.min(tableBytes, 30e6) * 0.1),
  refresh: (allBytes: number): number => 20_000 + Math.round(allBytes * 0.05),
} as const;

/** Tells what has been done, in the units of `effort`. */
export class Meter {
  readonly #progress: StepProgress;

  constructor(progress: StepProgress) {
    this.#progress = progress;
  }

  /** Sets how much there is to be done in all; a later, better count takes the place of an earlier one. */
  plan(units: number): void {
    this.#progress.setTotal(units);
  }

  done(units: number): void {
    this.#progress.add({ done: units });
  }

  /** Bytes of a file that were loaded. */
  loaded(bytes: number): void {
    if (bytes > 0) this.#progress.add({ done: bytes, bytes });
  }

  rows(rows: number): void {
    this.#progress.add({ rows });
  }

  describe(text: string): void {
    this.#progress.describe(text);
  }
}
