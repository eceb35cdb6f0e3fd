import { existsSync } from 'node:fs';
import { openCore } from '../../../electron/state/core.ts';

// Opens the home in the very moment in which a file appears, so that several of these do it at once.
const [signal = ''] = process.argv.slice(2);
console.log('ready');
while (!existsSync(signal)) {
  // Waiting for a timer would spread the processes out.
}
const { state } = openCore();
const tables = state.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'jobs'");
console.log(`opened ${tables.length}`);
