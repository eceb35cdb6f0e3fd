import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RockpoolError } from '../../../electron/contract/errors.ts';
import { Job } from '../../../electron/contract/job.ts';
import { cancelJob, getJob, getJobLog, listJobs } from '../../../electron/jobs/history.ts';
import { takeQueued } from '../../../electron/jobs/queue.ts';
import { queueJob, type RunningJob, runJob } from '../../../electron/jobs/run.ts';
import { makeCore } from '../../support/core.ts';
import { planOf } from '../../support/plan.ts';

const noCleaners = new Map();

/** Waits for the abort as a stream or a query would. */
function untilAborted(job: RunningJob): Promise<never> {
  return new Promise((_, reject) => job.signal.addEventListener('abort', () => reject(job.signal.reason)));
}

describe('a job', () => {
  it('is a record with all that happened, and its result goes to the caller', async () => {
    using home = makeCore();
    const { job, result } = await runJob(
      home.core,
      planOf('pull', 'restore'),
      { cleaners: noCleaners },
      async (job) => {
        await job.step('pull', async (progress) => {
          progress.setTotal(10);
          progress.add({ done: 4, bytes: 4 });
          progress.add({ done: 6, bytes: 6, rows: 2 });
          progress.describe('films');
        });
        return job.step('restore', async () => 'whole');
      },
    );
    expect(result).toBe('whole');
    expect(job).toMatchObject({ state: 'succeeded', progress: 1, etaMs: null, error: null });
    expect(job.steps[0]).toMatchObject({
      state: 'done',
      done: 10,
      total: 10,
      bytes: 10,
      rows: 2,
      description: null,
    });
    expect(getJob(home.core.state, job.id)).toEqual(job);
    expect(listJobs(home.core.state, { install: 'acme' })).toEqual([job]);
    expect(listJobs(home.core.state, { install: 'other' })).toEqual([]);
  });

  it('tells each change whole, never backwards, and the end last', async () => {
    using home = makeCore();
    const told: Job[] = [];
    const onChange = (job: Job) => told.push(job);
    await runJob(home.core, planOf('pull'), { cleaners: noCleaners, onChange }, async (job) => {
      await job.step('pull', async (progress) => {
        progress.setTotal(1000);
        for (let at = 0; at < 1000; at += 1) {
          progress.add({ done: 1 });
          if (at % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 15));
        }
      });
    });
    for (const job of told) expect(Job.safeParse(job).success).toBe(true);
    for (const [at, job] of told.entries())
      expect(job.progress).toBeGreaterThanOrEqual(told[at - 1]?.progress ?? 0);
    expect(told.at(-1)).toMatchObject({ state: 'succeeded', steps: [{ done: 1000 }] });
    // Ten a second at most: of a thousand changes only a few are told.
    expect(told.length).toBeLessThan(200);
  });

  it('fails with the error of its work, keeps it in the record, and hands it on', async () => {
    using home = makeCore();
    const error = new RockpoolError('disk_full', 'The disk is full.', { hint: 'Free some space.' });
    const running = runJob(home.core, planOf('pull', 'restore'), { cleaners: noCleaners }, (job) =>
      job.step('pull', () => Promise.reject(error)),
    );
    await expect(running).rejects.toBe(error);
    const [job] = listJobs(home.core.state);
    expect(job).toMatchObject({ state: 'failed', error: error.report() });
    expect(job?.steps.map((step) => step.state)).toEqual(['failed', 'waiting']);
    expect(error).toHaveProperty('job', job?.id);
  });

  it.each([
    ['an error', Object.assign(new Error('Key (email)=(jo@example.com) already exists'), { code: '23505' })],
    ['a text', 'Key (email)=(jo@example.com) already exists'],
    ['a frozen error', Object.freeze(new Error('about jo@example.com'))],
    ['nothing at all', undefined],
  ])(
    'ends as internal, without a word of it, when %s is thrown that nobody expected (F5)',
    async (_what, thrown) => {
      using home = makeCore();
      const running = runJob(home.core, planOf('pull'), { cleaners: noCleaners }, () =>
        Promise.reject(thrown),
      );
      await expect(running).rejects.toBe(thrown);
      const [job] = listJobs(home.core.state);
      expect(job).toMatchObject({ state: 'failed', error: { code: 'internal' } });
      expect(JSON.stringify(job)).not.toContain('example.com');
      expect(readFileSync(home.core.log.file, 'utf8')).not.toContain('jo@example.com');
    },
  );

  it('ends as cancelled, which is no error, when its caller aborts', async () => {
    using home = makeCore();
    const abort = new AbortController();
    const options = { cleaners: noCleaners, signal: abort.signal };
    const running = runJob(home.core, planOf('pull'), options, (job) => {
      setTimeout(() => abort.abort(), 10);
      return job.step('pull', () => untilAborted(job));
    });
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(listJobs(home.core.state)).toMatchObject([{ state: 'cancelled', error: null }]);
  });

  it('begins no further step once somebody has asked to stop', async () => {
    using home = makeCore();
    const { state } = home.core;
    const begun: string[] = [];
    const running = runJob(home.core, planOf('pull', 'restore'), { cleaners: noCleaners }, async (job) => {
      await job.step('pull', async () => begun.push('pull'));
      cancelJob(state, job.id);
      await job.step('restore', async () => begun.push('restore'));
    });
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(begun).toEqual(['pull']);
    expect(listJobs(state)[0]?.steps.map((step) => step.state)).toEqual(['done', 'waiting']);
  });

  it('whose work was done before it noticed stays done', async () => {
    using home = makeCore();
    const { state } = home.core;
    const { job } = await runJob(home.core, planOf('publish'), { cleaners: noCleaners }, (job) =>
      job.step('publish', async () => cancelJob(state, job.id)),
    );
    expect(getJob(state, job.id).state).toBe('succeeded');
    expect(cancelJob(state, job.id).state).toBe('succeeded');
  });

  it('that ended hears no more of streams that are late', async () => {
    using home = makeCore();
    let late = () => {};
    const { job } = await runJob(
      home.core,
      planOf('pull', 'restore'),
      { cleaners: noCleaners },
      async (job) => {
        await job.step('pull', async (progress) => {
          late = () => progress.add({ done: 5, bytes: 5 });
        });
        await job.step('restore', async () => late());
      },
    );
    late();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(getJob(home.core.state, job.id)).toEqual(job);
    expect(job.steps[0]?.bytes).toBe(0);
  });

  it('that failed stays failed when a step beside the failed one ends later', async () => {
    using home = makeCore();
    let beside: Promise<void> = Promise.resolve();
    const running = runJob(home.core, planOf('one', 'two'), { cleaners: noCleaners }, async (job) => {
      beside = job.step('two', () => new Promise((resolve) => setTimeout(resolve, 60)));
      await job.step('one', () => Promise.reject(new RockpoolError('load_failed', 'No.')));
    });
    await expect(running).rejects.toMatchObject({ code: 'load_failed' });
    const [ended] = listJobs(home.core.state);
    await beside;
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(listJobs(home.core.state)).toEqual([ended]);
    expect(ended?.steps.map((step) => step.state)).toEqual(['failed', 'failed']);
  });

  it('has no step that its plan does not name', async () => {
    using home = makeCore();
    const running = runJob(home.core, planOf('pull'), { cleaners: noCleaners }, (job) =>
      job.step('pul', async () => {}),
    );
    await expect(running).rejects.toThrow(/pul/);
  });

  it('goes on when its progress cannot be stored, and says so in the end (D14)', async () => {
    using home = makeCore();
    const { state } = home.core;
    const refuse = "CREATE TRIGGER full BEFORE UPDATE ON jobs BEGIN SELECT RAISE(ABORT, 'no room'); END";
    let finished = false;
    const running = runJob(home.core, planOf('pull'), { cleaners: noCleaners }, (job) =>
      job.step('pull', async (progress) => {
        state.run(refuse);
        for (let at = 0; at < 4; at += 1) {
          progress.add({ done: 1 });
          await new Promise((resolve) => setTimeout(resolve, 60));
        }
        finished = true;
      }),
    );
    await expect(running).rejects.toThrow('no room');
    expect(finished).toBe(true);
  });

  it('keeps its log in order, without secrets (F6)', async () => {
    using home = makeCore();
    const { job } = await runJob(home.core, planOf(), { cleaners: noCleaners }, async (job) => {
      job.log('info', 'connecting to postgres://ann:hunter2@127.0.0.1/acme');
      job.log('warn', 'second');
      return job.id;
    });
    const { lines, lastId } = getJobLog(home.core.state, job.id);
    expect(lines.map((line) => line.level)).toEqual(['info', 'warn']);
    expect(JSON.stringify(lines)).not.toContain('hunter2');
    expect(readFileSync(home.core.log.file, 'utf8')).not.toContain('hunter2');
    expect(getJobLog(home.core.state, job.id, lastId).lines).toEqual([]);
  });
});

