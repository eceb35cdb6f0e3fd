import { create } from 'zustand';
import type { Failure } from '../../electron/contract/api/procedure.ts';
import { failureOf } from './failure.ts';
import type { ActionKey } from './primary.ts';

/** What was asked for and went wrong, as long as nobody has dismissed it. */
export interface FailedAct {
  readonly key: ActionKey;
  readonly failure: Failure;
}

/** What persons have begun, by the install's name. */
export interface Acts {
  readonly busy: Readonly<Record<string, ActionKey>>;
  readonly failed: Readonly<Record<string, FailedAct>>;
  /** When a removal begins that can still be taken back, in milliseconds of the clock. */
  readonly leaving: Readonly<Record<string, number>>;
}

export const useActs = create<Acts>(() => ({ busy: {}, failed: {}, leaving: {} }));

/** Runs what a person began with an install; its failure stays until the next act or until it is dismissed. */
export async function runAct(name: string, key: ActionKey, work: () => Promise<void>): Promise<void> {
  if (useActs.getState().busy[name] !== undefined) return;
  useActs.setState((acts) => ({
    busy: { ...acts.busy, [name]: key },
    failed: without(acts.failed, name),
  }));
  try {
    await work();
  } catch (error) {
    const failure = failureOf(error);
    if (failure.code !== 'cancelled')
      useActs.setState(({ failed }) => ({ failed: { ...failed, [name]: { key, failure } } }));
  } finally {
    useActs.setState(({ busy }) => ({ busy: without(busy, name) }));
  }
}

export function dismissFailure(name: string): void {
  useActs.setState(({ failed }) => ({ failed: without(failed, name) }));
}

const timers = new Map<string, ReturnType<typeof setTimeout>>();

/** Begins something in a while, so that it can be taken back until then. */
export function beginLater(name: string, afterMs: number, work: () => void): void {
  clearTimeout(timers.get(name));
  useActs.setState(({ leaving }) => ({ leaving: { ...leaving, [name]: Date.now() + afterMs } }));
  timers.set(
    name,
    setTimeout(() => {
      takeBack(name);
      work();
    }, afterMs),
  );
}

/** What was to begin later does not. */
export function takeBack(name: string): void {
  clearTimeout(timers.get(name));
  timers.delete(name);
  useActs.setState(({ leaving }) => ({ leaving: without(leaving, name) }));
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  const { [key]: _, ...rest } = record;
  return rest;
}
