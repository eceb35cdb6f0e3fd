import { Job } from '../contract/job.ts';
import type { Core } from '../state/core.ts';
import { parseRecord } from '../state/database.ts';
import { waitForLock } from '../state/locks.ts';
import type { ProcessId } from '../state/processes.ts';
import { findInterrupted } from './history.ts';
import { type Cleaners, cleanLeftovers, jobsWithLeftovers } from './leftovers.ts';

/** True when a killed process left something that `sweep` would tend to. Cheap enough for every command. */
export function needsSweep(core: Core): boolean {
  return findInterrupted(core.state).length > 0 || jobsWithLeftovers(core.state).length > 0;
}

/**
 * Ends jobs whose process is gone as `interrupted` and cleans up what they left, once `endWork` has seen to it that
 * nothing which the process began still goes on elsewhere. What cannot be cleaned now (its
 * server is stopped) stays on the list. Returns the ids of the jobs that were found interrupted.
 */
export async function sweep(
  core: Core,
  cleaners: Cleaners,
  endWork: (process: ProcessId) => Promise<void> = async () => {},
): Promise<string[]> {
  // Whoever comes second waits: what it does next relies on a state that is whole.
  const lock = await waitForLock(core.state, 'sweep', 'Cleaning up after an interrupted job');
  try {
    const dead = findInterrupted(core.state);
    for (const id of dead) await endWork(processOf(core, id));
    const interrupted = dead.filter((id) => markInterrupted(core, id));
    for (const id of jobsWithLeftovers(core.state)) {
      await cleanLeftovers(core.state, id, cleaners, (leftover, error) => {
        core.log.write('warn', 'A leftover could not be cleaned up yet', {
          job: id,
          kind: leftover.kind,
          problem: String((error as Error)?.name),
        });
      });
    }
    return interrupted;
  } finally {
    lock.close();
  }
}

function processOf(core: Core, id: string): ProcessId {
  const row = core.state.rows('SELECT pid, started_at FROM jobs WHERE id = ?', id)[0];
  return { pid: Number(row?.pid), startedAt: String(row?.started_at) };
}

// A process can end its job and itself between the look at the row and the look at the process, so the row is read
// again: a job that has ended stays what it is.
function markInterrupted(core: Core, id: string): boolean {
  const row = core.state.rows("SELECT record FROM jobs WHERE id = ? AND state = 'running'", id)[0];
  if (row === undefined) return false;
  const job = parseRecord(Job, row);
  const endedAt = new Date().toISOString();
  const record: Job = {
    ...job,
    state: 'interrupted',
    endedAt,
    etaMs: null,
    steps: job.steps.map((step) => (step.state === 'running' ? { ...step, state: 'failed', endedAt } : step)),
  };
  core.state.run(
    "UPDATE jobs SET state = 'interrupted', record = ? WHERE id = ? AND state = 'running'",
    JSON.stringify(record),
    id,
  );
  core.log.write('warn', 'A job was found interrupted', { job: id, kind: job.kind });
  return true;
}
