import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { pullPublication } from '../../../electron/archives/pull.ts';
import { checkSource, listDatasets } from '../../../electron/sources/catalogue.ts';
import { openPlace, openSource } from '../../../electron/sources/open.ts';
import { addSource, getSource, listSources, removeSource } from '../../../electron/sources/registry.ts';
import { makeCore } from '../../support/core.ts';
import { startFilestore } from '../../support/filestore.ts';
import { makeFolder } from '../../support/folder.ts';
import { publish, repositoryFiles, storeFiles } from '../../support/published.ts';

describe('the sources of a home', () => {
  it('are remembered by name, with an address that needs no current folder', () => {
    using home = makeCore();
    addSource(home.core, 'staging', 'http://127.0.0.1:3000/');
    addSource(home.core, 'exports', './exports');
    expect(listSources(home.core)).toEqual([
      { name: 'exports', kind: 'folder', url: pathToFileURL(join(process.cwd(), 'exports')).href },
      { name: 'staging', kind: 'filestore', url: 'http://127.0.0.1:3000' },
    ]);
    expect(removeSource(home.core, 'staging').name).toBe('staging');
    expect(() => getSource(home.core, 'staging')).toThrow(
      expect.objectContaining({ code: 'source_not_found', hint: expect.stringContaining('exports') }),
    );
    expect(() => removeSource(home.core, 'staging')).toThrow(
      expect.objectContaining({ code: 'source_not_found' }),
    );
  });

  it.each(['', 'Staging', '1st', 'a b', 'a/b', '../x', 'x'.repeat(32)])('are never called %j', (name) => {
    using home = makeCore();
    expect(() => addSource(home.core, name, '/data')).toThrow(
      expect.objectContaining({ code: 'name_invalid' }),
    );
    expect(listSources(home.core)).toEqual([]);
  });

  it('keep the name they have', () => {
    using home = makeCore();
    addSource(home.core, 'staging', '/data');
    expect(() => addSource(home.core, 'staging', '/other')).toThrow(
      expect.objectContaining({ code: 'name_taken' }),
    );
    expect(getSource(home.core, 'staging').url).toBe('file:///data');
  });

  it('are checked in one line, for good or ill', async () => {
    using home = makeCore();
    using folder = makeFolder();
    publish(join(folder.path, 'acme', '1'), repositoryFiles(2));
    addSource(home.core, 'good', folder.path);
    addSource(home.core, 'gone', join(folder.path, 'gone'));
    expect(await checkSource(home.core, 'good')).toEqual({
      source: 'good',
      ok: true,
      message: '1 dataset in 1 revision, 4 files to pull',
      hint: null,
    });
    expect(await checkSource(home.core, 'gone')).toMatchObject({
      ok: false,
      message: expect.stringMatching(/^[^\n]+$/),
      hint: expect.any(String),
    });
    await expect(checkSource(home.core, 'nobody')).rejects.toMatchObject({ code: 'source_not_found' });
  });

  it('list their datasets together; one that cannot be read does not hide the others', async () => {
    using home = makeCore();
    using folder = makeFolder();
    publish(join(folder.path, 'acme', '1'), repositoryFiles(2));
    addSource(home.core, 'good', folder.path);
    addSource(home.core, 'gone', join(folder.path, 'gone'));
    const all = await listDatasets(home.core, null);
    expect(all.map(({ source, dataset }) => `${source}/${dataset}`)).toEqual(['good/acme']);
    await expect(listDatasets(home.core, 'gone')).rejects.toMatchObject({ code: 'source_unreachable' });
    removeSource(home.core, 'good');
    await expect(listDatasets(home.core, null)).rejects.toMatchObject({ code: 'source_unreachable' });
  });

  it('list of a file store that lists nothing what was pulled from it before', async () => {
    using home = makeCore();
    using folder = makeFolder();
    publish(join(folder.path, 'wf'), storeFiles);
    await using store = await startFilestore(folder.path, { listsWorkflows: false });
    addSource(home.core, 'store', store.url);
    expect(await listDatasets(home.core, 'store')).toEqual([]);
    const publication = await openSource(home.core, 'store').publication('wf', 'latest');
    await pullPublication(home.core, publication, { keepFreeBytes: 0 });
    const [listed] = await listDatasets(home.core, 'store');
    expect(listed).toMatchObject({
      source: 'store',
      dataset: 'wf',
      revisions: [{ id: publication.revision }],
    });
  });

  it('are not needed for a place that is named itself', async () => {
    using folder = makeFolder();
    publish(join(folder.path, 'wf'), storeFiles);
    await using store = await startFilestore(folder.path);
    const direct = await openPlace(`${store.url}/file/wf`).publication(null, 'latest');
    expect(direct).toMatchObject({ origin: store.url, dataset: 'wf' });
    expect(await openPlace(join(folder.path, 'wf')).publication(null, 'latest')).toMatchObject({
      dataset: 'wf',
    });
  });
});
