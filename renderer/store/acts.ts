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
}

export const useActs = create<Acts>(() => ({ busy: {}, failed: {} }));

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

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  const { [key]: _, ...rest } = record;
  return rest;
}
