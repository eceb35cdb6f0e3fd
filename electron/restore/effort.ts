import type { StepProgress } from '../jobs/run.ts';

/**
 * How much work each part is, in bytes of CSV that load in the same time, so that progress follows the clock. Measured
 * on tables of numbers, texts, dates and JSON of 15 to 142 MB: an index took 0.1 to 0.3 of the load of its table (0.6
 * one on texts), a foreign key 0.06; a statement's own cost is that of the small ones in pagila.
 */
export const effort = {
  statement: 20_000,
  index: (tableBytes: number): number => 20_000 + Math.round(tableBytes * 0.22),
  foreignKey: (tableBytes: number): number => 20_000 + Math.round(tableBytes * 0.06),
  analyze: (tableBytes: number): number => 20_000 + Math.round(Math.min(tableBytes, 30e6) * 0.03),
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
