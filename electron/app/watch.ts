import { setTimeout as wait } from 'node:timers/promises';
import { listRemoteJobs } from '../agent/remote-jobs.ts';
import { listAgentViews } from '../agent/view.ts';
import { watchAgents } from '../agent/watch.ts';
import type { Changes } from '../contract/card.ts';
import type { Job } from '../contract/job.ts';
import type { Parts } from '../installs/parts.ts';
import { hasEnded, listJobs } from '../jobs/history.ts';
import { listSources } from '../sources/registry.ts';
import { listCards } from './cards.ts';
import { removedInstalls } from './removals.ts';

const tickMs = 200;
/** A server that dies tells nobody: it is looked at so often while somebody watches. */
const healthMs = 3000;
const newestJobs = 60;

/**
 * Yields what changed in this home, whichever process changed it, until the signal aborts; the first record holds all.
 * Costs two queries of state.db a tick while nothing happens. Agents are asked for as long as it goes on.
 */
export async function* watchChanges(parts: Parts, signal: AbortSignal): AsyncGenerator<Changes> {
  const { state } = parts.core;
  using _ = watchAgents(parts.core);
  const sent = new Map<string, string>();
  const jobs = new Map<string, string>();
  let version = '';
  let marks = '';
  let lookedAt = 0;
  while (!signal.aborted) {
    const now = state.version();
    const isDue = Date.now() - lookedAt > healthMs;
    if (now !== version || isDue) {
      const marked = now === version ? marks : readMarks(parts);
      const changes: Changes = {};
      if (now !== version) changes.jobs = changedJobs(parts, jobs);
      if (marked !== marks || isDue) {
        lookedAt = Date.now();
        const servers = await parts.servers.list();
        Object.assign(changes, { servers, cards: await listCards(parts, servers) });
        changes.removed = removedInstalls(parts);
        changes.sources = listSources(parts.core);
        changes.agents = await listAgentViews(parts.core);
      }
      version = now;
      marks = marked;
      const different = onlyDifferent(changes, sent);
      if (Object.keys(different).length > 0) yield different;
    }
    await wait(tickMs, undefined, { signal }).catch(() => {});
  }
}

function readMarks({ core }: Parts): string {
  return JSON.stringify(core.state.rows('SELECT name, changes FROM marks ORDER BY name'));
}

/** Jobs that are not as they were when this was asked before; keeps an eye on those that had not ended. */
function changedJobs({ core }: Parts, known: Map<string, string>): Job[] {
  const newest = listJobs(core.state, { limit: newestJobs });
  const unfinished = listJobs(core.state, { limit: 1000, states: ['queued', 'running'] });
  const remote = [
    ...listRemoteJobs(core.state, { limit: newestJobs }),
    ...listRemoteJobs(core.state, { limit: 1000, states: ['queued', 'running'] }),
  ];
  const listed = new Map([...newest, ...unfinished, ...remote].map((job) => [job.id, job]));
  const changed = [...listed.values()].filter((job) => known.get(job.id) !== JSON.stringify(job));
  for (const job of changed) known.set(job.id, JSON.stringify(job));
  for (const id of known.keys()) if (!listed.has(id)) known.delete(id);
  return changed.toSorted((a, b) => Number(hasEnded(a)) - Number(hasEnded(b)));
}

function onlyDifferent(changes: Changes, sent: Map<string, string>): Changes {
  const different = Object.entries(changes).filter(([key, value]) => {
    if (key === 'jobs') return !sent.has(key) || (value as Job[]).length > 0;
    return sent.get(key) !== JSON.stringify(value);
  });
  for (const [key, value] of different) sent.set(key, key === 'jobs' ? '' : JSON.stringify(value));
  return Object.fromEntries(different);
}
