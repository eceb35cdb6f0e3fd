import { useEffect } from 'react';
import { create } from 'zustand';
import type { Card } from '../../electron/contract/card.ts';
import { api } from '../wire/connection.ts';
import { useWorld } from './world.ts';

const askAgainMs = 10 * 60_000;
const atOnce = 4;

/** The newer revision of each install, by its name; null where it is the newest, absent while it is not known. */
export const useNewer = create<{ readonly byName: Readonly<Record<string, string | null>> }>(() => ({
  byName: {},
}));

let askedAt = 0;

/** Asks the sources once for newer revisions, and again when the window comes back after ten minutes. */
export function useAskNewer(): void {
  const isReady = useWorld((world) => world.loaded && world.wire === 'open');
  useEffect(() => {
    if (!isReady) return;
    const ask = () => {
      if (document.visibilityState !== 'visible' || Date.now() - askedAt < askAgainMs) return;
      askedAt = Date.now();
      void askAll(useWorld.getState().cards);
    };
    ask();
    document.addEventListener('visibilitychange', ask);
    window.addEventListener('focus', ask);
    return () => {
      document.removeEventListener('visibilitychange', ask);
      window.removeEventListener('focus', ask);
    };
  }, [isReady]);
}

/** Forgets what was known of an install, as after an update. */
export function forgetNewer(name: string): void {
  useNewer.setState(({ byName }) => ({ byName: { ...byName, [name]: null } }));
}

// Installs of one dataset at one revision have the same answer: it is asked for once.
async function askAll(cards: readonly Card[]): Promise<void> {
  const alike = Map.groupBy(cards, ({ name, source, dataset, revision }) =>
    source === null ? name : `${source}/${dataset}@${revision}`,
  );
  const waiting = [...alike.values()];
  const found: Record<string, string | null> = {};
  const askNext = async (): Promise<void> => {
    for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
      const [first] = group;
      if (first === undefined) continue;
      // A source that does not answer now is no news: the card says what it has.
      const newer = await api.installs.newer({ name: first.name }).catch(() => null);
      for (const { name } of group) found[name] = newer?.revision ?? null;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, askNext));
  useNewer.setState(({ byName }) => ({ byName: { ...byName, ...found } }));
}
