import { create } from 'zustand';
import type { SourceCheck } from '../../electron/contract/source.ts';
import { api } from '../wire/connection.ts';
import { failureOf } from './failure.ts';

/** What is known of whether sources answer, by their names; null while one is asked. */
export const useChecks = create<{ readonly byName: Readonly<Record<string, SourceCheck | null>> }>(() => ({
  byName: {},
}));

/** Asks a source whether it answers, and keeps what it said. */
export async function checkSource(name: string): Promise<void> {
  set(name, null);
  try {
    set(name, await api.sources.check({ name }));
  } catch (error) {
    const { message, hint } = failureOf(error);
    set(name, { source: name, ok: false, message, hint });
  }
}

function set(name: string, check: SourceCheck | null): void {
  useChecks.setState(({ byName }) => ({ byName: { ...byName, [name]: check } }));
}
