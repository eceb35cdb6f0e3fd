import { withoutColumns } from '../../../electron/archives/columns.ts';
import { openContents } from '../../../electron/archives/layout.ts';
import { pullPublication } from '../../../electron/archives/pull.ts';
import { openPlace } from '../../../electron/sources/open.ts';
import { openCore } from '../../../electron/state/core.ts';

// Pulls one file, infers its columns, reads it to its end without one of them, and prints by how much memory grew.
const [place = ''] = process.argv.slice(2);
const core = openCore();
let most = 0;
const watch = setInterval(() => {
  most = Math.max(most, process.memoryUsage.rss());
}, 10);
const before = process.memoryUsage.rss();
const publication = await openPlace(place).publication(null, 'latest');
const archive = await pullPublication(core, publication, { keepFreeBytes: 0 });
const contents = await openContents(core, archive);
const rows = await contents.data[0]?.open();
if (rows === undefined) throw new Error('there is no table');
let bytes = 0;
for await (const chunk of withoutColumns(rows.body, [1])) bytes += (chunk as Buffer).length;
clearInterval(watch);
console.log(`read ${rows.records()} ${bytes} ${most - before}`);
core.state.close();
