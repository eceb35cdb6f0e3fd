import { runJob } from '../../../electron/jobs/run.ts';
import { openCore } from '../../../electron/state/core.ts';
import { planOf } from '../plan.ts';

// Runs a job that makes two things and then never ends by itself; it stops when somebody cancels it.
const core = openCore();
const cleaners = new Map([['folder', async () => 'done' as const]]);
try {
  await runJob(core, planOf('make', 'wait'), { cleaners }, async (job) => {
    await job.step('make', async () => {
      job.willMake('folder', { name: 'first' });
      job.willMake('folder', { name: 'second' });
    });
    console.log(`job ${job.id}`);
    await job.step('wait', () => {
      const forever = setInterval(() => {}, 1000);
      return new Promise((_, reject) => {
        job.signal.addEventListener('abort', () => {
          clearInterval(forever);
          reject(job.signal.reason);
        });
      });
    });
  });
} catch (error) {
  console.log(`ended ${(error as { code?: string }).code}`);
}
