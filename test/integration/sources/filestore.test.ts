import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFilestore } from '../../../electron/sources/filestore.ts';
import { readAll } from '../../support/csv.ts';
import { startFilestore } from '../../support/filestore.ts';
import { makeFolder } from '../../support/folder.ts';
import { publish, storeFiles } from '../../support/published.ts';
import { openPublished, workflow } from '../../support/publishing.ts';

describe('a file store as a source', () => {
  it('publishes what is redacted, with the lines of each file, by GET alone', async () => {
    await using published = await openPublished();
    const { reader, store } = published;
    const publication = await reader.publication(workflow, 'latest');
    const taken = Object.keys(storeFiles).filter((name) => !/^(dump|delta)-/.test(name));
    expect(publication.files.map(({ name }) => name)).toEqual(taken.toSorted());
    for (const file of publication.files) {
      const content = String(storeFiles[file.name]);
      expect(await file.lineCount()).toBe(content.split('\n').length - 1);
      expect(await readAll(await file.open())).toBe(content);
    }
    expect(publication).toMatchObject({ origin: store.url, publishedAt: null, sizeBytes: null });
    expect(new Set(store.requests.map(({ method }) => method))).toEqual(new Set(['GET']));
  });

  it('is never asked for a raw file or a delta, not even for its length', async () => {
    await using published = await openPublished();
    const publication = await published.reader.publication(workflow, 'latest');
    await publication.confirm();
    await published.reader.check();
    const asked = published.store.requests.map(({ url }) => decodeURIComponent(url)).join('\n');
    expect(asked).toContain('table-public.person.csv');
    expect(asked).not.toMatch(/dump-|delta-/);
  });

  it('is asked for every name byte for byte, in one segment (D12)', async () => {
    const names = ['%2e', '#1', 'a?b=c', 'a+b', 'a b', 'e\u0301', '\u00e9', "it's(1)!*~", '100%'].map(
      (table) => `table-public.${table}.csv`,
    );
    await using published = await openPublished(
      Object.fromEntries(names.map((name) => [name, `id\n${name}\n`])),
    );
    const publication = await published.reader.publication(workflow, 'latest');
    expect(publication.files.map(({ name }) => name)).toEqual(names.toSorted());
    for (const file of publication.files) expect(await readAll(await file.open())).toBe(`id\n${file.name}\n`);
    for (const { url } of published.store.requests) expect(url.split('/').length).toBeLessThanOrEqual(4);
  });

  it.each([
    '../../etc/passwd',
    'a/b.csv',
    'table-\\a.csv',
    '..',
    'C:table-a.csv',
    'table-a\u0007.csv',
    'x'.repeat(400),
  ])('is refused whole where it lists the name %j (D12)', async (name) => {
    await using published = await openPublished();
    published.store.fault = ({ kind }) =>
      kind === 'listing' ? { text: `table-public.person.csv\n${name}` } : null;
    await expect(published.reader.publication(workflow, 'latest')).rejects.toMatchObject({
      code: 'unsafe_name',
    });
    expect(published.store.requests.every(({ kind }) => kind === 'listing')).toBe(true);
  });

  it.each(['..', '.', 'a/../b', ''])('is not asked for a dataset called %j (D12)', async (name) => {
    await using published = await openPublished();
    await expect(published.reader.publication(name, 'latest')).rejects.toMatchObject({ code: 'unsafe_name' });
    expect(published.store.requests).toEqual([]);
  });

  it('has a revision that its files and their lengths make', async () => {
    await using published = await openPublished();
    const { reader, folder } = published;
    const first = await reader.publication(workflow, 'latest');
    expect(first.revision).toMatch(/^[0-9a-f]{12}$/);
    expect((await reader.publication(workflow, first.revision)).revision).toBe(first.revision);
    writeFileSync(join(folder, 'table-public.note.csv'), 'id,body\n');
    expect((await reader.publication(workflow, 'latest')).revision).not.toBe(first.revision);
    await expect(reader.publication(workflow, first.revision)).rejects.toMatchObject({
      code: 'revision_not_found',
    });
  });

  it('is not believed while a run refills it between two listings', async () => {
    await using published = await openPublished();
    published.store.fault = ({ kind, count }) => {
      if (kind === 'listing' && count === 2)
        writeFileSync(join(published.folder, 'dump-public.late.csv'), 'id\n');
      return null;
    };
    await expect(published.reader.publication(workflow, 'latest')).rejects.toMatchObject({
      code: 'source_changed',
    });
  });

  it('is not believed where a file goes while its lines are counted', async () => {
    await using published = await openPublished();
    published.store.fault = ({ kind, path }) => {
      if (kind === 'lines') rmSync(join(published.folder, String(path[1])), { force: true });
      return null;
    };
    await expect(published.reader.publication(workflow, 'latest')).rejects.toMatchObject({
      code: 'source_changed',
    });
  });

  it('confirms what stands, and nothing that was emptied, grew or went', async () => {
    await using published = await openPublished();
    const { reader, folder } = published;
    const publication = await reader.publication(workflow, 'latest');
    await publication.confirm();
    writeFileSync(join(folder, 'table-public.note.csv'), 'id,body\n1,a\n');
    await expect(publication.confirm()).rejects.toMatchObject({ code: 'source_changed' });
    renameSync(folder, `${folder}-gone`);
    await expect(publication.confirm()).rejects.toMatchObject({ code: 'source_changed' });
    await expect(publication.files[0]?.open()).rejects.toMatchObject({ code: 'source_changed' });
  });

  it.each([
    ['source_only_raw', { 'dump-public.a.csv': 'id\n1\n' }],
    ['source_empty', {}],
    ['source_empty', { 'notes.txt': '' }],
  ])('is the error %s where its folder has nothing to take', async (code, files) => {
    await using published = await openPublished(files);
    await expect(published.reader.publication(workflow, 'latest')).rejects.toMatchObject({ code });
    const named = openFilestore(`${published.store.url}/file/${workflow}`);
    await expect(named.check()).rejects.toMatchObject({ code });
    expect(await named.datasets()).toEqual([]);
  });

  it('has no dataset of a name that it does not know', async () => {
    await using published = await openPublished();
    await expect(published.reader.publication('nobody', 'latest')).rejects.toMatchObject({
      code: 'dataset_not_found',
    });
    await expect(published.reader.publication(null, 'latest')).rejects.toMatchObject({
      code: 'dataset_not_found',
      hint: expect.stringContaining('/file/WORKFLOW'),
    });
  });

  it('lists the dataset that its address names, or those that are known of it', async () => {
    await using published = await openPublished();
    const { url } = published.store;
    const [listed] = await openFilestore(`${url}/file/${workflow}`).datasets();
    expect(listed).toMatchObject({
      dataset: workflow,
      revisions: [{ publishedAt: null, sizeBytes: null, files: 6, format: 'file store' }],
    });
    const asked: string[] = [];
    const knownDatasets = (origin: string) => {
      asked.push(origin);
      return [workflow, 'gone-since'];
    };
    const known = await openFilestore(url, { knownDatasets }).datasets();
    expect(known).toEqual([listed]);
    expect(asked).toEqual([url]);
  });

  it('says in one line that it answers', async () => {
    await using published = await openPublished();
    expect(await published.reader.check()).toMatch(/^the file store answers/);
    const named = openFilestore(`${published.store.url}/${workflow}`);
    expect(await named.check()).toContain('6 files to pull');
  });

  it('lists its workflows where it answers so, but for what is none', async () => {
    await using published = await openPublished();
    const { store, reader, folder } = published;
    writeFileSync(join(folder, '..', 'readme.txt'), 'see ../elsewhere\n');
    mkdirSync(join(folder, '..', 'begun'));
    const listed = await openFilestore(store.url, { knownDatasets: () => ['gone-since'] }).datasets();
    expect(listed.map(({ dataset }) => dataset)).toEqual([workflow]);
    expect(await reader.check()).toContain('it lists 3 datasets');
    await expect(reader.publication(null, 'latest')).rejects.toMatchObject({
      code: 'dataset_not_found',
      message: expect.stringContaining(workflow),
    });
  });

  it.each([
    ['does not know the request', { status: 404 }],
    ['fails at it', { status: 400 }],
    ['is behind what makes one slash of two', { text: 'OK' }],
    ['is behind a sign-in page for it', { page: true }],
  ] as const)('lists those that are known of it where it %s', async (_what, fault) => {
    await using published = await openPublished();
    const { store } = published;
    store.fault = ({ kind }) => (kind === 'root' ? fault : null);
    const listed = await openFilestore(store.url, { knownDatasets: () => [workflow] }).datasets();
    expect(listed.map(({ dataset }) => dataset)).toEqual([workflow]);
  });

  it('is refused whole where it lists a hostile workflow (D12)', async () => {
    await using published = await openPublished();
    published.store.fault = ({ kind }) => (kind === 'root' ? { text: `${workflow}\n../x` } : null);
    await expect(published.reader.datasets()).rejects.toMatchObject({ code: 'unsafe_name' });
  });

  it.each(['table-public.100%.csv', 'table-public.a%41.csv'])(
    'says what is wrong where it cannot give %s (D12)',
    async (name) => {
      const root = makeFolder();
      publish(join(root.path, workflow), { [name]: 'id\n1\n' });
      const store = await startFilestore(root.path, { decodesTwice: true });
      try {
        const reader = openFilestore(store.url, { retryDelayMs: 1 });
        await expect(reader.publication(workflow, 'latest')).rejects.toMatchObject({
          code: 'source_invalid',
          message: expect.stringContaining(`${name}, for the %`),
          hint: expect.stringContaining('Rename'),
        });
      } finally {
        await store[Symbol.asyncDispose]();
        root[Symbol.dispose]();
      }
    },
  );

  it('has no address with a % that stands for nothing', () => {
    expect(() => openFilestore('http://127.0.0.1:3000/file/100%')).toThrowError(
      expect.objectContaining({ code: 'usage', hint: expect.stringContaining('%25') }),
    );
  });
});
