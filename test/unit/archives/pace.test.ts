import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Pace } from '../../../electron/archives/pace.ts';

const megabyte = 1024 * 1024;

describe('how many streams a source is asked for', () => {
  let pace: Pace;

  beforeEach(() => {
    vi.useFakeTimers();
    pace = new Pace();
  });

  afterEach(() => {
    pace[Symbol.dispose]();
    vi.useRealTimers();
  });

  /** Lets seconds go by in which so many bytes come for this number of streams. */
  function pass(seconds: number, bytesPerS: (streams: number) => number): number[] {
    return Array.from({ length: seconds }, () => {
      pace.add(bytesPerS(pace.streams));
      vi.advanceTimersByTime(1000);
      return pace.streams;
    });
  }

  it('is one as long as that is fast', () => {
    expect(pass(10, () => 100 * megabyte)).toEqual(Array(10).fill(1));
  });

  it('grows where each stream is held to so much, and no further than four', () => {
    expect(pass(12, (streams) => streams * 10 * megabyte)).toEqual([1, 2, 2, 3, 3, 4, 4, 4, 4, 4, 4, 4]);
  });

  it('stops growing once it is fast', () => {
    expect(pass(10, (streams) => streams * 40 * megabyte)).toEqual([1, 2, 2, 2, 2, 2, 2, 2, 2, 2]);
  });

  it('goes back to one, for good, where the link is narrow as a whole', () => {
    expect(pass(10, () => 5 * megabyte)).toEqual([1, 2, 2, 1, 1, 1, 1, 1, 1, 1]);
  });

  it('judges nothing by seconds in which nothing is asked for', () => {
    expect(pass(5, () => 0)).toEqual(Array(5).fill(1));
    expect(pass(2, () => 5 * megabyte)).toEqual([1, 2]);
  });

  it('tells who waits for more, until they no longer care', () => {
    let told = 0;
    const stop = pace.onMore(() => {
      told += 1;
    });
    pass(2, () => megabyte);
    expect(told).toBe(1);
    stop();
    pass(8, (streams) => streams * megabyte);
    expect(pace.streams).toBeGreaterThan(2);
    expect(told).toBe(1);
  });
});
