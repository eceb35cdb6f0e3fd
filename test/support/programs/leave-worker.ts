import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startWorker } from '../../../electron/shells/cli/worker.ts';

// Leaves a worker behind, as a command does; the worker, which is this program too, writes down what variables it has.
const [what = '', home = ''] = process.argv.slice(2);
if (what === 'work') {
  const file = join(String(process.env.ROCKPOOL_HOME), 'variables.json');
  await writeFile(`${file}.new`, JSON.stringify(process.env));
  await rename(`${file}.new`, file);
} else {
  startWorker(home);
}
