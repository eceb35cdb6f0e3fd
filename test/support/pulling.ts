import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Archive } from '../../electron/archives/archive.ts';
import { type PullOptions, pullPublication } from '../../electron/archives/pull.ts';
import { openFilestore } from '../../electron/sources/filestore.ts';
import type { Core } from '../../electron/state/core.ts';
import { makeCore, type TestCore } from './core.ts';
import { type Fault, type Filestore, startFilestore } from './filestore.ts';
import { makeFolder } from './folder.ts';
import { publish, storeFiles } from './published.ts';

/** No pauses, and no space kept free. */
export const quick: PullOptions = { keepFreeBytes: 0, retryDelayMs: 1, idleTimeoutMs: 2_000 };
/** The files of `storeFiles` that a pull takes. */
export const taken = Object.keys(storeFiles).filter((name) => !/^(dump|delta)-/.test(name));

/** A file store and a home to pull from it into. */
export interface Scene extends AsyncDisposable, TestCore {
  readonly folder: string;
  readonly store: Filestore;
  pull(options?: PullOptions): Promise<Archive>;
}

/** A file store with the sample files, and a home to pull them into. */
export async function openScene(files: Record<string, string | Buffer> = { ...storeFiles }): Promise<Scene> {
  const home = makeCore();
  const root = makeFolder();
  const folder = publish(join(root.path, 'wf'), files);
  const store = await startFilestore(root.path);
  const reader = openFilestore(`${store.url}/file/wf`, { idleTimeoutMs: 2_000, retryDelayMs: 1 });
  return {
    ...home,
    folder,
    store,
    pull: async (options = {}) =>
      pullPublication(home.core, await reader.publication(null, 'latest', options.signal), {
        ...quick,
        ...options,
      }),
    [Symbol.dispose]: () => undefined,
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]();
      home[Symbol.dispose]();
      root[Symbol.dispose]();
    },
  };
}

/** All files of the cache but the journals of pulls that did not end. */
export function cacheFiles(core: Core): string[] {
  return readdirSync(core.paths.cache, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.jsonl'))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Every file in the cache is what its name says, and nothing unfinished lies about. */
export function expectSoundCache(core: Core): void {
  for (const path of cacheFiles(core)) {
    expect(path).toMatch(/objects.[0-9a-f]{2}.[0-9a-f]{64}$/);
    expect(path.endsWith(createHash('sha256').update(readFileSync(path)).digest('hex'))).toBe(true);
  }
}

/** A fault of one file of the store, its first so many times. */
export function onFile(name: string, fault: Fault, times = Number.POSITIVE_INFINITY): Filestore['fault'] {
  return ({ kind, path, count }) => (kind === 'file' && path[1] === name && count <= times ? fault : null);
}

/** A table of `storeFiles`. */
export const person = 'table-public.person.csv';
