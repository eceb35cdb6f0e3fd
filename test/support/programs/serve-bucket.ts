import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startBucket } from '../bucket.ts';

// Serves the files of a folder as `exports/wf/1/…` of a bucket until the process is killed; with `crc32` as the second
// argument it tells the CRC-32 of each.
const [folder = '', sums = ''] = process.argv.slice(2);
const names = readdirSync(folder);
const bucket = await startBucket(
  Object.fromEntries(names.map((name) => [`exports/wf/1/${name}`, readFileSync(join(folder, name))])),
  { crc32: sums === 'crc32' },
);
console.log(`serving ${bucket.url}`);
