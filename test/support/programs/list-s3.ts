import { openPlace } from '../../../electron/sources/open.ts';

// Lists a place in a bucket and prints what there is and the most memory that the process took.
const [place = ''] = process.argv.slice(2);
const datasets = await openPlace(place).datasets();
const revisions = datasets.flatMap((dataset) => dataset.revisions);
const files = revisions.reduce((sum, revision) => sum + revision.files, 0);
const bytes = revisions.reduce((sum, revision) => sum + (revision.sizeBytes ?? 0), 0);
console.log(
  `listed ${datasets.length} ${revisions.length} ${files} ${bytes} ${process.resourceUsage().maxRSS * 1024}`,
);
