import { describe, expect, it } from 'vitest';
import { checkAgent, refreshAgent } from '../../../electron/agent/refresh.ts';
import { addAgent, getAgent, readSeen, removeAgent } from '../../../electron/agent/registry.ts';
import { remoteIdOf } from '../../../electron/agent/remote-job.ts';
import { getRemoteJob, listRemoteJobs } from '../../../electron/agent/remote-jobs.ts';
import { watchAgents } from '../../../electron/agent/watch.ts';
import { isRockpoolError } from '../../../electron/contract/errors.ts';
import {
  type AgentFault,
  type AgentServer,
  agentJob,
  startAgentServer,
  workflowId,
} from '../../support/agent-server.ts';
import { makeCore } from '../../support/core.ts';

async function makeBench(tls?: { key: string; cert: string }) {
  const home = makeCore();
  const server = await startAgentServer(tls);
  const { core } = home;
  const record = await addAgent(core, { name: 'staging', url: server.url });
  return {
    core,
    server,
    refresh: (limits = {}) => refreshAgent(core, record, 'jobs', undefined, limits),
    jobs: () => listRemoteJobs(core.state, { limit: 1000 }),
    one: (uuid = 'job-1') => getRemoteJob(core.state, remoteIdOf('staging', uuid)),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      home[Symbol.dispose]();
    },
  };
}

