import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Job, type JobStep } from '../../../electron/contract/job.ts';
import { etaMs, shareDone, waitingStep, withProgress } from '../../../electron/jobs/progress.ts';

const startedAt = '2026-03-01T12:00:00.000Z';

function jobOf(steps: readonly JobStep[]): Job {
  return {
    id: '0123456789',
    kind: 'install',
    title: 'Install acme',
    state: 'running',
    install: 'acme',
    createdAt: startedAt,
    startedAt,
    endedAt: null,
    progress: 0,
    etaMs: null,
    steps: [...steps],
    error: null,
    request: {},
    remote: false,
  };
}

function stepOf(weight: number, more: Partial<JobStep> = {}): JobStep {
  return { ...waitingStep({ key: 'a', title: 'A', weight }), ...more };
}

function timeAfter(ms: number): Date {
  return new Date(Date.parse(startedAt) + ms);
}

const anyStep = fc
  .record({
    weight: fc.double({ min: 0.01, max: 1000, noNaN: true }),
    state: fc.constantFrom<JobStep['state']>('waiting', 'running', 'done', 'failed', 'skipped'),
    done: fc.double({ min: 0, max: 1e15, noNaN: true }),
    total: fc.option(fc.double({ min: 0, max: 1e15, noNaN: true })),
  })
  .map(({ weight, ...more }) => stepOf(weight, more));

describe('the progress of a job', () => {
  it('is the share of the weights of what is done', () => {
    const steps = [
      stepOf(1, { state: 'done' }),
      stepOf(6, { state: 'running', done: 25, total: 100 }),
      stepOf(3),
    ];
    expect(shareDone(steps)).toBeCloseTo(0.25);
    expect(shareDone([stepOf(1, { state: 'skipped' }), stepOf(1)])).toBe(0.5);
    expect(shareDone([])).toBe(0);
  });

  it('counts a step of unknown or no size only once it has ended', () => {
    expect(shareDone([stepOf(1, { state: 'running', done: 5, total: null })])).toBe(0);
    expect(shareDone([stepOf(1, { state: 'running', done: 0, total: 0 })])).toBe(0);
    expect(shareDone([stepOf(1, { state: 'running', done: 9, total: 3 })])).toBe(1);
  });

  it('never goes backwards, never leaves 0 to 1, and always makes a valid record', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(anyStep, { maxLength: 8 }), { maxLength: 12 }),
        fc.nat(),
        (states, ms) => {
          let job = jobOf([]);
          for (const steps of states) {
            const next = withProgress({ ...job, steps }, timeAfter(ms));
            expect(next.progress).toBeGreaterThanOrEqual(job.progress);
            expect(Job.safeParse(next).success).toBe(true);
            job = next;
          }
        },
      ),
    );
  });

  it('makes a valid record when the clock was set back', () => {
    const steps = [stepOf(1, { state: 'running', done: 1, total: 2 })];
    expect(Job.parse(withProgress(jobOf(steps), timeAfter(-60_000))).etaMs).toBe(0);
  });
});

describe('the time that is left', () => {
  it('is not told before a fifth is done, in the first second, nor once the job has ended', () => {
    expect(etaMs(0.5, 999)).toBeNull();
    expect(etaMs(0.19, 1000)).toBeNull();
    expect(etaMs(0.2, 1000)).toBe(4000);
    expect(
      withProgress({ ...jobOf([stepOf(1, { state: 'done' })]), state: 'failed' }, timeAfter(5)).etaMs,
    ).toBeNull();
  });

  it('is exact where work goes at an even pace', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 100 }),
        fc.integer({ min: 5000, max: 1e7 }),
        (percent, totalMs) => {
          const elapsedMs = (totalMs * percent) / 100;
          expect(etaMs(percent / 100, elapsedMs)).toBeCloseTo(totalMs - elapsedMs, -1);
        },
      ),
    );
  });

  it('is within a factor of two where weights are right within a factor of 1.4', () => {
    const pace = fc.double({ min: 1 / 1.4, max: 1.4, noNaN: true });
    const step = fc.record({ weight: fc.integer({ min: 1, max: 100 }), pace });
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 8 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (plan, at) => {
          const durations = plan.map((part) => part.weight * part.pace * 1000);
          const totalMs = durations.reduce((sum, ms) => sum + ms, 0);
          const elapsedMs = totalMs * at;
          let left = elapsedMs;
          const steps = plan.map(({ weight }, index) => {
            const durationMs = durations[index] ?? 0;
            const done = Math.min(left, durationMs);
            left -= done;
            return stepOf(weight, {
              state: done === durationMs ? 'done' : 'running',
              done,
              total: durationMs,
            });
          });
          const job = withProgress(jobOf(steps), timeAfter(elapsedMs));
          if (job.etaMs === null) return;
          const reallyLeftMs = totalMs - elapsedMs;
          // One millisecond is the grain of the clock.
          expect(job.etaMs).toBeLessThanOrEqual(reallyLeftMs * 2 + 2);
          expect(job.etaMs).toBeGreaterThanOrEqual(reallyLeftMs / 2 - 2);
        },
      ),
    );
  });
});
