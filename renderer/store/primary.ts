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
  readonly newer: string | null;
  readonly changedRows: number | null;
}

/** The one action that fits the state: first that it runs, then what the person did to it, then what is new. */
export function primaryOf(card: Pick<Card, 'serverState'>, { newer, changedRows }: Known): ActionKey {
  if (card.serverState === 'stopped' || card.serverState === 'failed') return 'start';
  if (newer !== null) return 'update';
  return changedRows !== null && changedRows > 0 ? 'reset' : 'open';
}

/** The two buttons of a card, in the order in which they always stand; the primary one is last. */
export function buttonsOf(primary: ActionKey, isSomebody = false): readonly [ActionKey, ActionKey] {
  if (isSomebody) return ['self', primary];
  return primary === 'open' ? ['reset', 'open'] : ['open', primary];
}

/** Minutes until a time, at least one. */
export function minutesUntil(at: string, now = Date.now()): number {
  return Math.max(1, Math.ceil((Date.parse(at) - now) / 60_000));
}
