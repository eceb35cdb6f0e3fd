import type { Job, JobStep } from '../../electron/contract/job.ts';
import { formatBytes, formatCount } from './format.ts';
import type { DotState } from './state-dot.tsx';

/** The dot of a job. */
export function dotOf({ state }: Job): DotState {
  if (state === 'running') return 'working';
  if (state === 'queued') return 'waiting';
  if (state === 'succeeded') return 'succeeded';
  return state === 'cancelled' ? 'stopped' : 'failed';
}

/** How long a job took, or has taken so far; null before it begins. */
export function tookMs(job: Pick<Job, 'startedAt' | 'endedAt'>, now = Date.now()): number | null {
  if (job.startedAt === null) return null;
  return (job.endedAt === null ? now : Date.parse(job.endedAt)) - Date.parse(job.startedAt);
}

/** The step that a person would ask about: the one that runs, or failed, or was the last. */
export function stepOf({ steps }: Job): JobStep | undefined {
  const of = (state: JobStep['state']) => steps.find((step) => step.state === state);
  return of('running') ?? of('failed') ?? steps.findLast((step) => step.state === 'done');
}

/** What a step has moved, as `2,310,442 rows · 61 MB`; empty where it moved nothing. */
export function amountsOf({ rows, bytes }: JobStep): string {
  return [rows > 0 ? `${formatCount(rows)} rows` : '', bytes > 0 ? formatBytes(bytes) : '']
    .filter((part) => part !== '')
    .join(' · ');
}

/** Bytes a second of a step that runs, null while there is nothing to tell. */
export function throughputOf(step: JobStep, now = Date.now()): number | null {
  if (step.startedAt === null || step.bytes === 0) return null;
  const seconds =
    ((step.endedAt === null ? now : Date.parse(step.endedAt)) - Date.parse(step.startedAt)) / 1000;
  return seconds < 0.5 ? null : step.bytes / seconds;
}
