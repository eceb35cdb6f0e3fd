import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkAgent } from '../../../electron/agent/refresh.ts';
import { addAgent } from '../../../electron/agent/registry.ts';
import { findWanted } from '../../../electron/installs/find.ts';
import { addSource } from '../../../electron/sources/registry.ts';
import { agentJob, startAgentServer, workflowId } from '../../support/agent-server.ts';
import { makeCore } from '../../support/core.ts';
import { startFilestore } from '../../support/filestore.ts';
import { makeFolder } from '../../support/folder.ts';

async function makeBench() {
  const home = makeCore();
  const folder = makeFolder();
  mkdirSync(join(folder.path, workflowId));
  writeFileSync(join(folder.path, workflowId, 'table-public.users.csv'), 'id\n1\n');
  const store = await startFilestore(folder.path);
  const api = await startAgentServer();
  const { core } = home;
  addSource(core, 'nas', store.url);
  await addAgent(core, { name: 'staging', url: api.url });
  await checkAgent(core, 'staging');
  return {
    core,
    api,
    store,
    look: () => findWanted(core, `nas/${workflowId}`).publication(new AbortController().signal),
    [Symbol.asyncDispose]: async () => {
      await api[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      home[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  };
}

describe('a dataset whose workflow runs', () => {
  it('is not pulled from a file store, which is not even asked', async () => {
    await using bench = await makeBench();
    bench.api.jobs = [agentJob({ status: 'inProgress', progress: 20, lastTaskEnd: null })];
    await expect(bench.look()).rejects.toMatchObject({
      code: 'source_changed',
      message: 'A newer revision of nightly-crm is being made at this moment.',
      detail: { percent: 20 },
    });
    expect(bench.store.requests).toHaveLength(0);
  });

  it('is there again once the run has ended', async () => {
    await using bench = await makeBench();
    bench.api.jobs = [agentJob({ status: 'inProgress', progress: 20, lastTaskEnd: null })];
    await expect(bench.look()).rejects.toMatchObject({ code: 'source_changed' });
    bench.api.jobs = [agentJob()];
    expect(await bench.look()).toMatchObject({ dataset: workflowId });
  });

  it('is pulled where the agent does not answer, or another workflow runs', async () => {
    await using bench = await makeBench();
    bench.api.jobs = [agentJob({ workflowId: 'another', status: 'inProgress', lastTaskEnd: null })];
    expect(await bench.look()).toMatchObject({ dataset: workflowId });
    bench.api.fault = () => ({ status: 500 });
    expect(await bench.look()).toMatchObject({ dataset: workflowId });
  });
});
