import type { Cleaner, Cleaners } from '../../electron/jobs/leftovers.ts';
import type { JobPlan } from '../../electron/jobs/run.ts';

/** A plan for a job with these steps, all of the same weight. */
export function planOf(...steps: readonly string[]): JobPlan {
  return {
    kind: 'install',
    title: 'Install acme',
    install: 'acme',
    request: { dataset: 'acme' },
    steps: steps.map((key) => ({ key, title: key, weight: 1 })),
  };
}

/** Cleaners of these kinds, in this order, that write down what they were given. */
export function recordingCleaners(
  cleaned: string[],
  answers: Readonly<Record<string, () => 'done' | 'later'>>,
): Cleaners {
  const cleaner =
    (kind: string, answer: () => 'done' | 'later'): Cleaner =>
    async (record) => {
      cleaned.push(`${kind} ${String(record.name)}`);
      return answer();
    };
  return new Map(Object.entries(answers).map(([kind, answer]) => [kind, cleaner(kind, answer)]));
}
