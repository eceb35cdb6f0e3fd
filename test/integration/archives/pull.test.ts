import { appendFileSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type Archive,
  findArchive,
  listArchives,
  type PublishedFile,
} from '../../../electron/archives/archive.ts';
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

  it('does not pull again what is there and intact, where the source tells its files from others', async () => {
    await using scene = await openScene();
    const { core, folder } = scene;
    const pull = async (): Promise<Archive> => {
      const publication = await openFolder(folder).publication(null, 'latest');
      const files = publication.files.map((file): PublishedFile => {
        const { digest: _, ...plain } = file;
        return {
          ...plain,
          fingerprint: `${file.sizeBytes}`,
          open: (signal) => {
            opened.push(file.name);
            return file.open(signal);
          },
        };
      });
      return pullPublication(core, { ...publication, files }, quick);
    };
    const opened: string[] = [];
    const first = await pull();
    expect(opened.toSorted()).toEqual(taken.toSorted());
    expect(await pull()).toEqual(first);
    expect(opened).toHaveLength(taken.length);
    const lost = first.files.find(({ name }) => name === person);
    rmSync(objectPath(core.paths, String(lost?.sha256)));
    opened.length = 0;
    expect((await pull()).files).toEqual(first.files);
    expect(opened).toEqual([person]);
  });

  it('pulls all of a file store again, which tells no content from another', async () => {
    await using scene = await openScene();
    const first = await scene.pull();
    expect(first.revision).not.toBe(first.listing);
    const asked = () => scene.store.requests.filter(({ kind }) => kind === 'file').length;
    expect(asked()).toBe(taken.length);
    const second = await scene.pull();
    expect(asked()).toBe(2 * taken.length);
    expect({ ...second, seenAt: null }).toEqual({ ...first, seenAt: null });

    const note = join(scene.folder, 'table-public.note.csv');
    writeFileSync(note, readFileSync(note, 'utf8').replace('o', '0'));
    const changed = await scene.pull();
    expect(changed.listing).toBe(first.listing);
    expect(changed.revision).not.toBe(first.revision);
    expect(listArchives(scene.core)).toHaveLength(2);
    const file = changed.files.find(({ name }) => name === 'table-public.note.csv');
    expect(readFileSync(objectPath(scene.core.paths, String(file?.sha256)))).toEqual(readFileSync(note));
  });

  it('pulls all anew where that is wished, also what is there and told from others', async () => {
    await using scene = await openScene();
    const publication = await openFolder(scene.folder).publication(null, 'latest');
    const opened: string[] = [];
    const files = publication.files.map((file) => ({
      ...file,
      fingerprint: `${file.sizeBytes}`,
      open: (signal?: AbortSignal) => {
        opened.push(file.name);
        return file.open(signal);
      },
    }));
    const pull = (fresh: boolean) =>
      pullPublication(scene.core, { ...publication, files }, { ...quick, fresh });
    const first = await pull(false);
    await pull(false);
    expect(opened).toHaveLength(taken.length);
    expect(await pull(true)).toEqual(first);
    expect(opened).toHaveLength(2 * taken.length);
  });

  it.each([
    ['a lone carriage return in a value', 'id,v\n1,"first\rsecond"\n2,plain\n'],
    ['line ends of Windows', 'id,v\r\n1,a\r\n'],
    ['no line end behind its last line', 'id,v\n1,a'],
    ['separators of Unicode in a value', 'id,v\n1,a\u2028b\u2029\n'],
    ['nothing but a header without a line end', 'id,v'],
  ])('takes a table from a file store with %s', async (_what, content) => {
    await using scene = await openScene({ [person]: content });
    const [file] = (await scene.pull()).files;
    expect(readFileSync(objectPath(scene.core.paths, String(file?.sha256)), 'utf8')).toBe(content);
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
