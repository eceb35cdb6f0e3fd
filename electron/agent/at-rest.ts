import { isRockpoolError, RockpoolError } from '../contract/errors.ts';
import type { Core } from '../state/core.ts';
import { refreshAgent } from './refresh.ts';
import { listAgents, readSeen } from './registry.ts';
import { listRemoteJobs } from './remote-jobs.ts';

const limits = { idleTimeoutMs: 5000, totalTimeoutMs: 8000 };

/**
 * Throws `source_changed` where an agent says that it is making a new revision of the dataset: its file store is being
 * emptied and refilled. Agents that do not know the workflow are not asked; one that does not answer says nothing.
 */
export async function requireAtRest(core: Core, dataset: string, signal?: AbortSignal): Promise<void> {
  for (const agent of listAgents(core)) {
    const { workflows } = readSeen(core, agent.name);
    if (!workflows.some(({ id }) => id === dataset)) continue;
    try {
      await refreshAgent(core, agent, 'jobs', signal, limits);
    } catch (error) {
      signal?.throwIfAborted();
      if (!isRockpoolError(error)) throw error;
      core.log.write('warn', 'An agent could not be asked whether it publishes', {
        agent: agent.name,
        code: error.code,
      });
      continue;
    }
    const wanted = { agent: agent.name, workflow: dataset, states: ['queued', 'running'] as const, limit: 1 };
    const job = listRemoteJobs(core.state, wanted)[0];
    // One that is queued has emptied nothing yet.
    if (job === undefined || job.state === 'queued') continue;
    throw new RockpoolError(
      'source_changed',
      `A newer revision of ${job.title} is being made at this moment.`,
      {
        hint: `Nothing was pulled. Wait for its end: rockpool job ${job.id} --follow`,
        detail: { agent: agent.name, dataset, job: job.id, percent: Math.floor(job.progress * 100) },
      },
    );
  }
}
