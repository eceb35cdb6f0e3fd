import { describe, expect, it } from 'vitest';
import { lockHolder, requireLock, tryLock, waitForLock } from '../../../electron/state/locks.ts';
import { ownProcess } from '../../../electron/state/processes.ts';
import { makeCore } from '../../support/core.ts';

describe('a lock', () => {
  it('is held by one until it is closed', () => {
    using home = makeCore();
    const { state } = home.core;
    const lock = requireLock(state, 'install:acme', 'Resetting acme');
    expect(lockHolder(state, 'install:acme')).toEqual({ process: ownProcess(), what: 'Resetting acme' });
    expect(() => requireLock(state, 'install:acme', 'Removing acme')).toThrow(
      expect.objectContaining({
        code: 'busy',
        message: expect.stringContaining('Resetting acme'),
        detail: { holder: process.pid, what: 'Resetting acme', lock: 'install:acme' },
      }),
    );
    requireLock(state, 'install:other', 'Resetting other').close();
    lock.close();
    expect(lockHolder(state, 'install:acme')).toBeNull();
    requireLock(state, 'install:acme', 'Removing acme').close();
  });

  it('closed twice does not free the lock of the next one', () => {
    using home = makeCore();
    const { state } = home.core;
    const first = requireLock(state, 'a', 'First');
    first.close();
    const second = requireLock(state, 'a', 'Second');
    first.close();
    expect(lockHolder(state, 'a')?.what).toBe('Second');
    second.close();
  });

  it('is free when its process number now belongs to another process (A14)', () => {
    using home = makeCore();
    const { state } = home.core;
    const insert = 'INSERT INTO locks (name, pid, started_at, what, taken_at) VALUES (?, ?, ?, ?, ?)';
    state.run(insert, 'a', process.pid, 'an earlier start', 'Long gone', '2026-01-01T00:00:00Z');
    expect(lockHolder(state, 'a')).toBeNull();
    expect(tryLock(state, 'a', 'Mine')).toHaveProperty('close');
  });

  it('that does not come free is an error that names the holder', async () => {
    using home = makeCore();
    const { state } = home.core;
    using _ = asDisposable(requireLock(state, 'a', 'Pulling'));
    await expect(waitForLock(state, 'a', 'Waiting', { timeoutMs: 120 })).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('Pulling'),
    });
  });

  it('is not waited for any longer once the wait is aborted', async () => {
    using home = makeCore();
    const { state } = home.core;
    using _ = asDisposable(requireLock(state, 'a', 'Pulling'));
    const reason = new Error('enough');
    const abort = new AbortController();
    const waiting = waitForLock(state, 'a', 'Waiting', { signal: abort.signal });
    abort.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });
});

function asDisposable(lock: { close(): void }): Disposable {
  return { [Symbol.dispose]: () => lock.close() };
}
