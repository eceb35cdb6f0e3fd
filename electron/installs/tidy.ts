import { createHash } from 'node:crypto';
import { needsSweep, sweep } from '../jobs/sweep.ts';
import { nameSessions, withSession } from '../sql/connect.ts';
import { endNamedSessions } from '../sql/endings.ts';
import { ownProcess, type ProcessId } from '../state/processes.ts';
import { openLives } from './connect.ts';
import type { Parts } from './parts.ts';

/** Lets servers tell the sessions of this process from those of any other, dead or alive. */
export function nameOwnSessions(): void {
  nameSessions(sessionName(ownProcess()));
}

/**
 * Tends to what killed processes left: ends what their sessions still do (a copy goes on without its program), cleans
 * up or finishes their jobs, and opens lives that were left closed. Cheap where nothing was left.
 */
export async function tidyUp(parts: Parts): Promise<void> {
  if (!needsSweep(parts.core)) return;
  const interrupted = await sweep(parts.core, parts.cleaners, (process) => endSessionsOf(parts, process));
  if (interrupted.length === 0) return;
  for (const server of await runningServers(parts)) await openLives(parts, server);
}

async function endSessionsOf(parts: Parts, process: ProcessId): Promise<void> {
  for (const server of await runningServers(parts)) {
    await withSession(server.admin, {}, (admin) => endNamedSessions(admin, sessionName(process)));
  }
}

async function runningServers({ servers }: Parts) {
  const running = await Promise.all((await servers.list()).map(({ name }) => servers.running(name)));
  return running.filter((server) => server !== null);
}

function sessionName({ pid, startedAt }: ProcessId): string {
  return `rockpool ${pid}.${createHash('sha256').update(startedAt).digest('hex').slice(0, 12)}`;
}
