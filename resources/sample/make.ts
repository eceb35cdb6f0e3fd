import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DATASET, makeDataset } from './make/dataset.ts';

/** Writes the sample dataset below `folder`, in place of what is there: always the same bytes. */
export function makeSample(folder: string): void {
  rmSync(join(folder, DATASET), { recursive: true, force: true });
  for (const [revision, files] of Object.entries(makeDataset())) {
    const revisionFolder = join(folder, DATASET, revision);
    mkdirSync(revisionFolder, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(revisionFolder, name), text);
  }
}

if (import.meta.main) makeSample(resolve(process.argv[2] ?? import.meta.dirname));
