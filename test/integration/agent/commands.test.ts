import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { Agent } from '../../../electron/contract/agent.ts';
import type { UpdateResult } from '../../../electron/contract/install.ts';
import type { Job } from '../../../electron/contract/job.ts';
import { agentJob, planted, startAgentServer, workflowId } from '../../support/agent-server.ts';
import { startAirflow } from '../../support/airflow-server.ts';
import { type Home, makeHome } from '../../support/home.ts';
import { makePublished } from '../../support/published-workflow.ts';
import { rockpool, rockpoolError, rockpoolJson } from '../../support/rockpool.ts';
import { strict } from '../../support/strict.ts';

const password = 'correct-horse-battery';

/** Runs a command with a text on its standard input. */
async function withInput(home: Home, input: string, ...args: string[]) {
  const child = spawn(process.execPath, [...strict, 'electron/shells/cli/main.ts', ...args], {
    env: home.environment,
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number];
  return { code, stdout, stderr };
}

async function makeBench() {
  const home = await makeHome();
  const api = await startAgentServer();
  const airflow = await startAirflow({ version: 1, user: 'ops', password, dag: workflowId });
  const added = await withInput(
    home,
    `${password}\n`,
    ...[
      'agent',
      'add',
      'staging',
      api.url,
      '--airflow',
      airflow.url,
      '--user',
      'ops',
      '--password-stdin',
      '--json',
    ],
  );
  expect(added).toMatchObject({ code: 0 });
  return {
    home,
    api,
    airflow,
    added,
    [Symbol.asyncDispose]: async () => {
      await api[Symbol.asyncDispose]();
      await airflow[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}

describe('rockpool run', () => {
  it('exits with 0 where the workflow succeeds, and with 1 and the end of the log where it fails', async () => {
    await using bench = await makeBench();
    const good = await rockpool(bench.home, 'run', 'staging/nightly-crm', '--wait', '--json');
    expect(good.code).toBe(0);
    expect(JSON.parse(good.stdout)).toMatchObject({
      run: { workflow: workflowId, state: 'success' },
      log: ['erl-data-dump: line one', 'erl-data-dump: line two'],
      update: null,
      installs: [],
    });
    bench.airflow.states = ['queued', 'running', 'failed'];
    bench.airflow.log = 'begun\npsql: connection to crm-replica timed out';
    const bad = await rockpool(bench.home, 'run', 'staging/nightly-crm', '--wait', '--json');
    expect(bad.code).toBe(1);
    expect(JSON.parse(bad.stdout)).toMatchObject({ error: { code: 'workflow_failed' } });
    expect(bad.stderr).toContain('erl-data-dump: psql: connection to crm-replica timed out');
  });

  it('updates an install once the workflow has ended', async () => {
    await using bench = await makeBench();
    using published = makePublished(workflowId);
    await rockpool(bench.home, 'source', 'add', 'exports', published.path);
    await rockpoolJson(bench.home, 'install', `exports/${workflowId}`, '--as', 'crm');
    const folder = join(published.path, workflowId);
    cpSync(join(folder, '1'), join(folder, '2'), { recursive: true });
    appendFileSync(join(folder, '2', 'table-users.csv'), '2,Grace\n');
    // The agent's API is a moment behind Airflow.
    bench.api.jobs = [agentJob({ status: 'inProgress', progress: 90, lastTaskEnd: null })];
    setTimeout(() => {
      bench.api.jobs = [agentJob()];
    }, 6000);
    const ran = await rockpoolJson<{ update: UpdateResult }>(
      bench.home,
      ...['run', 'staging/nightly-crm', '--update', 'crm'],
    );
    expect(ran).toMatchObject({
      run: { state: 'success' },
      installs: ['crm'],
      update: { changed: true, install: { name: 'crm', revision: '2', rows: 2 } },
    });
  });

  it('begins nothing for an install that is not there', async () => {
    await using bench = await makeBench();
    const refused = await rockpoolError(bench.home, 'run', 'staging/nightly-crm', '--update', 'nobody');
    expect(refused.error.code).toBe('install_not_found');
    expect(bench.airflow.runs).toHaveLength(0);
  });

  it('takes no words but AGENT/WORKFLOW, and no conf but an object', async () => {
    await using bench = await makeBench();
    expect(await rockpoolError(bench.home, 'run', 'nightly-crm')).toMatchObject({ code: 2 });
    expect(await rockpoolError(bench.home, 'run', 'staging/nightly-crm', '--conf', '[1]')).toMatchObject({
      code: 2,
    });
    expect(bench.airflow.runs).toHaveLength(0);
  });
});

describe('rockpool jobs --remote', () => {
  it('asks the agents, follows one of their jobs to its end, and keeps what they no longer list', async () => {
    await using bench = await makeBench();
    bench.api.jobs = [agentJob({ status: 'inProgress', progress: 5, lastTaskEnd: null })];
    const { jobs } = await rockpoolJson<{ jobs: Job[] }>(bench.home, 'jobs', '--remote');
    expect(jobs).toMatchObject([{ title: 'nightly-crm', state: 'running', remote: true }]);
    const id = jobs[0]?.id ?? '';
    const followed = rockpoolJson<{ job: Job; details: object }>(bench.home, 'job', id, '--follow');
    setTimeout(() => {
      bench.api.jobs = [agentJob()];
    }, 1500);
    expect(await followed).toMatchObject({
      job: { state: 'succeeded' },
      details: { fullCopies: ['public.users'] },
    });
    bench.api.jobs = [];
    expect((await rockpoolJson<{ jobs: Job[] }>(bench.home, 'jobs', '--remote')).jobs).toHaveLength(1);
    expect((await rockpoolJson<{ jobs: Job[] }>(bench.home, 'jobs')).jobs).toEqual([]);
    expect((await rockpoolError(bench.home, 'cancel', id)).error.code).toBe('not_available');
  });
});

describe('an agent whose answers hold keys and passwords', () => {
  it('leaves them in none of state.db, logs, diagnostics and answers', async () => {
    await using bench = await makeBench();
    const { home, api } = bench;
    const secrets = {
      fernetKey: planted[0],
      outputMetadata: { initialCopies: [{ table: 't', dsn: planted[3] }] },
    };
    const stackTrace = `connecting to postgres://redact:${planted[3]}@crm/db with fernet_key="${planted[0]}"`;
    api.jobs = [agentJob({ status: 'error', exception: 'it failed', stackTrace, ...secrets })];
    api.notices = [{ uuid: 'n', acked: false, exception: `password=${planted[2]}`, token: planted[1] }];
    const said = [
      bench.added.stdout,
      (await rockpool(home, 'agent', 'check', 'staging', '--json')).stdout,
      (await rockpool(home, 'agent', 'list', '--json')).stdout,
      (await rockpool(home, 'jobs', '--remote', '--json')).stdout,
    ];
    const { agents } = JSON.parse(said[2] ?? '') as { agents: Agent[] };
    expect(agents[0]?.seen.agents).toMatchObject([{ name: 'production', version: '2.3.1' }]);
    expect(agents[0]?.seen.notices).toHaveLength(1);
    api.fault = () => ({ text: `{"fernetKey": "${planted[0]}", broken` });
    said.push((await rockpool(home, 'agent', 'check', 'staging', '--json')).stdout);
    const zip = join(home.path, 'diagnostics.zip');
    expect((await rockpool(home, 'diagnostics', zip)).code).toBe(0);
    const diagnostics = Object.values(unzipSync(readFileSync(zip))).map((each) =>
      Buffer.from(each).toString(),
    );
    const files = readdirSync(home.path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.endsWith('secrets'))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
    const everything = [...said, ...diagnostics, ...files].join('\n');
    expect(everything).toContain('nightly-crm');
    expect([...planted, password].filter((secret) => everything.includes(secret))).toEqual([]);
  });
});
