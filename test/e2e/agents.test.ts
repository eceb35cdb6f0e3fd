import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AgentServer,
  agentJob,
  agentWorkflow,
  planted,
  startAgentServer,
  workflowId,
} from '../support/agent-server.ts';
import { type AirflowServer, startAirflow } from '../support/airflow-server.ts';
import { findViolations } from '../support/axe.ts';
import { withChromium } from '../support/chromium.ts';
import { type Opened, openRockpool } from '../support/opened.ts';
import { makePublished } from '../support/published-workflow.ts';
import { rockpool } from '../support/rockpool.ts';

const password = 'correct-horse-battery';
const running = (progress: number) =>
  agentJob({
    uuid: 'now',
    status: 'inProgress',
    createdAt: '2026-11-22T08:00:00Z',
    lastTaskEnd: null,
    progress,
  });
const failed = agentJob({
  uuid: 'failed',
  status: 'error',
  workflowName: 'weekly-erp',
  workflowId: 'erp',
  exception: 'Pod returned a failure',
  stackTrace: 'Traceback (most recent call last):\n  <b>dag.py</b>, line 212',
});

describe('agents in the page', withChromium, () => {
  let opened: Opened;
  let api: AgentServer;
  let airflow: AirflowServer;
  let published: ReturnType<typeof makePublished>;

  beforeAll(async () => {
    api = await startAgentServer();
    airflow = await startAirflow({ version: 2, user: 'ops', password, dag: workflowId });
    api.workflows = [agentWorkflow(), agentWorkflow({ uuid: 'erp', name: 'weekly-erp' })];
    api.jobs = [running(10), failed];
    api.notices = [{ uuid: 'n1', acked: false, exception: 'The replica lags', workflowName: 'nightly-crm' }];
    published = makePublished(workflowId);
    opened = await openRockpool(async (home) => {
      await rockpool(home, 'source', 'add', 'exports', published.path);
      // A job of ours, so that both kinds stand in one list.
      await rockpool(home, 'install', '/nowhere', '--as', 'lost');
    });
  });

  afterAll(async () => {
    await opened[Symbol.asyncDispose]();
    await api[Symbol.asyncDispose]();
    await airflow[Symbol.asyncDispose]();
    published[Symbol.dispose]();
  });

  it('are added with a password that no page ever shows again, and acknowledged', async () => {
    const tab = await opened.openTab('/sources');
    await tab.getByRole('button', { name: 'Add an agent' }).click();
    await tab.getByLabel('Address of its API').fill(api.url);
    await tab.getByLabel('Name', { exact: true }).fill('staging');
    await tab.getByLabel('Address of its Airflow').fill(airflow.url);
    await tab.getByLabel('User').fill('ops');
    await tab.getByRole('textbox', { name: 'Password' }).fill(password);
    await tab.getByText('--user ops --password-stdin').waitFor();
    await tab.getByRole('button', { name: 'Connect' }).click();
    await tab.getByText('version 2.3.1').waitFor();
    expect(await tab.content()).not.toContain(password);
    await tab.getByText('The replica lags').waitFor();
    await tab.getByRole('button', { name: 'Acknowledge: nightly-crm' }).click();
    await tab.getByText('The replica lags').waitFor({ state: 'detached' });
    expect(api.notices[0]?.acked).toBe(true);
    expect(await findViolations(tab)).toEqual([]);
  });

  it('have their jobs beside those of this machine; one that runs moves, and its end is told', async () => {
    const tab = await opened.openTab('/jobs');
    await tab
      .getByRole('button', { name: /nightly-crm/ })
      .getByText('10 %')
      .waitFor();
    await tab.getByRole('button', { name: /weekly-erp/ }).waitFor();
    const ours = tab.getByRole('button', { name: /Install lost/ });
    await ours.waitFor();
    api.jobs = [running(62), failed];
    await tab
      .getByRole('button', { name: /nightly-crm/ })
      .getByText('62 %')
      .waitFor();
    api.jobs = [{ ...running(0), status: 'completed', lastTaskEnd: '2026-11-22T08:05:00Z' }, failed];
    await tab.getByText('nightly-crm has ended well.').waitFor();
    await tab.getByText('Agent', { exact: true }).click();
    await ours.waitFor({ state: 'detached' });
    await tab.getByRole('combobox', { name: 'Workflow' }).click();
    await tab.getByRole('option', { name: 'nightly-crm' }).click();
    await tab.getByRole('button', { name: /weekly-erp/ }).waitFor({ state: 'detached' });
  });

  it('show a failed job down to its stack trace, as text', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const tab = await opened.openTab('/jobs', { colorScheme });
      await tab.getByRole('button', { name: /weekly-erp/ }).click();
      await tab.getByRole('alert').getByText('Pod returned a failure').waitFor();
      const fold = tab.getByRole('button', { name: /^Stack trace/ }).first();
      expect(await fold.getAttribute('aria-expanded')).toBe('false');
      await fold.focus();
      await tab.keyboard.press('Enter');
      await tab.getByText('<b>dag.py</b>, line 212').waitFor();
      expect(await findViolations(tab)).toEqual([]);
    }
  });

  it('say what a dataset’s workflow does, and start it anew', async () => {
    const tab = await opened.openTab('/datasets');
    await tab.getByText('nightly-crm').waitFor();
    await tab.getByText(/^Last run succeeded/).waitFor();
    await tab.getByText(/^Next publication/).waitFor();
    expect(await findViolations(tab)).toEqual([]);
    api.jobs = [agentJob({ uuid: 'next', status: 'inProgress', progress: 1, lastTaskEnd: null })];
    await tab.getByRole('button', { name: 'Request fresh data of nightly-crm' }).click();
    await tab.getByText('nightly-crm is begun.').waitFor();
    await tab.getByText('A newer revision is being made').waitFor();
    expect(airflow.runs).toHaveLength(1);
  });

  it('give none of their keys and passwords to the page', async () => {
    const seen: string[] = [];
    const tab = await opened.openTab('/sources');
    tab.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => seen.push(String(payload))));
    await tab.reload();
    await tab.getByText('version 2.3.1').waitFor();
    const everything = [...seen, await tab.content()].join('\n');
    expect(everything).toContain('staging');
    expect([...planted, password].filter((secret) => everything.includes(secret))).toEqual([]);
  });

  it('leave the page nothing to complain about', () => {
    // A network that comes or goes on this machine is no fault of the page.
    expect(opened.complaints.filter((each) => !each.includes('ERR_NETWORK_CHANGED'))).toEqual([]);
  });
});
