import type { AgentCheck, AgentRecord, AgentSeen } from '../contract/agent.ts';
import { isRockpoolError } from '../contract/errors.ts';
import { reportOf } from '../jobs/report.ts';
import type { Core } from '../state/core.ts';
import { readAgents, readJobs, readNotices, readWorkflows } from './answers.ts';
import type { Limits } from './exchange.ts';
import { notAnAgent } from './failures.ts';
import { clientOf, getAgent, readSeen, writeSeen } from './registry.ts';
import { type Kept, keepJobs } from './remote-jobs.ts';

/** What to ask of an agent: its jobs alone, or all that it tells. */
export type Extent = 'jobs' | 'all';

/**
 * Asks an agent and keeps what it answers. Throws what kept it from answering, once that is kept, too: jobs, workflows and
 * the rest stay as they were then.
 */
export async function refreshAgent(
  core: Core,
  agent: AgentRecord,
  extent: Extent,
  signal?: AbortSignal,
  limits?: Partial<Limits>,
): Promise<Kept> {
  const before = readSeen(core, agent.name);
  try {
    const client = await clientOf(core, agent, limits);
    const jobs = readJobs(await client.get('/workflow/jobs', signal));
    if (jobs === null) throw notAnAgent(`${agent.url}/workflow/jobs`, 'it tells no list of jobs');
    const more =
      extent === 'all' || before.answeredAt === null ? await askMore(core, agent, signal, limits) : {};
    const kept = keepJobs(core.state, agent.name, jobs);
    // The time alone is written along with what changed: an answer that is the same costs no write.
    const now = { ...before, failure: null, ...more };
    const isSame = before.answeredAt !== null && JSON.stringify(now) === JSON.stringify(before);
    if (!isSame) writeSeen(core, agent.name, { ...now, answeredAt: new Date().toISOString() });
    return kept;
  } catch (error) {
    signal?.throwIfAborted();
    const failure = reportOf(error, core.log.file);
    if (failure.code === 'internal') {
      core.log.write('error', 'An agent could not be asked', {
        agent: agent.name,
        name: (error as Error)?.name,
      });
    }
    writeSeen(core, agent.name, { ...before, failure });
    throw error;
  }
}

async function askMore(
  core: Core,
  agent: AgentRecord,
  signal?: AbortSignal,
  limits?: Partial<Limits>,
): Promise<Pick<AgentSeen, 'agents' | 'workflows' | 'notices'>> {
  const client = await clientOf(core, agent, limits);
  const workflows = readWorkflows(await client.get('/workflow', signal));
  if (workflows === null) throw notAnAgent(`${agent.url}/workflow`, 'it tells no list of workflows');
  // Of its health an agent of another version may tell less, and its workflows are known all the same.
  const agents = await optional(async () => readAgents(await client.get('/agent', signal)), signal);
  const notices = await optional(async () => readNotices(await client.get('/notification', signal)), signal);
  return { workflows, agents: agents ?? [], notices: notices ?? [] };
}

async function optional<T>(ask: () => Promise<T>, signal?: AbortSignal): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    signal?.throwIfAborted();
    if (isRockpoolError(error, 'agent_invalid', 'agent_denied')) return null;
    throw error;
  }
}

/** Says in one line whether an agent answers, and if not, why and what to do. Throws `agent_not_found`. */
export async function checkAgent(core: Core, name: string, signal?: AbortSignal): Promise<AgentCheck> {
  const agent = getAgent(core, name);
  try {
    await refreshAgent(core, agent, 'all', signal);
  } catch (error) {
    if (!isRockpoolError(error)) throw error;
    signal?.throwIfAborted();
    return { agent: name, ok: false, message: error.message, hint: error.hint };
  }
  const { workflows, agents } = readSeen(core, name);
  const newest =
    agents
      .map((each) => each.heartbeatAt ?? '')
      .toSorted()
      .at(-1) ?? '';
  const beat = newest === '' ? 'it does not tell when it last lived' : `its last heartbeat was at ${newest}`;
  const count = `${workflows.length} ${workflows.length === 1 ? 'workflow' : 'workflows'}`;
  return { agent: name, ok: true, message: `the agent answers; it has ${count}, and ${beat}`, hint: null };
}

/** Marks a notification as seen, or all of them where `id` is null. Throws what the agent answers. */
export async function acknowledge(
  core: Core,
  name: string,
  id: string | null,
  signal?: AbortSignal,
): Promise<void> {
  const agent = getAgent(core, name);
  const path = id === null ? '/notification/ackAll' : `/notification/${encodeURIComponent(id)}/ackException`;
  await (await clientOf(core, agent)).put(path, signal);
  const seen = readSeen(core, name);
  const notices = seen.notices.map((notice) =>
    id === null || notice.id === id ? { ...notice, acknowledged: true } : notice,
  );
  writeSeen(core, name, { ...seen, notices });
}
