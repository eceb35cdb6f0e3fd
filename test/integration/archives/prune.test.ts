import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Archive, findArchive, listArchives } from '../../../electron/archives/archive.ts';
import { objectPath } from '../../../electron/archives/cache.ts';
import { findCached, listCached, requireCached } from '../../../electron/archives/cached.ts';
import { listCache, sumArchives } from '../../../electron/archives/entries.ts';
import { pinArchive } from '../../../electron/archives/pins.ts';
import { pruneCache } from '../../../electron/archives/prune.ts';
import { openPull, pullPublication } from '../../../electron/archives/pull.ts';
import { RockpoolError } from '../../../electron/contract/errors.ts';
import { openFolder } from '../../../electron/sources/folder.ts';
import type { Core } from '../../../electron/state/core.ts';
import { makeCore } from '../../support/core.ts';
import { makeFolder } from '../../support/folder.ts';
import { startProgram } from '../../support/program.ts';
import { publish, repositoryFiles } from '../../support/published.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** A home with these revisions of one dataset in its cache, the first pulled first, a day between their last uses. */
async function openScene(revisions: readonly number[]) {
  const home = makeCore();
  const folder = makeFolder();
  const { core } = home;
  const archives: Archive[] = [];
  for (const [index, revision] of revisions.entries()) {
    publish(join(folder.path, 'acme', String(revision)), repositoryFiles(revision));
    const publication = await openFolder(folder.path).publication('acme', String(revision));
    const archive = await pullPublication(core, publication, { keepFreeBytes: 0 });
    const at = new Date(Date.now() - (revisions.length - index) * dayMs).toISOString();
    core.state.run('UPDATE archives SET last_used_at = ?, pulled_at = ? WHERE id = ?', at, at, archive.id);
    archives.push(archive);
  }
  return {
    core,
    environment: home.environment,
    archives,
    path: folder.path,
    [Symbol.dispose]: () => {
      home[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  };
}

function filesOf(core: Core, archive: Archive): boolean[] {
  return archive.files.map(({ sha256 }) => existsSync(objectPath(core.paths, sha256)));
}

function idsOf(core: Core): string[] {
  return listArchives(core).map(({ revision }) => revision);
}

/** What an install's clean copy leaves in state.db, as far as the cache looks at it. */
function addPristine(core: Core, archive: string): void {
  core.state.run(
    'INSERT INTO pristines (id, server, record) VALUES (?, ?, ?)',
    'p1',
    'embedded',
    JSON.stringify({ archive }),
  );
}

describe('the cache', () => {
  it('lists its archives, the latest used first, with their bytes', async () => {
    using scene = await openScene([1, 2]);
    const entries = listCache(scene.core);
    expect(entries.map(({ revision }) => revision)).toEqual(['2', '1']);
    const sizes = scene.archives.map(({ files }) => files.reduce((sum, file) => sum + file.sizeBytes, 0));
    expect(entries.map(({ bytes }) => bytes).toReversed()).toEqual(sizes);
    expect(sumArchives(scene.archives)).toBeLessThan((sizes[0] ?? 0) + (sizes[1] ?? 0));
    expect(entries.every(({ pinned }) => !pinned)).toBe(true);
  });

  it('is pruned by count, by age or by bytes, and a dry run says the same and removes nothing', async () => {
    for (const wish of [{ keep: 1 }, { olderThanMs: 1.5 * dayMs }, { maxBytes: 400 }]) {
      using scene = await openScene([1, 2, 3]);
      const { core } = scene;
      const planned = await pruneCache(core, { ...wish, dryRun: true });
      expect(idsOf(core)).toEqual(['3', '2', '1']);
      const pruned = await pruneCache(core, wish);
      expect(pruned).toEqual(planned);
      expect(pruned.removed.map(({ revision }) => revision)).toEqual(['2', '1']);
      const artists = scene.archives.map(({ files }) =>
        files.find(({ name }) => name === 'table-Artist.csv'),
      );
      expect(pruned.freedBytes).toBe((artists[0]?.sizeBytes ?? 0) + (artists[1]?.sizeBytes ?? 0));
      expect(idsOf(core)).toEqual(['3']);
      expect(filesOf(core, scene.archives[2] as Archive)).toEqual([true, true, true, true]);
    }
  });

  it('keeps what an install was restored from, and what a process works with (D18)', async () => {
    using scene = await openScene([1, 2, 3]);
    const { core } = scene;
    const [first, second] = scene.archives as [Archive, Archive, Archive];
    addPristine(core, first.id);
    const pin = pinArchive(core, second.id, 'Testing');
    const pinned = Object.fromEntries(listCache(core).map((entry) => [entry.revision, entry.pinned]));
    expect(pinned).toEqual({ 1: true, 2: true, 3: false });
    expect((await pruneCache(core, { keep: 0 })).removed.map(({ revision }) => revision)).toEqual(['3']);
    pin.close();
    expect((await pruneCache(core, { maxBytes: 0 })).removed.map(({ revision }) => revision)).toEqual(['2']);
    expect(filesOf(core, first)).toEqual([true, true, true, true]);
    expect(() => pinArchive(core, second.id, 'Testing')).toThrow(RockpoolError);
  });

  it('lets go of what a process held that was killed (D18)', async () => {
    using scene = await openScene([1]);
    const { core, archives } = scene;
    const [{ id }] = archives as [Archive];
    await using program = startProgram('pin', [id], scene.environment);
    await program.line('pinned');
    expect((await pruneCache(core, { keep: 0 })).removed).toEqual([]);
    await program.kill('SIGKILL');
    expect((await pruneCache(core, { keep: 0 })).removed).toHaveLength(1);
    expect(core.state.rows("SELECT name FROM locks WHERE name LIKE 'pin:%'")).toEqual([]);
  });

  it('keeps an open pull and all that it has brought until it is closed (D18)', async () => {
    using scene = await openScene([1]);
    const { core, path } = scene;
    publish(join(path, 'acme', '2'), repositoryFiles(2));
    const publication = await openFolder(path).publication('acme', '2');
    const stopped = Promise.withResolvers<void>();
    const held = { ...publication, confirm: () => stopped.promise };
    const pull = await openPull(core, held, { keepFreeBytes: 0 });
    for (const { name } of pull.files) await pull.ready(name);
    await pruneCache(core, { keep: 0 });
    stopped.resolve();
    const archive = await pull.done;
    expect(filesOf(core, archive)).toEqual([true, true, true, true]);
    expect((await pruneCache(core, { keep: 0 })).removed).toEqual([]);
    await pull.close();
    expect((await pruneCache(core, { keep: 0 })).removed).toHaveLength(1);
    expect(
      readdirSync(join(core.paths.cache, 'objects'), { recursive: true, withFileTypes: true }).filter((one) =>
        one.isFile(),
      ),
    ).toEqual([]);
  });

  it('loses what no archive needs: files of pulls that ended long ago, and of no archive at all', async () => {
    using scene = await openScene([1]);
    const { core, archives } = scene;
    const incoming = join(core.paths.cache, 'incoming');
    const left = `${'0'.repeat(16)}.${'1'.repeat(16)}`;
    const old = new Date(Date.now() - 8 * dayMs);
    for (const name of [`${left}.part`, `${left}.json`]) {
      writeFileSync(join(incoming, name), 'left');
      utimesSync(join(incoming, name), old, old);
    }
    writeFileSync(join(incoming, `${'2'.repeat(16)}.${'3'.repeat(16)}.part`), 'fresh');
    const orphan = objectPath(core.paths, `${archives[0]?.files[0]?.sha256.slice(0, 2)}${'0'.repeat(62)}`);
    writeFileSync(orphan, 'orphan');
    expect(await pruneCache(core, {})).toEqual({ removed: [], freedBytes: 14 });
    expect(existsSync(orphan)).toBe(false);
    expect(readdirSync(incoming)).toEqual([`${'2'.repeat(16)}.${'3'.repeat(16)}.part`]);
    expect(filesOf(core, archives[0] as Archive)).toEqual([true, true, true, true]);
  });
});

describe('without its source', () => {
  it('a dataset is found in the cache by its revision, and the newest as latest', async () => {
    using scene = await openScene([2, 10, 9]);
    const { core, archives } = scene;
    const origin = archives[0]?.origin ?? '';
    const found = (revision: string, from: string | null = origin) =>
      findCached(core, { origin: from, dataset: 'acme', revision })?.revision;
    expect([found('9'), found('latest'), found('latest', null)]).toEqual(['9', '10', '10']);
    expect([found('3'), found('9', 'file:///elsewhere')]).toEqual([undefined, undefined]);
    expect(listCached(core, { origin, dataset: 'acme' }).map(({ revision }) => revision)).toEqual([
      '10',
      '9',
      '2',
    ]);
    expect(findCached(core, { origin: null, dataset: null, revision: 'latest' })?.revision).toBe('10');
  });

  it('a revision that is not there is told with those that are', async () => {
    using scene = await openScene([1, 2]);
    const failure = new RockpoolError('source_unreachable', 'Nothing answers.', { hint: 'Start it.' });
    const wish = { origin: null, dataset: 'acme', revision: '3' };
    expect(() => requireCached(scene.core, wish, failure)).toThrow(
      expect.objectContaining({
        code: 'source_unreachable',
        message: 'Nothing answers. acme @ 3 is not in the cache either.',
        hint: 'The cache has acme@2, acme@1. Start it.',
      }),
    );
    expect(() => requireCached(scene.core, { ...wish, dataset: null }, failure)).toThrow(
      'Nothing answers. This dataset @ 3 is not in the cache either.',
    );
    expect(
      findArchive(scene.core, requireCached(scene.core, { ...wish, revision: '1' }, failure).id),
    ).not.toBeNull();
  });
});

describe('an archive that is used again', () => {
  it('counts as used just now, so that what is older goes first', async () => {
    using scene = await openScene([1, 2]);
    const [oldest] = scene.archives;
    pinArchive(scene.core, oldest?.id ?? '', 'Using it').close();
    expect(listCache(scene.core).map(({ revision }) => revision)).toEqual(['1', '2']);
    const { removed } = await pruneCache(scene.core, { olderThanMs: dayMs / 2 });
    expect(removed.map(({ revision }) => revision)).toEqual(['2']);
  });
});
