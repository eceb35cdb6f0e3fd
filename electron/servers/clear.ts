import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RockpoolError } from '../contract/errors.ts';
import type { Log } from '../state/log.ts';
import { pause, signalProcess } from './control.ts';
import { findPostmaster, listServerProcesses, type Postmaster } from './postmaster.ts';

/**
 * Makes a data folder ready for a start: waits for a server that is stopping, ends what a killed one left, and
 * removes a `postmaster.pid` that is proven to stand for nobody (E9). Returns true where a server of ours runs
 * already. Throws `server_failed` where that takes longer than `waitMs`.
 */
export async function clearTheWay(
  data: string,
  log: Log,
  { waitMs = 10_000, signal }: { waitMs?: number; signal?: AbortSignal | undefined } = {},
): Promise<boolean> {
  const deadline = Date.now() + waitMs;
  let killed = false;
  for (;;) {
    signal?.throwIfAborted();
    const found = findPostmaster(data);
    const late = Date.now() > deadline;
    if (found.state === 'running') {
      if (found.status !== 'stopping') return true;
      if (late) throw stuckError('is still stopping', data, [found.process.pid]);
    } else {
      const remaining = listServerProcesses(data);
      if (remaining.length === 0 && (await removeProven(found, data, log, late))) return false;
      if (remaining.length > 0 && late) {
        if (killed) throw stuckError('was killed, and its processes do not end', data, remaining);
        log.write('warn', 'Ending what a killed server left', { folder: data, processes: remaining.length });
        // Found by program and folder a moment ago, so they are nobody else's.
        for (const pid of remaining) signalProcess(pid, 'SIGKILL');
        killed = true;
        await pause(1000);
      }
    }
    await pause(50);
  }
}

// True once no pid file stands in the way. An empty file may be one that is being written: on Linux the list of
// processes has shown that nobody does; elsewhere only time tells.
async function removeProven(
  found: Exclude<Postmaster, { state: 'running' }>,
  data: string,
  log: Log,
  late: boolean,
): Promise<boolean> {
  if (found.state === 'none') return true;
  if (found.by === 'empty' && process.platform !== 'linux' && !late) return false;
  log.write('warn', 'Removing a postmaster.pid that no server stands behind', {
    folder: data,
    by: found.by,
    process: found.pid,
  });
  await rm(join(data, 'postmaster.pid'), { force: true });
  return true;
}

function stuckError(what: string, data: string, pids: readonly number[]): RockpoolError {
  return new RockpoolError('server_failed', `The server in ${data} ${what}.`, {
    hint: 'Try rockpool server stop, which ends it the hard way; if that does not help, restart the machine.',
    detail: { folder: data, processes: pids.join(' ') },
  });
}
