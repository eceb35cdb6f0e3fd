import { setTimeout as wait } from 'node:timers/promises';
import type { AgentRecord, Run, Workflow } from '../contract/agent.ts';
import { isRockpoolError, RockpoolError } from '../contract/errors.ts';
import type { Core } from '../state/core.ts';
import { type Airflow, openAirflow } from './airflow.ts';
import { refreshAgent } from './refresh.ts';
import { getAgent, readSeen } from './registry.ts';
import { newestOf } from './remote-jobs.ts';
import { followLogs } from './run-log.ts';
import { readAgentSecret } from './secret.ts';
import { askSoon } from './watch.ts';

/** How a run is watched. Lines of its log come as they are written, each once. */
export interface RunWatch {
  readonly signal?: AbortSignal | undefined;
  readonly onState?: ((state: string) => void) | undefined;
  readonly onLine?: ((task: string, line: string) => void) | undefined;
}

/** How patiently a run is followed. */
export interface Patience {
  readonly pollMs: number;
  /** After so long in the queue the scheduler is asked for. */
  readonly askSchedulerMs: number;
  /** After so long in the queue the run is given up. */
  readonly queuedMs: number;
}

const usual: Patience = { pollMs: 2000, askSchedulerMs: 15_000, queuedMs: 10 * 60_000 };
// A connection that is lost for a moment does not end what is followed for an hour.
const mostFailures = 5;

/** Starts a workflow, which is called by its id or its name. Throws `agent_not_found`, `workflow_not_found`, and what Airflow says. */
export async function startRun(
  core: Core,
  agentName: string,
  called: string,
  conf: Record<string, unknown>,
  signal?: AbortSignal,
): Promise<Run> {
  const agent = getAgent(core, agentName);
  const { id, name } = await findWorkflow(core, agent, called, signal);
  const airflow = await openAirflow(agent, await readAgentSecret(core, agent), signal);
  const runId = await airflow.start(id, conf, signal);
  askSoon(core);
  return { agent: agentName, workflow: id, workflowName: name, runId, state: 'queued' };
}

/**
 * Follows a run to its end. Throws `workflow_failed` where it fails or is deleted, `timeout` where it does not begin. An
 * abort ends the following, not the run.
 */
export async function followRun(
  core: Core,
  run: Run,
  watch: RunWatch,
  patience: Partial<Patience> = {},
): Promise<Run> {
  const { pollMs, askSchedulerMs, queuedMs } = { ...usual, ...patience };
  const { signal } = watch;
  const agent = getAgent(core, run.agent);
  const airflow = await openAirflow(agent, await readAgentSecret(core, agent), signal);
  const logs = followLogs(airflow, run, watch.onLine ?? (() => {}), signal);
  const begunAt = Date.now();
  let failures = 0;
  for (let last = ''; ; await wait(pollMs, undefined, { signal }).catch(() => signal?.throwIfAborted())) {
    try {
      const state = await airflow.state(run.workflow, run.runId, signal);
      if (state === null) throw failed(run, 'was deleted while it was followed', null);
      if (state !== last) watch.onState?.(state);
      last = state;
      if (state === 'queued') {
        await requireScheduler(airflow, run, Date.now() - begunAt, askSchedulerMs, queuedMs, signal);
      } else await logs.read(state === 'success' || state === 'failed');
      failures = 0;
      if (state === 'success') return { ...run, state };
      if (state === 'failed') throw failed(run, 'failed', await logs.failedTask());
    } catch (error) {
      signal?.throwIfAborted();
      failures += 1;
      if (!isRockpoolError(error, 'agent_unreachable') || failures > mostFailures) throw error;
    }
  }
}

/**
 * Waits until the agent's API, which is behind Airflow, says that the workflow has ended too; it is not waited for longer
 * than `longestMs`.
 */
export async function waitForRest(
  core: Core,
  run: Run,
  signal?: AbortSignal,
  longestMs = 30_000,
): Promise<void> {
  const agent = getAgent(core, run.agent);
  for (const until = Date.now() + longestMs; Date.now() < until; ) {
    const isAsked = await refreshAgent(core, agent, 'jobs', signal).then(
      () => true,
      (error: unknown) => {
        signal?.throwIfAborted();
        if (!isRockpoolError(error)) throw error;
        return false;
      },
    );
    const states = ['queued', 'running'] as const;
    if (!isAsked || newestOf(core.state, run.workflow, states) === null) return;
    await wait(usual.pollMs, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
}

async function requireScheduler(
  airflow: Airflow,
  run: Run,
  waitedMs: number,
  askSchedulerMs: number,
  queuedMs: number,
  signal?: AbortSignal,
): Promise<void> {
  if (waitedMs < askSchedulerMs) return;
  const scheduler = await airflow.scheduler(signal);
  const isDead = scheduler !== null && scheduler !== 'healthy';
  if (!isDead && waitedMs < queuedMs) return;
  const name = run.workflowName ?? run.workflow;
  throw new RockpoolError(
    'timeout',
    isDead
      ? `${name} waits in the queue, and nothing will begin it: Airflow's scheduler is ${scheduler}.`
      : `${name} has waited in the queue for ${Math.round(waitedMs / 1000)} s and has not begun.`,
    {
      hint: 'The run stays in the queue. Ask those who run the agent to look at its scheduler and its pause switch.',
      detail: { agent: run.agent, workflow: run.workflow, run: run.runId, scheduler },
    },
  );
}

function failed(run: Run, how: string, task: string | null): RockpoolError {
  const at = task === null ? '' : ` at its task ${task}`;
  return new RockpoolError('workflow_failed', `The run of ${run.workflowName ?? run.workflow} ${how}${at}.`, {
    hint: 'What was published before stays as it is. The end of the log says why, and so does: rockpool jobs --remote',
    detail: { agent: run.agent, workflow: run.workflow, run: run.runId, task },
  });
}

/** A workflow by its id or its name. What the agent does not list may be known to its Airflow alone, if it is an id. */
async function findWorkflow(
  core: Core,
  agent: AgentRecord,
  called: string,
  signal?: AbortSignal,
): Promise<Pick<Workflow, 'id' | 'name'>> {
  // Asked anew: a workflow that was made a minute ago can be started, too.
  await refreshAgent(core, agent, 'all', signal).catch((error: unknown) => {
    signal?.throwIfAborted();
    if (!isRockpoolError(error)) throw error;
  });
  const { workflows } = readSeen(core, agent.name);
  const found = workflows.filter(({ id, name }) => id === called || name === called);
  const [only, second] = found;
  if (only !== undefined && second === undefined) return only;
  if (only === undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(-scanner)?$/i.test(called)) {
    return { id: called, name: null };
  }
  const known = workflows.slice(0, 20).map(({ id, name }) => name ?? id);
  throw new RockpoolError(
    'workflow_not_found',
    only === undefined
      ? `The agent ${agent.name} has no workflow ${called}.`
      : `Several workflows of ${agent.name} are called ${called}.`,
    {
      hint:
        only === undefined && known.length > 0
          ? `There is ${known.join(', ')}.`
          : 'Name it by its id: rockpool agent list shows them.',
      detail: { agent: agent.name, workflow: called, workflows: workflows.length },
    },
  );
}
