import { openCore } from '../../../electron/state/core.ts';

// Sets its own secrets one by one, and makes sure of one that all of these share; prints that one.
const [prefix = '', count = '0'] = process.argv.slice(2);
const { secrets } = openCore();
const shared = await secrets.ensure('embedded/shared');
for (let at = 0; at < Number(count); at += 1) await secrets.set(`${prefix}/${at}`, `${prefix}-value-${at}`);
console.log(`shared ${shared}`);
