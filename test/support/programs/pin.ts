import { pinArchive } from '../../../electron/archives/pins.ts';
import { openCore } from '../../../electron/state/core.ts';

// Pins an archive of the home of the environment and holds it until the process is killed.
const [id = ''] = process.argv.slice(2);
pinArchive(openCore(), id, 'Testing');
console.log('pinned');
setInterval(() => undefined, 1_000);
