import type { Job } from '../../contract/job.ts';

/** What the taskbar shows: a share from 0 to 1, and whether something went wrong; null takes it away. */
export interface TaskbarProgress {
  readonly share: number;
  readonly mode: 'normal' | 'error' | 'indeterminate';
}

/** What people are told about jobs while they look elsewhere. */
export interface JobTold {
  setProgress(progress: TaskbarProgress | null): void;
  notify(title: string, body: string): void;
  /** True while the person looks at the window, and sees for themselves. */
  isWatched(): boolean;
}

/** A job shorter than this is over before anybody has looked elsewhere. */
export const longJobMs = 8000;

// Work that nobody asked for by itself.
const quiet = new Set<Job['kind']>(['spare', 'preview']);

/**
 * Follows jobs as they change and tells of the long ones: how far they are in the taskbar, and with a notification when
 * they have ended. The first call's ended jobs are history, and nothing is said of them. `now` is the clock.
 */
export function followJobs(told: JobTold, now: () => number = Date.now): (changed: readonly Job[]) => void {
  const running = new Map<string, Job>();
  let shown = '';
  const show = (): void => {
    // What an agent does is its own: of it the end alone is told.
    const long = [...running.values()].filter((job) => !job.remote && isLong(job, now()));
    const share = long.length === 0 ? null : Math.min(...long.map((job) => job.progress));
    const progress =
      share === null ? null : { share, mode: share === 0 ? ('indeterminate' as const) : ('normal' as const) };
    const text = JSON.stringify(progress);
    if (text === shown) return;
    shown = text;
    told.setProgress(progress);
  };
  return (changed) => {
    for (const job of changed) {
      if (quiet.has(job.kind)) continue;
      if (job.state === 'running') running.set(job.id, job);
      else if (running.delete(job.id) && isLong(job, now()) && !told.isWatched()) tellEnd(job, told);
    }
    show();
  };
}

function tellEnd(job: Job, told: JobTold): void {
  if (job.state === 'succeeded') told.notify(job.title, 'Done.');
  if (job.state === 'failed')
    told.notify(`${job.title}: failed`, job.error?.message ?? 'The job’s page says more.');
  if (job.state === 'interrupted')
    told.notify(`${job.title}: interrupted`, 'What it had begun was cleaned up.');
}

function isLong(job: Job, now: number): boolean {
  const startedAt = Date.parse(job.startedAt ?? '');
  const endedAt = job.endedAt === null ? now : Date.parse(job.endedAt);
  return endedAt - startedAt >= longJobMs;
}
