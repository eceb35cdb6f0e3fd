import type { Card } from '../../electron/contract/card.ts';

/** What can be done with an install. */
export type ActionKey =
  | 'open'
  | 'reset'
  | 'plain'
  | 'update'
  | 'start'
  | 'stop'
  | 'snapshot'
  | 'move'
  | 'undo'
  | 'self'
  | 'remove';

/** What is known of an install beside its card; null is not known yet. */
export interface Known {
  readonly changedRows: number | null;
}

/** The one action that fits the state: first that it runs, then what the person did to it. What is new is a chip. */
export function primaryOf(card: Pick<Card, 'serverState'>, { changedRows }: Known): ActionKey {
  if (card.serverState === 'stopped' || card.serverState === 'failed') return 'start';
  return changedRows !== null && changedRows > 0 ? 'reset' : 'open';
}

/**
 * The buttons of a card, in the order in which they always stand: none changes its place or what it does, whatever is the
 * one that fits. One that starts the server is there while that is all that can be done.
 */
export function buttonsOf(primary: ActionKey, isSomebody = false): readonly ActionKey[] {
  const always: ActionKey[] = primary === 'start' ? ['start', 'open'] : ['reset', 'open'];
  return isSomebody ? ['self', ...always] : always;
}

/** Minutes until a time, at least one. */
export function minutesUntil(at: string, now = Date.now()): number {
  return Math.max(1, Math.ceil((Date.parse(at) - now) / 60_000));
}