describe('the history of an agent', () => {
  it('keeps what a job says of itself: state, times, tables, links', async () => {
    await using bench = await makeBench();
    bench.server.jobs = [agentJob()];
    await bench.refresh();
    const { job, details } = bench.one();
    expect(job).toMatchObject({
      title: 'nightly-crm',
      state: 'succeeded',
      progress: 1,
      remote: true,
      startedAt: '2026-11-22T02:00:00.000Z',
      endedAt: '2026-11-22T02:03:10.000Z',
      error: null,
    });
    expect(details).toMatchObject({
      workflow: workflowId,
      status: 'completed',
      summary: ['Published revision 42'],
      fullCopies: ['public.users'],
      deltaCopies: ['public.orders', 'public.lines'],
      schemaChanges: [],
      links: ['https://example.com/exports/42'],
    });
  });

  it('tells a failed job with its exception and its stack trace', async () => {
    await using bench = await makeBench();
    const stackTrace = 'Traceback (most recent call last):\n  File "dag.py", line 3';
    bench.server.jobs = [agentJob({ status: 'error', exception: 'Pod failed\nmore', stackTrace })];
    await bench.refresh();
    const { job, details } = bench.one();
    expect(job).toMatchObject({ state: 'failed', error: { code: 'workflow_failed', message: 'Pod failed' } });
    expect(details.stackTrace).toBe(stackTrace);
  });

  it('outlives the 25 that an agent lists', async () => {
    await using bench = await makeBench();
    for (let batch = 0; batch < 3; batch += 1) {
      bench.server.jobs = Array.from({ length: 25 }, (_, at) => agentJob({ uuid: `job-${batch * 25 + at}` }));
      await bench.refresh();
    }
    expect(bench.jobs()).toHaveLength(75);
  });

  it('has one record of a job that is told twice, and takes the further one', async () => {
    await using bench = await makeBench();
    const running = agentJob({ status: 'inProgress', progress: 40, lastTaskEnd: null });
    bench.server.jobs = [agentJob(), running, running];
    await bench.refresh();
    expect(bench.jobs()).toHaveLength(1);
    expect(bench.one().job.state).toBe('succeeded');
  });

  it('never shows less progress than it did', async () => {
    await using bench = await makeBench();
    const shown: number[] = [];
    for (const progress of [10, 60, 30, 0, 80]) {
      bench.server.jobs = [agentJob({ status: 'inProgress', progress, lastTaskEnd: null })];
      await bench.refresh();
      shown.push(bench.one().job.progress);
    }
    expect(shown).toEqual([0.1, 0.6, 0.6, 0.6, 0.8]);
  });

  it('shows a state that is new to it in the agent’s own words', async () => {
    await using bench = await makeBench();
    bench.server.jobs = [agentJob({ status: 'paused by operator', lastTaskEnd: null })];
    await bench.refresh();
    const { job, details } = bench.one();
    expect(details.status).toBe('paused by operator');
    expect(job).toMatchObject({
      state: 'running',
      steps: [{ description: 'the agent says: paused by operator' }],
    });
  });

  it('takes jobs whose fields are absent, null or of other types', async () => {
    await using bench = await makeBench();
    const odd = [
      { uuid: 'a' },
      {
        uuid: 'b',
        status: 7,
        createdAt: 'never',
        progress: 'half',
        outputMetadata: 'none',
        workflowName: ['x'],
      },
      {
        uuid: 'c',
        status: null,
        createdAt: null,
        outputMetadata: { initialCopies: 3, deltaCopies: { x: 1 } },
      },
      { uuid: 'd', status: 'completed', createdAt: '1970-01-01', lastTaskEnd: '1969-01-01', progress: -5 },
      { uuid: 'e', outputSummary: [{ schema: 'public', table: 't', rows: 12 }], progress: 1e9 },
      { status: 'completed' },
      null,
      'job',
      [],
    ];
    bench.server.jobs = odd;
    await bench.refresh();
    expect(
      bench
        .jobs()
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(['a', 'b', 'c', 'd', 'e'].map((uuid) => remoteIdOf('staging', uuid)).toSorted());
    expect(bench.one('d').job).toMatchObject({ startedAt: null, endedAt: '1970-01-01T00:00:00.000Z' });
    expect(bench.one('e').details.summary).toEqual(['public.t: 12 rows']);
  });

  it('ends a job that the agent lists no more, since nobody can tell how it did', async () => {
    await using bench = await makeBench();
    bench.server.jobs = [agentJob({ status: 'inProgress', progress: 10, lastTaskEnd: null })];
    await bench.refresh();
    bench.server.jobs = [agentJob({ uuid: 'job-2' })];
    expect(await bench.refresh()).toMatchObject({ unfinished: 0 });
    expect(bench.one().job).toMatchObject({ state: 'interrupted' });
  });

  it('ends what an agent that is forgotten left unfinished, and keeps the rest', async () => {
    await using bench = await makeBench();
    const running = agentJob({ uuid: 'now', status: 'inProgress', progress: 10, lastTaskEnd: null });
    bench.server.jobs = [running, agentJob()];
    await bench.refresh();
    await removeAgent(bench.core, 'staging');
    expect(bench.one('now').job.state).toBe('interrupted');
    expect(bench.one().job.state).toBe('succeeded');
  });

  it('writes nothing where nothing changed', async () => {
    await using bench = await makeBench();
    bench.server.jobs = [
      agentJob(),
      agentJob({ uuid: 'x', status: 'inProgress', progress: 3, lastTaskEnd: null }),
    ];
    await bench.refresh();
    const before = bench.core.state.version();
    expect(await bench.refresh()).toMatchObject({ changed: 0, unfinished: 1 });
    expect(bench.core.state.version()).toBe(before);
  });
});

describe('an agent that misbehaves', () => {
  const small = { idleTimeoutMs: 400, totalTimeoutMs: 1500, maxBytes: 1024 * 1024 };
  const faults: [name: string, fault: AgentFault, code: string, words: RegExp][] = [
    ['HTML', { text: '<!doctype html><p>Sign in' }, 'agent_invalid', /web page/],
    ['no JSON', { text: 'OK', type: 'application/json' }, 'agent_invalid', /no JSON/],
    ['an empty body', { text: '' }, 'agent_invalid', /empty/],
    ['another type', { text: '{"jobs":[]}' }, 'agent_invalid', /list of jobs/],
    ['401', { status: 401 }, 'agent_denied', /refuses access/],
    ['500', { status: 500, text: 'boom' }, 'agent_unreachable', /status 500/],
    ['302', { status: 302 }, 'agent_invalid', /another place/],
    ['nothing', { silence: true }, 'agent_unreachable', /did not answer/],
    ['a body without end', { endless: true }, 'agent_invalid', /longer than/],
    ['a cut connection', { reset: true }, 'agent_unreachable', /closes the connection/],
  ];
  it.each(faults)(
    'is told clearly when it answers %s, and what was known stays',
    async (_, fault, code, words) => {
      await using bench = await makeBench();
      bench.server.jobs = [agentJob()];
      await bench.refresh();
      bench.server.fault = () => fault;
      const error = await bench.refresh(small).catch((thrown: unknown) => thrown);
      expect(isRockpoolError(error) && error.report()).toMatchObject({
        code,
        message: expect.stringMatching(words),
      });
      expect(bench.jobs()).toHaveLength(1);
      expect(readSeen(bench.core, 'staging').failure).toMatchObject({ code });
      bench.server.fault = () => null;
      await bench.refresh();
      expect(readSeen(bench.core, 'staging').failure).toBeNull();
    },
  );

  it('is told when it is not there', async () => {
    await using bench = await makeBench();
    await bench.server[Symbol.asyncDispose]().then(async () => {
      const check = await checkAgent(bench.core, 'staging');
      expect(check).toMatchObject({ ok: false, message: expect.stringContaining('nothing listens there') });
    });
    bench.server[Symbol.asyncDispose] = async () => {};
  });

  it('is not waited for once the caller has gone', async () => {
    await using bench = await makeBench();
    bench.server.fault = () => ({ silence: true });
    const abort = new AbortController();
    const asked = refreshAgent(bench.core, getAgent(bench.core, 'staging'), 'jobs', abort.signal);
    setTimeout(() => abort.abort(new Error('gone')), 50);
    await expect(asked).rejects.toThrow('gone');
    expect(readSeen(bench.core, 'staging').failure).toBeNull();
  });
});

describe('watching agents', () => {
  const asked = (server: AgentServer): number =>
    server.requests.filter((request) => request === 'GET /workflow/jobs').length;

  it('asks while somebody watches, and nothing once nobody does', async () => {
    await using bench = await makeBench();
    bench.server.jobs = [agentJob({ status: 'inProgress', progress: 5, lastTaskEnd: null })];
    expect(asked(bench.server)).toBe(0);
    const first = watchAgents(bench.core);
    const second = watchAgents(bench.core);
    await expect.poll(() => bench.jobs().length).toBe(1);
    bench.server.jobs = [agentJob()];
    first[Symbol.dispose]();
    await expect.poll(() => bench.one().job.state).toBe('succeeded');
    second[Symbol.dispose]();
    // What was asked before may still be on its way.
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const count = asked(bench.server);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(asked(bench.server)).toBe(count);
  });
});
