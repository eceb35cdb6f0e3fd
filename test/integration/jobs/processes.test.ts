import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cancelJob, findInterrupted, followJob, getJob, stopJob } from '../../../electron/jobs/history.ts';
import { listLeftovers } from '../../../electron/jobs/leftovers.ts';
import { queueJob } from '../../../electron/jobs/run.ts';
import { needsSweep, sweep } from '../../../electron/jobs/sweep.ts';
import { requireLock } from '../../../electron/state/locks.ts';
import { makeCore, type TestCore } from '../../support/core.ts';
import { makeFolder } from '../../support/folder.ts';
import { planOf, recordingCleaners } from '../../support/plan.ts';
import { type Program, startProgram } from '../../support/program.ts';

async function startJob(home: TestCore): Promise<{ program: Program; id: string }> {
  const program = startProgram('run-job', [], home.environment);
  const id = (await program.line('job')).slice('job '.length);
  // Changes reach state.db ten times a second at most.
  while (getJob(home.core.state, id).steps[1]?.state !== 'running') {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return { program, id };
}

describe('a job in another process', () => {
  it('ends as cancelled, with nothing left, when it is asked to stop through state.db', async () => {
    using home = makeCore();
    const { state } = home.core;
    const { program, id } = await startJob(home);
    await using _ = program;
    expect(cancelJob(state, id).state).toBe('running');
    const job = await followJob(state, id, () => {});
    expect(job).toMatchObject({ state: 'cancelled', error: null });
    expect(listLeftovers(state, id)).toEqual([]);
    expect(await program.end()).toMatchObject({
      code: 0,
      output: expect.stringContaining('ended cancelled'),
    });
  });

  it('is waited for until it has really stopped', async () => {
    using home = makeCore();
    const { program, id } = await startJob(home);
    await using _ = program;
    await stopJob(home.core.state, id);
    expect(getJob(home.core.state, id).state).toBe('cancelled');
    await stopJob(home.core.state, 'ffffffffff');
  });

  it('is left alone by a sweep while its process lives', async () => {
    using home = makeCore();
    const { program, id } = await startJob(home);
    await using _ = program;
    const cleaned: string[] = [];
    expect(await sweep(home.core, recordingCleaners(cleaned, { folder: () => 'done' }))).toEqual([]);
    expect(cleaned).toEqual([]);
    expect(getJob(home.core.state, id).state).toBe('running');
  });

  it('is found interrupted after kill -9, and what it made is cleaned up once it can be (E15)', async () => {
    using home = makeCore();
    const { core } = home;
    const { program, id } = await startJob(home);
    await program.kill();
    expect(findInterrupted(core.state)).toEqual([id]);
    expect(needsSweep(core)).toBe(true);
    // Whoever follows it is not left waiting.
    expect((await followJob(core.state, id, () => {})).state).toBe('running');

    const cleaned: string[] = [];
    expect(await sweep(core, recordingCleaners(cleaned, { folder: () => 'later' }))).toEqual([id]);
    const job = getJob(core.state, id);
    expect(job).toMatchObject({ state: 'interrupted', error: null, endedAt: expect.any(String) });
    expect(job.steps.map((step) => step.state)).toEqual(['done', 'failed']);
    expect(listLeftovers(core.state, id)).toHaveLength(2);
    expect(needsSweep(core)).toBe(true);

    cleaned.length = 0;
    expect(await sweep(core, recordingCleaners(cleaned, { folder: () => 'done' }))).toEqual([]);
    expect(cleaned).toEqual(['folder second', 'folder first']);
    expect(needsSweep(core)).toBe(false);
  });

  it('is swept once: a second sweep waits for the first, and returns when the state is whole', async () => {
    using home = makeCore();
    const { program, id } = await startJob(home);
    await program.kill();
    const first = requireLock(home.core.state, 'sweep', 'Another sweep');
    let returned = false;
    const second = sweep(home.core, new Map()).then((ids) => {
      returned = true;
      return ids;
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(returned).toBe(false);
    first.close();
    expect(await second).toEqual([id]);
    expect(await sweep(home.core, new Map())).toEqual([]);
  });

  it('is ended elsewhere too, by its pid and start time, before anything of it is cleaned', async () => {
    using home = makeCore();
    const { program, id } = await startJob(home);
    await program.kill();
    const order: string[] = [];
    const clean = async (): Promise<'done'> => {
      order.push('cleaned');
      return 'done';
    };
    await sweep(home.core, new Map([['folder', clean]]), async (process) => {
      order.push(`ended ${process.pid === program.pid}`);
    });
    expect(order.slice(0, 2)).toEqual(['ended true', 'cleaned']);
    expect(getJob(home.core.state, id).state).toBe('interrupted');
  });
});

describe('the queue', () => {
  it('gives each job to one worker, however many take at once', async () => {
    using home = makeCore();
    using folder = makeFolder();
    const signal = join(folder.path, 'go');
    const queued = Array.from({ length: 40 }, () => queueJob(home.core.state, planOf('copy')).id);
    const workers = [1, 2, 3].map(() => startProgram('take-jobs', [signal], home.environment));
    for (const worker of workers) await worker.line('ready');
    writeFileSync(signal, '');
    const taken: string[] = [];
    for (const worker of workers) {
      const { code, output } = await worker.end();
      expect(code).toBe(0);
      taken.push(...[...output.matchAll(/^took (\w+)$/gm)].map((match) => match[1] ?? ''));
    }
    expect(taken.sort()).toEqual(queued.sort());
  });
});
