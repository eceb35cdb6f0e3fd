import { useEffect } from 'react';
import { create } from 'zustand';
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
      void askAll(useWorld.getState().cards.map((card) => card.name));
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

async function askAll(names: readonly string[]): Promise<void> {
  const waiting = [...names];
  const found: Record<string, string | null> = {};
  const askNext = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      // A source that does not answer now is no news: the card says what it has.
      const newer = await api.installs.newer({ name }).catch(() => null);
      found[name] = newer?.revision ?? null;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, askNext));
  useNewer.setState(({ byName }) => ({ byName: { ...byName, ...found } }));
}
