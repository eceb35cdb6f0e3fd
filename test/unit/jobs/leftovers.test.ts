import { describe, expect, it } from 'vitest';
import { RockpoolError } from '../../../electron/contract/errors.ts';
import { listJobs } from '../../../electron/jobs/history.ts';
import {
  addLeftover,
  cleanLeftovers,
  listLeftovers,
  settleLeftover,
} from '../../../electron/jobs/leftovers.ts';
import { runJob } from '../../../electron/jobs/run.ts';
import { makeCore } from '../../support/core.ts';
import { planOf, recordingCleaners } from '../../support/plan.ts';

describe('what a job makes', () => {
  it('is cleaned up when the job fails, unless it was settled: kind by kind, the latest first (E15)', async () => {
    using home = makeCore();
    const cleaned: string[] = [];
    const cleaners = recordingCleaners(cleaned, { database: () => 'done', role: () => 'done' });
    const running = runJob(home.core, planOf('make'), { cleaners }, async (job) => {
      job.willMake('role', { name: 'r1' });
      job.willMake('database', { name: 'd1' });
      job.settle(job.willMake('database', { name: 'kept' }));
      job.willMake('database', { name: 'd2' });
      throw new RockpoolError('load_failed', 'No.');
    });
    await expect(running).rejects.toMatchObject({ code: 'load_failed' });
    expect(cleaned).toEqual(['database d2', 'database d1', 'role r1']);
    expect(listLeftovers(home.core.state, listJobs(home.core.state)[0]?.id ?? '')).toEqual([]);
  });

  it('and did not settle is cleaned up when the job succeeds, too', async () => {
    using home = makeCore();
    const cleaned: string[] = [];
    const cleaners = recordingCleaners(cleaned, { role: () => 'done' });
    const { job } = await runJob(home.core, planOf(), { cleaners }, async (job) =>
      job.willMake('role', { name: 'r1' }),
    );
    expect(cleaned).toEqual(['role r1']);
    expect(job.state).toBe('succeeded');
  });

  it.each([
    ['must wait', () => 'later' as const],
    [
      'fails',
      () => {
        throw new RockpoolError('server_stopped', 'The server does not answer.');
      },
    ],
  ])('stays on the list, with all that may depend on it, when its cleaning %s', async (_what, answer) => {
    using home = makeCore();
    const cleaned: string[] = [];
    const cleaners = recordingCleaners(cleaned, { database: answer, role: () => 'done' });
    const running = runJob(home.core, planOf(), { cleaners }, async (job) => {
      job.willMake('role', { name: 'r1' });
      job.willMake('database', { name: 'd1' });
      throw new RockpoolError('load_failed', 'No.');
    });
    // The error is that of the work: what went wrong while cleaning up goes to the log.
    await expect(running).rejects.toMatchObject({ code: 'load_failed' });
    expect(cleaned).toEqual(['database d1']);
    const left = listLeftovers(home.core.state, listJobs(home.core.state)[0]?.id ?? '');
    expect(left.map(({ kind, record }) => `${kind} ${record.name}`)).toEqual(['database d1', 'role r1']);
  });

  it('stays on the list where a cleaner writes it down for another job, in the place of what it has settled (E15)', async () => {
    using home = makeCore();
    const { state } = home.core;
    // The latest number is free again once its row is gone, as when a publication is found finished after a kill.
    const handOver = () => {
      for (const leftover of listLeftovers(state, 'killed')) settleLeftover(state, leftover);
      addLeftover(state, 'next', 'database', { name: 'former' });
      return 'done' as const;
    };
    addLeftover(state, 'killed', 'publish', { name: 'live' });
    await cleanLeftovers(state, 'killed', recordingCleaners([], { publish: handOver }), () => undefined);
    expect(listLeftovers(state, 'next').map(({ kind, record }) => `${kind} ${record.name}`)).toEqual([
      'database former',
    ]);
    expect(listLeftovers(state, 'killed')).toEqual([]);
  });
});
