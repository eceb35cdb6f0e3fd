import { create } from 'zustand';
import { api } from '../wire/connection.ts';
import { failureOf } from './failure.ts';
import type { Listing } from './listing.ts';
import { askNewerNow } from './newer.ts';

/** The listings of sources, by their names. */
export const useListings = create<{ readonly byName: Readonly<Record<string, Listing>> }>(() => ({
  byName: {},
}));

/** Lists a source, unless that is being done. */
export async function listSource(name: string): Promise<void> {
  const before = useListings.getState().byName[name];
  if (before?.isLoading === true) return;
  set(name, { isLoading: true, data: before?.data ?? null, failure: null });
  try {
    set(name, { isLoading: false, data: await api.sources.datasets({ name }), failure: null });
    // What is listed here is known to Home too.
    askNewerNow();
  } catch (error) {
    set(name, { isLoading: false, data: before?.data ?? null, failure: failureOf(error) });
  }
}

function set(name: string, listing: Listing): void {
  useListings.setState(({ byName }) => ({ byName: { ...byName, [name]: listing } }));
}
