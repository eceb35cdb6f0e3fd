import type { Agent, WorkflowNow } from '../contract/agent.ts';
import type { Core } from '../state/core.ts';
import { listAgents, readSeen } from './registry.ts';
import { newestOf } from './remote-jobs.ts';

/** All agents with what is known of them; none is asked. */
export async function listAgentViews(core: Core): Promise<Agent[]> {
  const agents = listAgents(core);
  if (agents.length === 0) return [];
  // Calendars are loaded where there is something to tell by them.
  const { nextPublication } = await import('./next-publication.ts');
  return agents.map((agent): Agent => {
    const seen = readSeen(core, agent.name);
    const workflows = seen.workflows.map((workflow): WorkflowNow => {
      const last = newestOf(core.state, workflow.id, ['succeeded', 'failed', 'interrupted', 'cancelled']);
      const running = newestOf(core.state, workflow.id, ['queued', 'running']);
      return {
        ...workflow,
        nextAt: nextPublication(workflow.schedule),
        last: last === null ? null : { job: last.id, state: last.state, endedAt: last.endedAt },
        running: running?.id ?? null,
      };
    });
    return { ...agent, seen: { ...seen, workflows } };
  });
}
