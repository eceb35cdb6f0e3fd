import { pullPublication } from '../../../electron/archives/pull.ts';
import { openPlace } from '../../../electron/sources/open.ts';
import { openCore } from '../../../electron/state/core.ts';

// Pulls a place into the home of the environment and prints what came of it.
const [place = ''] = process.argv.slice(2);
const core = openCore();
const publication = await openPlace(place).publication(null, 'latest');
console.log('listed');
const archive = await pullPublication(core, publication, { keepFreeBytes: 0, retryDelayMs: 1 });
console.log(`pulled ${archive.id} ${archive.revision}`);
core.state.close();
