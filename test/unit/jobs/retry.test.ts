import { describe, expect, it } from 'vitest';
import { retry } from '../../../electron/jobs/retry.ts';

describe('trying again', () => {
  it('gives what a later try gives', async () => {
    let tries = 0;
    const result = await retry(
      async () => {
        tries++;
        if (tries < 3) throw new Error('not yet');
        return tries;
      },
      { when: () => true, delayMs: 1 },
    );
    expect(result).toBe(3);
  });

  it('throws the last failure after as many tries as it may make', async () => {
    let tries = 0;
    const work = async () => {
      tries++;
      throw new Error(`failure ${tries}`);
    };
    await expect(retry(work, { when: () => true, attempts: 3, delayMs: 1 })).rejects.toThrow('failure 3');
  });

  it('throws at once what another try would not mend (D10)', async () => {
    let tries = 0;
    const work = async () => {
      tries++;
      throw new Error('for good');
    };
    await expect(retry(work, { when: () => false, delayMs: 1 })).rejects.toThrow('for good');
    expect(tries).toBe(1);
  });

  it('stops in the middle of a pause, with the reason of the signal', async () => {
    const stop = new AbortController();
    const work = async () => {
      setTimeout(() => stop.abort(new Error('cancelled by somebody')), 5);
      throw new Error('not yet');
    };
    const tried = retry(work, { when: () => true, delayMs: 3_600_000, signal: stop.signal });
    await expect(tried).rejects.toThrow('cancelled by somebody');
  });
});
