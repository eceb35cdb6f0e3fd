import { describe, expect, it } from 'vitest';
import type { Job } from '../../../../electron/contract/job.ts';
import { followJobs, type JobTold, longJobMs } from '../../../../electron/shells/desktop/jobs.ts';

const start = Date.parse('2026-01-01T00:00:00.000Z');
const at = (ms: number): string => new Date(start + ms).toISOString();

function job(change: Partial<Job>): Job {
  return {
    id: 'a',
    kind: 'install',
    title: 'Install acme',
    state: 'running',
    install: 'acme',
    createdAt: at(0),
    startedAt: at(0),
    endedAt: null,
    progress: 0.5,
    etaMs: null,
    steps: [],
    error: null,
    request: {},
    remote: false,
    ...change,
  };
}

function watch({ isWatched = false } = {}) {
  const said: string[] = [];
  const told: JobTold = {
    setProgress: (progress) => said.push(progress === null ? 'none' : `${progress.mode} ${progress.share}`),
    notify: (title, body) => said.push(`${title} | ${body}`),
    isWatched: () => isWatched,
  };
  let now = start;
  const follow = followJobs(told, () => now);
  return {
    said,
    change: (ms: number, ...changed: Job[]) => {
      now = start + ms;
      follow(changed);
    },
  };
}

describe('long jobs', () => {
  it('show in the taskbar how far they are, and tell of their end', () => {
    const { said, change } = watch();
    change(1000, job({ progress: 0.1 }));
    change(longJobMs, job({ progress: 0.5 }));
    change(longJobMs + 1000, job({ progress: 0.9 }));
    change(longJobMs + 2000, job({ state: 'succeeded', progress: 1, endedAt: at(longJobMs + 2000) }));
    expect(said).toEqual(['none', 'normal 0.5', 'normal 0.9', 'Install acme | Done.', 'none']);
  });

  it('that fail say why', () => {
    const { said, change } = watch();
    change(longJobMs, job({ progress: 0 }));
    const error = { code: 'disk_full' as const, message: 'The disk is full.', hint: null, detail: null };
    change(longJobMs + 1, job({ state: 'failed', error, endedAt: at(longJobMs + 1) }));
    expect(said).toEqual(['indeterminate 0', 'Install acme: failed | The disk is full.', 'none']);
  });

  it('say nothing to a person who looks at the window, nor when that person has cancelled them', () => {
    const watched = watch({ isWatched: true });
    watched.change(longJobMs, job({}));
    watched.change(longJobMs + 1, job({ state: 'succeeded', endedAt: at(longJobMs + 1) }));
    expect(watched.said).toEqual(['normal 0.5', 'none']);
    const cancelled = watch();
    cancelled.change(longJobMs, job({}));
    cancelled.change(longJobMs + 1, job({ state: 'cancelled', endedAt: at(longJobMs + 1) }));
    expect(cancelled.said).toEqual(['normal 0.5', 'none']);
  });

  it('are told of once, and not for what ended before anybody watched', () => {
    const { said, change } = watch();
    const ended = job({ state: 'succeeded', endedAt: at(longJobMs + 1) });
    change(longJobMs + 5000, ended, ended);
    expect(said).toEqual(['none']);
  });

  it('are not those that are soon over, nor what prepares the next reset', () => {
    const { said, change } = watch();
    change(1000, job({ kind: 'reset' }));
    change(2000, job({ kind: 'reset', state: 'succeeded', endedAt: at(2000) }));
    change(longJobMs * 2, job({ id: 'b', kind: 'spare' }));
    change(longJobMs * 3, job({ id: 'b', kind: 'spare', state: 'failed', endedAt: at(longJobMs * 3) }));
    expect(said).toEqual(['none']);
  });

  it('show the one that is furthest from its end', () => {
    const { said, change } = watch();
    change(longJobMs, job({ progress: 0.8 }), job({ id: 'b', progress: 0.2 }));
    expect(said).toEqual(['normal 0.2']);
  });
});