describe('a queued job', () => {
  it('is taken once, the oldest first, and keeps its id and its time', async () => {
    using home = makeCore();
    const { state } = home.core;
    const first = queueJob(state, planOf('copy'));
    const second = queueJob(state, planOf('copy'));
    const taken = takeQueued(state);
    expect(taken?.id).toBe(first.id);
    if (taken === null) return;
    await runJob(home.core, planOf('copy'), { cleaners: noCleaners, queued: taken }, (job) =>
      job.step('copy', async () => {}),
    );
    expect(getJob(state, first.id)).toMatchObject({ state: 'succeeded', createdAt: first.createdAt });
    expect(takeQueued(state)?.id).toBe(second.id);
    expect(takeQueued(state)).toBeNull();
  });

  it('that is cancelled is never taken', () => {
    using home = makeCore();
    const { state } = home.core;
    const job = queueJob(state, planOf('copy'));
    expect(cancelJob(state, job.id)).toMatchObject({ state: 'cancelled', endedAt: expect.any(String) });
    expect(getJob(state, job.id).state).toBe('cancelled');
    expect(takeQueued(state)).toBeNull();
  });
});

describe('a job’s id', () => {
  it('can be cut short as long as it names one job', () => {
    using home = makeCore();
    const { state } = home.core;
    const job = queueJob(state, planOf());
    expect(getJob(state, job.id.slice(0, 9)).id).toBe(job.id);
    for (const id of ['', '*', 'zzzz', "' OR 1=1"]) {
      expect(() => getJob(state, id)).toThrow(expect.objectContaining({ code: 'job_not_found' }));
    }
    for (let more = 0; more < 20; more += 1) queueJob(state, planOf());
    const shared = listJobs(state).map((other) => other.id[0] ?? '');
    const twice = shared.find((letter, at) => shared.indexOf(letter) !== at) ?? '';
    expect(() => getJob(state, twice)).toThrow(/Several jobs/);
  });
});
