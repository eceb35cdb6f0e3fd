import { isRockpoolError } from '../contract/errors.ts';
import type { RunningJob } from '../jobs/run.ts';

/**
 * Does what reads a source, and does it again where the source changed meanwhile, as often as its kind allows: a feed
 * that each run overwrites is soon at rest, a store that is being refilled is not.
 */
export async function relisting<T>(
  job: RunningJob,
  retries: number,
  read: (again: boolean) => Promise<T>,
): Promise<T> {
  for (let retry = 0; ; retry += 1) {
    try {
      return await read(retry > 0);
    } catch (error) {
      if (retry >= retries || !isRockpoolError(error, 'source_changed')) throw error;
      job.log('warn', 'The source changed while it was read: it is listed again');
    }
  }
}
