import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openFilestore } from '../../electron/sources/filestore.ts';
import type { SourceReader } from '../../electron/sources/source.ts';
import { type Filestore, startFilestore } from './filestore.ts';
import { makeFolder } from './folder.ts';
import { publish, storeFiles } from './published.ts';

/** The dataset of these scenes. */
export const workflow = '8f1c2d3e-6a4b-4c5d-9e7f-0a1b2c3d4e5f';

/** A file store with a dataset, and its reader. */
export interface Published extends AsyncDisposable {
  readonly folder: string;
  readonly store: Filestore;
  readonly reader: SourceReader;
}

/** A file store that has published `files`, and a reader that loses no time in waiting. */
export async function openPublished(
  files: Record<string, string | Buffer> = { ...storeFiles },
): Promise<Published> {
  const root = makeFolder();
  const folder = publish(join(root.path, workflow), files);
  mkdirSync(folder, { recursive: true });
  const store = await startFilestore(root.path);
  const reader = openFilestore(store.url, { idleTimeoutMs: 2_000, retryDelayMs: 1 });
  return {
    folder,
    store,
    reader,
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]();
      root[Symbol.dispose]();
    },
  };
}
