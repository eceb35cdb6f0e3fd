import { describe, expect, it } from 'vitest';
import { addAgent } from '../../../electron/agent/registry.ts';
import { followRun, startRun } from '../../../electron/agent/run.ts';
import { agentWorkflow, startAgentServer, workflowId } from '../../support/agent-server.ts';
import { startAirflow } from '../../support/airflow-server.ts';
import { makeCore } from '../../support/core.ts';

const quick = { pollMs: 20, askSchedulerMs: 200, queuedMs: 600 };

async function makeBench(version: 1 | 2 = 1) {
  const home = makeCore();
  const api = await startAgentServer();
  const airflow = await startAirflow({ version, user: 'ops', password: 'correct-horse', dag: workflowId });
  const { core } = home;
  await addAgent(core, {
    name: 'staging',
    url: api.url,
    airflow: airflow.url,
    user: 'ops',
    secret: 'correct-horse',
  });
  const lines: string[] = [];
  const states: string[] = [];
  return {
    core,
    api,
    airflow,
    lines,
    states,
    start: (called = 'nightly-crm', conf = {}) => startRun(core, 'staging', called, conf),
    follow: (run: Awaited<ReturnType<typeof startRun>>, signal?: AbortSignal) =>
      followRun(
        core,
        run,
        {
          signal,
          onState: (state) => states.push(state),
          onLine: (task, line) => lines.push(`${task}: ${line}`),
        },
        quick,
      ),
    [Symbol.asyncDispose]: async () => {
      await api[Symbol.asyncDispose]();
      await airflow[Symbol.asyncDispose]();
      home[Symbol.dispose]();
    },
  };
}

describe.each([1, 2] as const)('a run over version %i of Airflow', (version) => {
  it('is started by the workflow’s name, and followed to its good end with its log', async () => {
    await using bench = await makeBench(version);
    const run = await bench.start('nightly-crm', { full: true });
    expect(run).toMatchObject({ workflow: workflowId, workflowName: 'nightly-crm' });
    expect(bench.airflow.runs[0]?.conf).toEqual({ full: true });
    expect(await bench.follow(run)).toMatchObject({ state: 'success' });
    expect(bench.states).toEqual(['queued', 'running', 'success']);
    const texts = bench.lines.map((line) => line.replace(/ 2026-\S+/, ''));
    expect(texts).toEqual(['erl-data-dump: line one', 'erl-data-dump: line two']);
  });

  it('ends with the task that failed, and the end of its log', async () => {
    await using bench = await makeBench(version);
    bench.airflow.states = ['queued', 'running', 'failed'];
    bench.airflow.log = "begun\npsql: it couldn't connect";
    const run = await bench.start(workflowId);
    await expect(bench.follow(run)).rejects.toMatchObject({
      code: 'workflow_failed',
      message: 'The run of nightly-crm failed at its task erl-data-dump.',
    });
    expect(bench.lines.at(-1)).toMatch(/psql: it couldn't connect$/);
  });

  it('says that a password is wrong', async () => {
    await using bench = await makeBench(version);
    await addAgent(bench.core, {
      name: 'other',
      url: bench.api.url,
      airflow: `${bench.airflow.url}/`,
      user: 'ops',
      secret: 'wrong-horse',
    });
    await expect(startRun(bench.core, 'other', workflowId, {})).rejects.toMatchObject({
      code: 'agent_denied',
    });
    expect(bench.airflow.runs).toHaveLength(0);
  });
});

describe('a run that goes wrong', () => {
  it('is given up where the scheduler is dead', async () => {
    await using bench = await makeBench();
    bench.airflow.states = ['queued'];
    bench.airflow.scheduler = 'unhealthy';
    await expect(bench.follow(await bench.start())).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('scheduler is unhealthy'),
    });
  });

  it('is given up where it stays in the queue', async () => {
    await using bench = await makeBench();
    bench.airflow.states = ['queued'];
    await expect(bench.follow(await bench.start())).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('has not begun'),
    });
  });

  it('ends where it was deleted', async () => {
    await using bench = await makeBench();
    bench.airflow.states = ['queued', 'running'];
    const run = await bench.start();
    const followed = bench.follow(run);
    await expect.poll(() => bench.states.includes('running')).toBe(true);
    bench.airflow.runs.length = 0;
    await expect(followed).rejects.toMatchObject({
      code: 'workflow_failed',
      message: expect.stringContaining('deleted'),
    });
  });

  it('ends although its log does not', async () => {
    await using bench = await makeBench();
    bench.airflow.isLogEndless = true;
    expect(await bench.follow(await bench.start())).toMatchObject({ state: 'success' });
    expect(bench.lines.length).toBeLessThan(40);
  });

  it('is followed over a log that is endless in one answer', async () => {
    await using bench = await makeBench();
    bench.airflow.fault = (path) => (path.includes('/logs/') ? { endless: true } : null);
    expect(await bench.follow(await bench.start())).toMatchObject({ state: 'success' });
  });

  it('is followed over a moment in which nothing answers', async () => {
    await using bench = await makeBench();
    const run = await bench.start();
    let asked = 0;
    bench.airflow.fault = (path) => {
      asked += path.endsWith('00') || path.includes('dagRuns/') ? 1 : 0;
      return asked > 1 && asked < 4 ? { status: 503 } : null;
    };
    expect(await bench.follow(run)).toMatchObject({ state: 'success' });
  });

  it('goes on when the one who follows leaves', async () => {
    await using bench = await makeBench();
    bench.airflow.states = ['running'];
    const abort = new AbortController();
    const followed = bench.follow(await bench.start(), abort.signal);
    setTimeout(() => abort.abort(new Error('left')), 200);
    await expect(followed).rejects.toThrow('left');
    expect(bench.airflow.runs[0]?.state).toBe('running');
  });

  it('is not begun where the name fits no workflow or several, or Airflow does not know it', async () => {
    await using bench = await makeBench();
    const other = '8f1c2d3e-0000-4000-8000-000000000002';
    bench.api.workflows.push(agentWorkflow({ uuid: other }));
    await expect(bench.start('weekly')).rejects.toMatchObject({ code: 'workflow_not_found' });
    await expect(bench.start('nightly-crm')).rejects.toMatchObject({
      code: 'workflow_not_found',
      message: expect.stringContaining('Several'),
    });
    await expect(bench.start(other)).rejects.toMatchObject({ code: 'workflow_not_found' });
  });

  it('says that an agent was added without its Airflow', async () => {
    await using bench = await makeBench();
    await addAgent(bench.core, { name: 'api-only', url: bench.api.url });
    await expect(startRun(bench.core, 'api-only', workflowId, {})).rejects.toMatchObject({ code: 'usage' });
  });
});
