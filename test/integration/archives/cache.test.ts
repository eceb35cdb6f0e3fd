import { closeSync, existsSync, openSync, readFileSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Archive, findArchive, forgetArchive } from '../../../electron/archives/archive.ts';
import { objectPath, openObject } from '../../../electron/archives/cache.ts';
import { openContents } from '../../../electron/archives/layout.ts';
import { pruneCache } from '../../../electron/archives/prune.ts';
import { pullPublication } from '../../../electron/archives/pull.ts';
import { openFolder } from '../../../electron/sources/folder.ts';
import type { Core } from '../../../electron/state/core.ts';
import { makeCore } from '../../support/core.ts';
import { readAll } from '../../support/csv.ts';
import { makeFolder } from '../../support/folder.ts';
import { publish, repositoryFiles } from '../../support/published.ts';
import { full } from '../../support/skip.ts';

async function pullFolder(core: Core, path: string, revision = 'latest'): Promise<Archive> {
  return pullPublication(core, await openFolder(path).publication(null, revision), { keepFreeBytes: 0 });
}

function flip(path: string, at: number): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.from([(readFileSync(path)[at] ?? 0) ^ 1]), 0, 1, at);
  closeSync(file);
}

const content = `id,name\n${'12345,somebody\n'.repeat(50_000)}`;
const table = 'table-public.a.csv';

describe('a cached file', () => {
  it('that was changed or cut fails before it ends, and is fetched anew by the next pull (D16, D4)', async () => {
    using home = makeCore();
    using folder = makeFolder();
    publish(folder.path, { [table]: content });
    const { core } = home;
    const archive = await pullFolder(core, folder.path);
    const { sha256 = '' } = archive.files[0] ?? {};
    const path = objectPath(core.paths, sha256);
    await fc.assert(
      fc.asyncProperty(fc.nat(content.length - 1), fc.boolean(), fc.boolean(), async (at, isCut, isRead) => {
        if (isCut) truncateSync(path, at);
        else flip(path, at);
        if (isRead) {
          await expect(readAll(openObject(core, sha256))).rejects.toMatchObject({ code: 'cache_damaged' });
          expect(existsSync(path)).toBe(false);
        }
        // Unless somebody reads it before, the next pull is who notices.
        expect(await pullFolder(core, folder.path)).toMatchObject({ id: archive.id, files: [{ sha256 }] });
        expect(await readAll(openObject(core, sha256))).toBe(content);
      }),
      { numRuns: full ? 500 : 12 },
    );
  });

  it('that was changed fails a load of its rows too, after the last of them (D16)', async () => {
    using home = makeCore();
    using folder = makeFolder();
    publish(folder.path, {
      [table]: content,
      'schema-public.sql': 'CREATE TABLE public.a (id int, name text);\n',
    });
    const archive = await pullFolder(home.core, folder.path);
    const file = archive.files.find(({ name }) => name === table);
    flip(objectPath(home.core.paths, String(file?.sha256)), content.length - 3);
    const contents = await openContents(home.core, archive);
    const rows = await contents.data[0]?.open();
    await expect(rows && readAll(rows.body)).rejects.toMatchObject({ code: 'cache_damaged' });
    expect(rows?.records()).toBe(50_000);
  });

  it('that was cut, or is gone, is told as damaged', async () => {
    using home = makeCore();
    using folder = makeFolder();
    publish(folder.path, { [table]: content });
    const { sha256 = '' } = (await pullFolder(home.core, folder.path)).files[0] ?? {};
    const path = objectPath(home.core.paths, sha256);
    rmSync(path);
    await expect(readAll(openObject(home.core, sha256))).rejects.toMatchObject({
      code: 'cache_damaged',
      hint: expect.stringContaining('pulled anew'),
    });
  });

  it('stops being read when somebody cancels', async () => {
    using home = makeCore();
    using folder = makeFolder();
    publish(folder.path, { [table]: content });
    const { sha256 = '' } = (await pullFolder(home.core, folder.path)).files[0] ?? {};
    const stop = new AbortController();
    const stream = openObject(home.core, sha256, stop.signal);
    stop.abort(new Error('cancelled by somebody'));
    await expect(readAll(stream)).rejects.toThrow('cancelled by somebody');
    expect(existsSync(objectPath(home.core.paths, sha256))).toBe(true);
  });

  it('stays while another archive has it, and goes with the last', async () => {
    using home = makeCore();
    using folder = makeFolder();
    publish(join(folder.path, 'acme', '1'), repositoryFiles(1));
    publish(join(folder.path, 'acme', '2'), repositoryFiles(2));
    const { core } = home;
    const [one, two] = [await pullFolder(core, folder.path, '1'), await pullFolder(core, folder.path, '2')];
    const isThere = (archive: Archive) =>
      archive.files.map(({ sha256 }) => existsSync(objectPath(core.paths, sha256)));
    const artists = one.files.find(({ name }) => name === 'table-Artist.csv')?.sizeBytes;
    const forget = async (id: string) => {
      forgetArchive(core, id);
      return (await pruneCache(core, {})).freedBytes;
    };
    expect(await forget(one.id)).toBe(artists);
    expect(findArchive(core, one.id)).toBeNull();
    expect(isThere(two)).toEqual([true, true, true, true]);
    await forget(two.id);
    expect(isThere(two)).toEqual([false, false, false, false]);
    expect(await forget(two.id)).toBe(0);
  });
});
