import type { Card } from '../../electron/contract/card.ts';
import type { Job } from '../../electron/contract/job.ts';

const shownMs = 24 * 3600 * 1000;

/**
 * The newest install job of each name that is no install yet: those that run, and those that failed in the last day and
 * were not dismissed.
 */
export function arrivingOf(
  jobs: readonly Job[],
  cards: readonly Pick<Card, 'name'>[],
  dismissed: ReadonlySet<string>,
  now = Date.now(),
): Job[] {
  const names = new Set(cards.map((card) => card.name));
  const arriving: Job[] = [];
  for (const job of jobs) {
    if (job.kind !== 'install' || job.install === null || names.has(job.install)) continue;
    names.add(job.install);
    const isOver = job.state === 'failed' || job.state === 'interrupted';
    const isShown =
      isOver && !dismissed.has(job.id) && now - Date.parse(job.endedAt ?? job.createdAt) < shownMs;
    if (job.state === 'running' || job.state === 'queued' || isShown) arriving.push(job);
  }
  return arriving;
}
