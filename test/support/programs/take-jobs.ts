import { existsSync } from 'node:fs';
import { takeQueued } from '../../../electron/jobs/queue.ts';
import { openCore } from '../../../electron/state/core.ts';

// Takes queued jobs until none is left, from the moment in which a file appears.
const [signal = ''] = process.argv.slice(2);
const { state } = openCore();
console.log('ready');
while (!existsSync(signal)) {
  // Waiting for a timer would spread the processes out.
}
for (let job = takeQueued(state); job !== null; job = takeQueued(state)) console.log(`took ${job.id}`);
