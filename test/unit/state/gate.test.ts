import { describe, expect, it } from 'vitest';
import { Gate } from '../../../electron/state/gate.ts';

const { signal } = new AbortController();

/** Asks to be let in and writes down who was. */
function openScene(limit: number) {
  const gate = new Gate(limit);
  const inside: string[] = [];
  const enter = async (name: string, weight: number, stop = signal) => {
    const leave = await gate.enter(() => weight, stop);
    inside.push(name);
    return leave;
  };
  return { inside, enter, settle: () => new Promise((resolve) => setImmediate(resolve)) };
}

describe('a gate', () => {
  it('lets in up to its limit, and the next when one leaves', async () => {
    const { inside, enter, settle } = openScene(2);
    const leave = await enter('a', 1);
    await enter('b', 1);
    enter('c', 1);
    await settle();
    expect(inside).toEqual(['a', 'b']);
    leave();
    leave();
    enter('d', 1);
    await settle();
    expect(inside).toEqual(['a', 'b', 'c']);
  });

  it('keeps the order: what is heavy waits for room, and what is light waits behind it', async () => {
    const { inside, enter, settle } = openScene(4);
    const leave = await enter('light', 1);
    const heavy = enter('heavy', 9);
    enter('behind', 1);
    await settle();
    expect(inside).toEqual(['light']);
    leave();
    (await heavy)();
    await settle();
    expect(inside).toEqual(['light', 'heavy', 'behind']);
  });

  it('forgets who is cancelled while waiting', async () => {
    const { inside, enter, settle } = openScene(1);
    const leave = await enter('a', 1);
    const stop = new AbortController();
    const waiting = enter('b', 1, stop.signal);
    enter('c', 1);
    stop.abort(new Error('cancelled by somebody'));
    await expect(waiting).rejects.toThrow('cancelled by somebody');
    leave();
    await settle();
    expect(inside).toEqual(['a', 'c']);
  });
});
