import { readFileSync, writeFileSync } from 'node:fs';
import { openCore } from '../../../electron/state/core.ts';
import { waitForLock } from '../../../electron/state/locks.ts';

// Adds one to the number in a file, many times, in the most careless way: only the lock keeps it right.
const [file = '', rounds = '0'] = process.argv.slice(2);
const { state } = openCore();
for (let round = 0; round < Number(rounds); round += 1) {
  const lock = await waitForLock(state, 'counter', 'Counting');
  const before = Number(readFileSync(file, 'utf8'));
  await new Promise((resolve) => setTimeout(resolve, 2));
  writeFileSync(file, String(before + 1));
  lock.close();
}
