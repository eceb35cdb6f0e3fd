import type { Card } from '../../../electron/contract/card.ts';
import { useAsk } from '../../store/ask.ts';
import { useReturns } from '../../store/returns.ts';
import { useWorld } from '../../store/world.ts';
import { api } from '../../wire/connection.ts';

// A card that is scrolled by is gone sooner.
const afterMs = 150;

/**
 * About how many rows of an install were changed since it was reset; null while that is not known. Asked when the card is
 * shown, when the install is another, and when the window comes back: people change data elsewhere and then look here.
 */
export function useChanges({ name, serverState, resetAt, revision, undo, identity }: Card): number | null {
  const returns = useReturns();
  // What a job of this install has done may be to its rows.
  const ended = useWorld(({ jobs }) => jobs.find((job) => job.install === name && job.endedAt !== null)?.id);
  const key = [name, serverState, resetAt, revision, undo?.expiresAt, identity?.since, ended, returns].join(
    ' ',
  );
  const count = async (signal: AbortSignal) => {
    if (serverState !== 'running') return null;
    const edits = await api.installs.edits({ name }, { signal });
    return edits.reduce((sum, table) => sum + table.rows, 0);
  };
  const { data } = useAsk(key, count, { afterMs });
  return data;
}
