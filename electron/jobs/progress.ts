import type { Job, JobStep } from '../contract/job.ts';

/** A step as a job announces it. Weights are shares of the whole in any unit; seconds are a good guess. */
export interface StepPlan {
  readonly key: string;
  readonly title: string;
  readonly weight: number;
}

/** The record of a step that has not begun. */
export function waitingStep({ key, title, weight }: StepPlan): JobStep {
  return {
    key,
    title,
    weight,
    state: 'waiting',
    description: null,
    done: 0,
    total: null,
    bytes: 0,
    rows: 0,
    startedAt: null,
    endedAt: null,
  };
}

/** The share of the whole that is done, 0 to 1, from the steps' weights and what each says of itself. */
export function shareDone(steps: readonly JobStep[]): number {
  const whole = steps.reduce((sum, step) => sum + step.weight, 0);
  if (whole === 0) return 0;
  return Math.min(1, steps.reduce((sum, step) => sum + step.weight * shareOfStep(step), 0) / whole);
}

function shareOfStep(step: JobStep): number {
  if (step.state === 'done' || step.state === 'skipped') return 1;
  if (step.total === null || step.total === 0) return 0;
  return Math.min(1, step.done / step.total);
}

// Before a fifth is done the pace of the first step says little about the rest.
const shareBeforeEta = 0.2;

// Of a job that is over in a blink nobody asks, and its first second is mostly starting up.
const elapsedBeforeEtaMs = 1000;

/** Milliseconds that are left at the pace so far, null before a fifth is done or in the first second. */
export function etaMs(progress: number, elapsedMs: number): number | null {
  if (progress < shareBeforeEta || progress > 1) return null;
  // The clock of a machine can be set back while a job runs: then all that is known is that it is late.
  if (elapsedMs >= 0 && elapsedMs < elapsedBeforeEtaMs) return null;
  return Math.max(0, Math.round((elapsedMs * (1 - progress)) / progress));
}

/** The job with its progress and ETA brought up to date at `now`; progress never goes backwards. */
export function withProgress(job: Job, now: Date): Job {
  const progress = Math.max(job.progress, shareDone(job.steps));
  const elapsedMs = job.startedAt === null ? 0 : now.getTime() - Date.parse(job.startedAt);
  return { ...job, progress, etaMs: job.state === 'running' ? etaMs(progress, elapsedMs) : null };
}
