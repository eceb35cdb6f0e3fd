import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openFolder } from '../../../electron/sources/folder.ts';
import { readAll } from '../../support/csv.ts';
import { makeFolder } from '../../support/folder.ts';
import { publish, repositoryFiles, storeFiles } from '../../support/published.ts';
import { skipUnless } from '../../support/skip.ts';

const notWindows = skipUnless(process.platform !== 'win32', 'it makes links and pipes as Unix has them');

/** A data repository with revisions 1, 2 and 10 of one workflow. */
function publishRepository(folder: string): string {
  for (const revision of [1, 2, 10]) {
    publish(join(folder, 'acme', String(revision)), repositoryFiles(revision));
  }
  return folder;
}

describe('a folder as a source', () => {
  it('lists the revisions of a data repository, the highest number first', async () => {
    using folder = makeFolder();
    const [dataset, ...others] = await openFolder(publishRepository(folder.path)).datasets();
    expect(others).toEqual([]);
    expect(dataset?.dataset).toBe('acme');
    expect(dataset?.revisions.map(({ id }) => id)).toEqual(['10', '2', '1']);
    expect(dataset?.revisions[0]).toMatchObject({ files: 4, format: 'data repository' });
  });

  it('is the same publication whether the tree, the workflow or the revision is named', async () => {
    using folder = makeFolder();
    publishRepository(folder.path);
    const wanted = { origin: pathToFileURL(folder.path).href, dataset: 'acme', revision: '10' };
    for (const path of [folder.path, join(folder.path, 'acme'), join(folder.path, 'acme', '10')]) {
      expect(await openFolder(path).publication(null, 'latest')).toMatchObject(wanted);
    }
    const second = await openFolder(folder.path).publication('acme', '2');
    expect(second.revision).toBe('2');
  });

  it('takes the newest revision that has data for the latest, not one that a run has only begun', async () => {
    using folder = makeFolder();
    publishRepository(folder.path);
    publish(join(folder.path, 'acme', '11'), { 'dump-public.a.csv': 'id\n1\n' });
    expect((await openFolder(folder.path).publication('acme', 'latest')).revision).toBe('10');
    await expect(openFolder(folder.path).publication('acme', '11')).rejects.toMatchObject({
      code: 'source_only_raw',
    });
  });

  it('never lists, counts or sizes raw files and deltas', async () => {
    using folder = makeFolder();
    publish(join(folder.path, 'wf'), storeFiles);
    const publication = await openFolder(folder.path).publication('wf', 'latest');
    const taken = Object.entries(storeFiles).filter(([name]) => !/^(dump|delta)-/.test(name));
    expect(publication.files.map(({ name }) => name)).toEqual(taken.map(([name]) => name).toSorted());
    expect(publication.sizeBytes).toBe(taken.reduce((sum, [, content]) => sum + content.length, 0));
    const [listed] = await openFolder(folder.path).datasets();
    expect(listed?.revisions[0]).toMatchObject({ files: taken.length, sizeBytes: publication.sizeBytes });
  });

  it('names the revision of a folder by its content', async () => {
    using folder = makeFolder();
    publish(folder.path, storeFiles);
    const revision = async () => (await openFolder(folder.path).publication(null, 'latest')).revision;
    const first = await revision();
    expect(first).toMatch(/^[0-9a-f]{12}$/);
    appendFileSync(join(folder.path, 'dump-public.person.csv'), 'more\n');
    expect(await revision()).toBe(first);
    utimesSync(join(folder.path, 'table-public.note.csv'), new Date(), new Date(1_000_000));
    expect(await revision()).not.toBe(first);
  });

  it('reads one file, called whatever it is', async () => {
    using folder = makeFolder();
    publish(folder.path, { 'people.csv': 'id\n1\n', 'other.csv': 'id\n2\n' });
    const publication = await openFolder(join(folder.path, 'people.csv')).publication(null, 'latest');
    expect(publication.dataset).toBe('people');
    expect(publication.files.map(({ name }) => name)).toEqual(['people.csv']);
    const [file] = publication.files;
    expect(file && (await readAll(await file.open()))).toBe('id\n1\n');
    await publication.confirm();
  });

  it('asks which dataset is meant where there are several, and names them', async () => {
    using folder = makeFolder();
    for (const name of ['acme', 'bravo']) publish(join(folder.path, name), storeFiles);
    await expect(openFolder(folder.path).publication(null, 'latest')).rejects.toMatchObject({
      code: 'dataset_not_found',
      message: expect.stringContaining('acme, bravo'),
    });
    expect((await openFolder(folder.path).publication('bravo', 'latest')).dataset).toBe('bravo');
  });

  it('takes a file that changed just now for one that proves nothing, and times alone for no proof', async () => {
    using folder = makeFolder();
    const path = publish(join(folder.path, 'acme'), { 'table-a.csv': 'id\n1\n' });
    const read = async () => (await openFolder(path).publication(null, 'latest')).files[0]?.fingerprint;
    expect(await read()).toBeNull();
    await new Promise((resolve) => setTimeout(resolve, 3200));
    const first = await read();
    expect(first).toMatch(/^\d+:5:\d+:\d+$/);
    expect(await read()).toBe(first);
  });

  it('says which revisions there are where the wanted one is not', async () => {
    using folder = makeFolder();
    publishRepository(folder.path);
    await expect(openFolder(folder.path).publication('acme', '7')).rejects.toMatchObject({
      code: 'revision_not_found',
      hint: expect.stringContaining('10, 2, 1'),
    });
  });

  it.each([
    ['source_unreachable', (path: string) => rmSync(path, { recursive: true })],
    ['source_empty', () => undefined],
    [
      'source_empty',
      (path: string) => publish(path, { 'notes.txt': '', 'deep/er/than/table-a.csv': 'id\n' }),
    ],
    ['source_only_raw', (path: string) => publish(path, { 'dump-public.a.csv': 'id\n1\n' })],
    ['source_only_raw', (path: string) => publish(path, { 'wf/dump-public.a.csv': 'id\n1\n' })],
  ])('is the error %s where there is nothing to take', async (code, prepare) => {
    using folder = makeFolder();
    const path = join(folder.path, 'exports');
    mkdirSync(path);
    prepare(path);
    await expect(openFolder(path).check()).rejects.toMatchObject({ code });
    await expect(openFolder(path).publication(null, 'latest')).rejects.toMatchObject({ code });
  });

  it('refuses a raw file that is named itself', async () => {
    using folder = makeFolder();
    publish(folder.path, { 'dump-public.a.csv': 'id\n1\n' });
    const reader = openFolder(join(folder.path, 'dump-public.a.csv'));
    await expect(reader.publication(null, 'latest')).rejects.toMatchObject({ code: 'source_only_raw' });
  });

  it('refuses a link that leads out of it, and takes one that stays inside', notWindows, async () => {
    using folder = makeFolder();
    const path = join(folder.path, 'wf');
    publish(path, { 'table-public.a.csv': 'id\n1\n' });
    publish(folder.path, { 'secret.csv': 'id\n2\n' });
    symlinkSync('table-public.a.csv', join(path, 'table-public.b.csv'));
    expect((await openFolder(path).publication(null, 'latest')).files).toHaveLength(2);
    symlinkSync('../secret.csv', join(path, 'table-public.c.csv'));
    await expect(openFolder(path).publication(null, 'latest')).rejects.toMatchObject({ code: 'unsafe_name' });
  });

  it('does not enter a folder behind a link that leads out of it', notWindows, async () => {
    using inside = makeFolder();
    using outside = makeFolder();
    publish(join(outside.path, 'wf'), { 'table-public.a.csv': 'id\n1\n' });
    publish(join(inside.path, 'own'), { 'table-public.a.csv': 'id\n1\n' });
    symlinkSync(join(outside.path, 'wf'), join(inside.path, 'wf'));
    expect((await openFolder(inside.path).datasets()).map(({ dataset }) => dataset)).toEqual(['own']);
  });

  it('says of links that lead nowhere which they are (D15)', notWindows, async () => {
    using folder = makeFolder();
    symlinkSync('nothing', join(folder.path, 'table-public.a.csv'));
    await expect(openFolder(folder.path).publication(null, 'latest')).rejects.toMatchObject({
      code: 'file_unreadable',
      message: expect.stringContaining('table-public.a.csv'),
    });
    rmSync(join(folder.path, 'table-public.a.csv'));
    symlinkSync('table-public.a.csv', join(folder.path, 'table-public.a.csv'));
    await expect(openFolder(folder.path).publication(null, 'latest')).rejects.toMatchObject({
      code: 'unsafe_name',
    });
  });

  it('refuses a pipe in place of a file, which could be read for ever', notWindows, async () => {
    using folder = makeFolder();
    execFileSync('mkfifo', [join(folder.path, 'table-public.a.csv')]);
    await expect(openFolder(folder.path).publication(null, 'latest')).rejects.toMatchObject({
      code: 'unsafe_name',
    });
  });

  it('says which file may not be read (D15)', notWindows, async () => {
    using folder = makeFolder();
    publish(folder.path, { 'table-public.a.csv': 'id\n1\n' });
    chmodSync(join(folder.path, 'table-public.a.csv'), 0);
    const publication = await openFolder(folder.path).publication(null, 'latest');
    const isRoot = process.getuid?.() === 0;
    // Root may read everything, so it is somebody else for a moment.
    if (isRoot) process.seteuid?.(65534);
    try {
      await expect(publication.files[0]?.open()).rejects.toMatchObject({
        code: 'file_unreadable',
        message: expect.stringContaining('table-public.a.csv'),
      });
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  it('tells a change since it was listed, of a file and of the folder', async () => {
    using folder = makeFolder();
    publish(folder.path, { 'table-public.a.csv': 'id\n1\n' });
    const publication = await openFolder(folder.path).publication(null, 'latest');
    await publication.confirm();
    writeFileSync(join(folder.path, 'table-public.b.csv'), 'id\n');
    await expect(publication.confirm()).rejects.toMatchObject({ code: 'source_changed' });
    appendFileSync(join(folder.path, 'table-public.a.csv'), '2\n');
    await expect(publication.files[0]?.open()).rejects.toMatchObject({ code: 'source_changed' });
    for (const name of ['a', 'b']) rmSync(join(folder.path, `table-public.${name}.csv`));
    await expect(publication.confirm()).rejects.toMatchObject({ code: 'source_changed' });
  });

  it('says in one line what is there', async () => {
    using folder = makeFolder();
    publishRepository(folder.path);
    expect(await openFolder(folder.path).check()).toBe('1 dataset in 3 revisions, 12 files to pull');
    expect(basename(new URL(openFolder(folder.path).url).pathname)).toBe(basename(folder.path));
  });
});
