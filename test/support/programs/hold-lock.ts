import { openCore } from '../../../electron/state/core.ts';
import { requireLock } from '../../../electron/state/locks.ts';

// Takes a lock and holds it until it is killed.
const [name = '', what = ''] = process.argv.slice(2);
requireLock(openCore().state, name, what);
console.log('held');
setInterval(() => {}, 1000);
