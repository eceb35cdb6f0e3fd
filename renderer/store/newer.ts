import { useEffect } from 'react';
import { create } from 'zustand';
import type { Card } from '../../electron/contract/card.ts';
import { api } from '../wire/connection.ts';
import { useWorld } from './world.ts';

const askAgainMs = 10 * 60_000;

/** The newer revision of each install, by its name; null where it is the newest, absent while it is not known. */
export const useNewer = create<{ readonly byName: Readonly<Record<string, string | null>> }>(() => ({
  byName: {},
}));

let askedAt = 0;
let asked = '';

/** Asks the sources for newer revisions: once, when an install is another, and when the window comes back after ten minutes. */
export function useAskNewer(): void {
  const isReady = useWorld((world) => world.loaded && world.wire === 'open');
  const installed = useWorld(({ cards }) =>
    cards.map(({ name, revision }) => `${name}@${revision}`).join(' '),
  );
  useEffect(() => {
    if (!isReady) return;
    const ask = () => {
      if (
        document.visibilityState !== 'visible' ||
        (Date.now() - askedAt < askAgainMs && asked === installed)
      )
        return;
      askedAt = Date.now();
      asked = installed;
      void askAll(useWorld.getState().cards);
    };
    ask();
    document.addEventListener('visibilitychange', ask);
    window.addEventListener('focus', ask);
    return () => {
      document.removeEventListener('visibilitychange', ask);
      window.removeEventListener('focus', ask);
    };
  }, [isReady, installed]);
}

/** Asks again, as when a source was listed and so is known to answer. */
export function askNewerNow(): void {
  askedAt = Date.now();
  void askAll(useWorld.getState().cards);
}

/** Forgets what was known of an install, as after an update. */
export function forgetNewer(name: string): void {
  useNewer.setState(({ byName }) => ({ byName: { ...byName, [name]: null } }));
}

async function askAll(cards: readonly Card[]): Promise<void> {
  const names = cards.map(({ name }) => name);
  // What cannot be asked now is no news: the cards say what they have.
  const found = await api.installs.newer({ names }).catch(() => null);
  if (found !== null) useNewer.setState(({ byName }) => ({ byName: { ...byName, ...found } }));
}
