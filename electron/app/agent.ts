import { acknowledge, checkAgent, refreshAgent } from '../agent/refresh.ts';
import { addAgent, getAgent, listAgents, readSeen, removeAgent } from '../agent/registry.ts';
import type { RemoteJob } from '../agent/remote-job.ts';
import { getRemoteJob, listRemoteJobs, type RemoteFilter } from '../agent/remote-jobs.ts';
import { followRun, type RunWatch, startRun, waitForRest } from '../agent/run.ts';
import { listAgentViews } from '../agent/view.ts';
import { askSoon, watchAgents } from '../agent/watch.ts';
import type { Agent, AgentCheck, AgentRecord, AgentWish, Run } from '../contract/agent.ts';
import { type ErrorReport, isRockpoolError, RockpoolError } from '../contract/errors.ts';
import type { Job } from '../contract/job.ts';
import type { Protection } from '../contract/keyring.ts';
import type { Parts } from '../installs/parts.ts';
import { listInstalls } from '../installs/records.ts';
import { hasEnded } from '../jobs/history.ts';
import { reportOf } from '../jobs/report.ts';

const longestSilenceMs = 60_000;

/** Agents, the jobs that they tell of, and runs of their workflows. */
export interface AgentApp {
  addAgent(wish: AgentWish): Promise<AgentRecord>;
  /** How the secret of an agent would be kept. */
  protectionOfSecrets(): Promise<Protection>;
  /** As they were when they answered last: none is asked. */
  listAgents(): Promise<Agent[]>;
  removeAgent(name: string): Promise<AgentRecord>;
  checkAgent(name: string, signal: AbortSignal): Promise<AgentCheck>;
  /** Asks all agents once; those that did not answer, with why. */
  refreshAgents(signal: AbortSignal): Promise<{ agent: string; error: ErrorReport }[]>;
  /** Marks a notification as seen, all of the agent's where `id` is null. */
  acknowledgeNotice(name: string, id: string | null, signal: AbortSignal): Promise<void>;
  listRemoteJobs(filter: RemoteFilter): Job[];
  /** Throws `job_not_found`. */
  showRemoteJob(id: string): RemoteJob;
  /** Asks the agents until the job has ended or the signal aborts. Throws why its agent has not answered for a minute. */
  followRemoteJob(id: string, onChange: (job: Job) => void, signal: AbortSignal): Promise<Job>;
  startRun(agent: string, workflow: string, conf: Record<string, unknown>, signal: AbortSignal): Promise<Run>;
  /** Throws `workflow_failed` where the run fails; what it published can be pulled afterwards. */
  followRun(run: Run, watch: RunWatch): Promise<Run>;
  /** Installs of the dataset that a workflow publishes. */
  installsOfWorkflow(workflow: string): string[];
}

export function openAgents(parts: Parts): AgentApp {
  const { core } = parts;
  return {
    addAgent: async (wish) => {
      const added = await addAgent(core, wish);
      askSoon(core);
      return added;
    },
    protectionOfSecrets: async () => (await core.keyring?.protection()) ?? 'file',
    listAgents: () => listAgentViews(core),
    removeAgent: (name) => removeAgent(core, name),
    checkAgent: (name, signal) => checkAgent(core, name, signal),
    refreshAgents: async (signal) => {
      const asked = listAgents(core).map(async (agent) => {
        try {
          await refreshAgent(core, agent, 'all', signal);
          return [];
        } catch (error) {
          if (!isRockpoolError(error)) throw error;
          return [{ agent: agent.name, error: reportOf(error, core.log.file) }];
        }
      });
      return (await Promise.all(asked)).flat();
    },
    acknowledgeNotice: (name, id, signal) => acknowledge(core, name, id, signal),
    listRemoteJobs: (filter) => listRemoteJobs(core.state, filter),
    showRemoteJob: (id) => getRemoteJob(core.state, id),
    followRemoteJob: async (id, onChange, signal) => {
      using _ = watchAgents(core);
      let silentSince: number | null = null;
      for (let seen = ''; ; ) {
        signal.throwIfAborted();
        const { job, details } = getRemoteJob(core.state, id);
        const { failure } = readSeen(core, getAgent(core, details.agent).name);
        silentSince = failure === null ? null : (silentSince ?? Date.now());
        // A silence of a moment is no end; one that lasts is told.
        if (failure !== null && Date.now() - (silentSince ?? 0) > longestSilenceMs && !hasEnded(job)) {
          const { code, message, ...more } = failure;
          throw new RockpoolError(code, message, { hint: more.hint ?? '', detail: more.detail ?? {} });
        }
        const text = JSON.stringify(job);
        if (text !== seen) onChange(job);
        seen = text;
        if (hasEnded(job)) return job;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    },
    startRun: (agent, workflow, conf, signal) => startRun(core, agent, workflow, conf, signal),
    followRun: async (run, watch) => {
      const ended = await followRun(core, run, watch);
      await waitForRest(core, run, watch.signal);
      return ended;
    },
    installsOfWorkflow: (workflow) =>
      listInstalls(core.state)
        .filter(({ dataset }) => dataset === workflow)
        .map(({ name }) => name),
  };
}
