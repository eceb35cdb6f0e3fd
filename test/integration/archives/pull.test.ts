import { appendFileSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findArchive, listArchives } from '../../../electron/archives/archive.ts';
import { objectPath } from '../../../electron/archives/cache.ts';
import { pullPublication } from '../../../electron/archives/pull.ts';
import { openFolder } from '../../../electron/sources/folder.ts';
import { makeCore } from '../../support/core.ts';
import { makeFolder } from '../../support/folder.ts';
import { publish, rawMark, repositoryFiles, storeFiles } from '../../support/published.ts';
import {
  cacheFiles,
  expectSoundCache,
  onFile,
  openScene,
  person,
  quick,
  taken,
} from '../../support/pulling.ts';

describe('pulling', () => {
  it.each(['folder', 'file store'])(
    'brings every file of a %s into the cache, byte for byte',
    async (kind) => {
      await using scene = await openScene();
      const { core, folder } = scene;
      const archive =
        kind === 'folder'
          ? await pullPublication(core, await openFolder(folder).publication(null, 'latest'), quick)
          : await scene.pull();
      expect(archive.files.map(({ name }) => name)).toEqual(taken.toSorted());
      for (const file of archive.files) {
        const cached = objectPath(core.paths, file.sha256);
        expect(readFileSync(cached, 'utf8')).toBe(storeFiles[file.name]);
        expect(file.sizeBytes).toBe(statSync(cached).size);
        if (process.platform !== 'win32') expect(statSync(cached).mode & 0o777).toBe(0o600);
      }
      expect(findArchive(core, archive.id)).toEqual(archive);
      expectSoundCache(core);
    },
  );

  it('leaves nothing of a raw file or a delta anywhere in the home', async () => {
    await using scene = await openScene();
    await scene.pull();
    await pullPublication(scene.core, await openFolder(scene.folder).publication(null, 'latest'), quick);
    const { home } = scene.core.paths;
    const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.length).toBeGreaterThan(taken.length);
    for (const entry of files) {
      expect(readFileSync(join(entry.parentPath, entry.name)).includes(rawMark)).toBe(false);
    }
  });

  it('does not pull again what is there and intact', async () => {
    await using scene = await openScene();
    const first = await scene.pull();
    const asked = () => scene.store.requests.filter(({ kind }) => kind === 'file').length;
    const before = asked();
    expect(await scene.pull()).toEqual(first);
    expect(asked()).toBe(before);
  });

  it('pulls again only what has gone from the cache (D16)', async () => {
    await using scene = await openScene();
    const first = await scene.pull();
    const lost = first.files.find(({ name }) => name === person);
    rmSync(objectPath(scene.core.paths, String(lost?.sha256)));
    const before = scene.store.requests.length;
    const second = await scene.pull();
    expect(second.files).toEqual(first.files);
    const files = scene.store.requests.slice(before).filter(({ kind }) => kind === 'file');
    expect(files.map(({ path }) => path[1])).toEqual([person]);
  });

  it('keeps one copy of a content that several revisions have', async () => {
    using home = makeCore();
    using folder = makeFolder();
    publish(join(folder.path, 'acme', '1'), repositoryFiles(1));
    publish(join(folder.path, 'acme', '2'), repositoryFiles(2));
    for (const revision of ['1', '2']) {
      await pullPublication(home.core, await openFolder(folder.path).publication('acme', revision), quick);
    }
    expect(listArchives(home.core)).toHaveLength(2);
    expect(cacheFiles(home.core)).toHaveLength(5);
  });

  it('pulls a revision of a folder anew where somebody has changed its files', async () => {
    using home = makeCore();
    using folder = makeFolder();
    const path = publish(join(folder.path, 'acme', '1'), repositoryFiles(1));
    const pull = async () =>
      pullPublication(home.core, await openFolder(path).publication(null, 'latest'), quick);
    const first = await pull();
    appendFileSync(join(path, 'table-Artist.csv'), '2,Another\n');
    const second = await pull();
    expect(second.revision).toBe(first.revision);
    const artists = second.files.find(({ name }) => name === 'table-Artist.csv')?.sha256 ?? '';
    expect(readFileSync(objectPath(home.core.paths, artists), 'utf8')).toContain('2,Another');
    expect(listArchives(home.core)).toEqual([second]);
  });

  it('tells how far it is: in bytes where sizes are known, else in lines, and never twice', async () => {
    await using scene = await openScene();
    scene.store.fault = onFile(person, { cutAfter: 20, how: 'reset' }, 2);
    const told = { total: 0, done: 0, bytes: 0 };
    const progress = {
      describe: () => undefined,
      setTotal: (total: number | null) => {
        told.total = total ?? -1;
      },
      add: ({ done = 0, bytes = 0 }) => {
        told.done += done;
        told.bytes += bytes;
      },
    };
    await scene.pull({ progress });
    const contents = taken.map((name) => String(storeFiles[name]));
    const lines = contents.reduce((sum, content) => sum + content.split('\n').length - 1, 0);
    const bytes = contents.reduce((sum, content) => sum + content.length, 0);
    expect(told).toEqual({ total: lines, done: lines, bytes });
    Object.assign(told, { total: 0, done: 0, bytes: 0 });
    const folder = await openFolder(scene.folder).publication(null, 'latest');
    await pullPublication(scene.core, folder, { ...quick, progress });
    expect(told).toEqual({ total: bytes, done: bytes, bytes });
  });
});
