import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inParallel } from '../../../electron/jobs/parallel.ts';

describe('working on several things at once', () => {
  it('gives the results in the order of the items, whichever ends first', async () => {
    const results = await inParallel([30, 1, 10], 3, async (ms) => wait(ms, ms));
    expect(results).toEqual([30, 1, 10]);
  });

  it('never works on more than the limit', async () => {
    let now = 0;
    let most = 0;
    await inParallel(Array.from({ length: 20 }), 3, async () => {
      most = Math.max(most, ++now);
      await wait(1);
      now--;
    });
    expect(most).toBe(3);
  });

  it('throws the first failure, after the others have been told and have ended', async () => {
    const ended: string[] = [];
    const work = inParallel(['fails', 'waits', 'never begins'], 2, async (item, signal) => {
      if (item === 'fails') throw new Error('broken');
      await wait(3_600_000, undefined, { signal }).catch(() => undefined);
      ended.push(item);
    });
    await expect(work).rejects.toThrow('broken');
    expect(ended).toEqual(['waits']);
  });

  it('begins nothing when it is cancelled already', async () => {
    const begun: number[] = [];
    const work = inParallel(
      [1, 2],
      1,
      async (item) => begun.push(item),
      AbortSignal.abort(new Error('cancelled')),
    );
    await expect(work).rejects.toThrow('cancelled');
    expect(begun).toEqual([]);
  });

  it('does nothing for no items', async () => {
    expect(await inParallel([], 4, async (item) => item)).toEqual([]);
  });
});
