import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Archive, findArchive, listArchives } from '../../../electron/archives/archive.ts';
import { hasObject, objectPath } from '../../../electron/archives/cache.ts';
import { type PullOptions, pullPublication } from '../../../electron/archives/pull.ts';
import { openFilestore } from '../../../electron/sources/filestore.ts';
import { openFolder } from '../../../electron/sources/folder.ts';
import { openPlace } from '../../../electron/sources/open.ts';
import type { Core } from '../../../electron/state/core.ts';
import { makeCore, type TestCore } from '../../support/core.ts';
import { type Fault, type Filestore, startFilestore } from '../../support/filestore.ts';
import { canMount, makeFolder, mountSmallDisk } from '../../support/folder.ts';
import { startProgram } from '../../support/program.ts';
import { publish, rawMark, repositoryFiles, storeFiles } from '../../support/published.ts';
import { full, skipUnless } from '../../support/skip.ts';

const quick: PullOptions = { keepFreeBytes: 0, retryDelayMs: 1, idleTimeoutMs: 2_000 };
const taken = Object.keys(storeFiles).filter((name) => !/^(dump|delta)-/.test(name));
const withMount = skipUnless(canMount(), 'it may not mount file systems');

interface Scene extends AsyncDisposable, TestCore {
  readonly folder: string;
  readonly store: Filestore;
  pull(options?: PullOptions): Promise<Archive>;
}

/** A file store with the sample files, and a home to pull them into. */
async function openScene(files: Record<string, string | Buffer> = { ...storeFiles }): Promise<Scene> {
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
function cacheFiles(core: Core): string[] {
  return readdirSync(core.paths.cache, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.jsonl'))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Every file in the cache is what its name says, and nothing unfinished lies about. */
function expectSoundCache(core: Core): void {
  for (const path of cacheFiles(core)) {
    expect(path).toMatch(/objects.[0-9a-f]{2}.[0-9a-f]{64}$/);
    expect(path.endsWith(createHash('sha256').update(readFileSync(path)).digest('hex'))).toBe(true);
  }
}

function onFile(name: string, fault: Fault, times = Number.POSITIVE_INFINITY): Filestore['fault'] {
  return ({ kind, path, count }) => (kind === 'file' && path[1] === name && count <= times ? fault : null);
}

const person = 'table-public.person.csv';

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

describe('a pull that goes wrong', () => {
  it.each([
    ['reset in the middle (D1)', { cutAfter: 20, how: 'reset' }, 'pull_incomplete'],
    [
      'cut, though it ends as a whole chunked body does (D2)',
      { cutAfter: 20, how: 'chunked' },
      'pull_incomplete',
    ],
    ['cut in its last line (D2)', { cutAfter: 58, how: 'chunked' }, 'pull_incomplete'],
    ['cut, with no length promised (D2)', { cutAfter: 20, how: 'close' }, 'pull_incomplete'],
    ['empty (D2)', { cutAfter: 0, how: 'chunked' }, 'pull_incomplete'],
    ['a sign-in page (D3)', { page: true }, 'pull_mismatch'],
    ['a redirect (D11)', { redirect: 'http://127.0.0.1:1/login' }, 'source_invalid'],
    ['stalled (D9)', { stallAfter: 20 }, 'pull_stalled'],
    ['refused (D10)', { status: 403 }, 'source_denied'],
    ['failing inside', { status: 400 }, 'source_invalid'],
    ['out of order for good (D10)', { status: 503 }, 'source_unreachable'],
  ] as const)('because a file is %s leaves no archive and no unfinished file', async (_what, fault, code) => {
    await using scene = await openScene();
    scene.store.fault = onFile(person, fault);
    await expect(scene.pull({ idleTimeoutMs: 100 })).rejects.toMatchObject({
      code,
      hint: expect.any(String),
    });
    expect(listArchives(scene.core)).toEqual([]);
    expectSoundCache(scene.core);
    scene.store.fault = () => null;
    expect((await scene.pull()).files).toHaveLength(taken.length);
  });

  it.each([
    ['a reset (D1)', { cutAfter: 20, how: 'reset' }],
    ['a cut (D2)', { cutAfter: 20, how: 'chunked' }],
    ['a stall (D9)', { stallAfter: 20 }],
    ['a store that is overloaded (D10)', { status: 503 }],
  ] as const)('once, by %s, is tried again from the first byte', async (_what, fault) => {
    await using scene = await openScene();
    scene.store.fault = onFile(person, fault, 1);
    await scene.pull({ idleTimeoutMs: 100 });
    expectSoundCache(scene.core);
  });

  it('is refused wherever one file is cut (D2)', async () => {
    const content = String(storeFiles[person]);
    await using scene = await openScene({ [person]: content });
    for (let cutAfter = 0; cutAfter < content.length; cutAfter += full ? 1 : 5) {
      scene.store.fault = onFile(person, { cutAfter, how: 'chunked' });
      await expect(scene.pull()).rejects.toMatchObject({ code: 'pull_incomplete' });
    }
    expect(cacheFiles(scene.core)).toEqual([]);
  });

  it('because a last line without a line end is cut is told by reading it twice (D2)', async () => {
    const content = 'id,name\n1,somebody';
    await using scene = await openScene({ [person]: content });
    scene.store.fault = onFile(person, { cutAfter: content.length - 4, how: 'chunked' }, 1);
    const archive = await scene.pull();
    const [file] = archive.files;
    expect(file).toMatchObject({ sizeBytes: content.length });
    expectSoundCache(scene.core);
  });

  it('because a run refills the folder meanwhile is told as that', async () => {
    await using scene = await openScene();
    scene.store.fault = ({ kind, path }) => {
      if (kind === 'file' && path[1] === person) {
        writeFileSync(join(scene.folder, person), 'id,email\n1,a\n');
      }
      return null;
    };
    await expect(scene.pull()).rejects.toMatchObject({ code: 'source_changed' });
    expect(listArchives(scene.core)).toEqual([]);
  });

  it('because the folder is emptied after its last file is told too', async () => {
    await using scene = await openScene({ [person]: 'id\n1\n' });
    const publication = await openFilestore(scene.store.url, { retryDelayMs: 1 }).publication('wf', 'latest');
    scene.store.fault = ({ kind }) => {
      if (kind === 'listing') rmSync(scene.folder, { recursive: true, force: true });
      return null;
    };
    await expect(pullPublication(scene.core, publication, quick)).rejects.toMatchObject({
      code: 'source_changed',
    });
    expect(listArchives(scene.core)).toEqual([]);
  });

  it('because somebody cancels ends at once and leaves nothing unfinished', async () => {
    await using scene = await openScene();
    const stop = new AbortController();
    scene.store.fault = ({ kind, path }) => {
      if (kind !== 'file' || path[1] !== person) return null;
      setTimeout(() => stop.abort(new Error('cancelled by somebody')), 20);
      return { stallAfter: 10 };
    };
    await expect(scene.pull({ signal: stop.signal, idleTimeoutMs: 600_000 })).rejects.toThrow(
      'cancelled by somebody',
    );
    expectSoundCache(scene.core);
  });

  it.each([
    ['a table is packed', person, '\x1f\x8b\x08\x00'],
    ['a file is of no format that is known', 'complete-dump.sql', 'no dump at all'],
  ])('because %s ends at its first bytes', async (_what, name, content) => {
    await using scene = await openScene({ [name]: Buffer.from(content + 'x'.repeat(5_000_000), 'latin1') });
    await expect(scene.pull()).rejects.toMatchObject({ code: 'format_unknown' });
    expect(cacheFiles(scene.core)).toEqual([]);
  });

  it('for want of space does not begin, and says how much is missing (D19)', async () => {
    using home = makeCore();
    using folder = makeFolder();
    publish(folder.path, { [person]: 'id\n1\n' });
    const publication = await openFolder(folder.path).publication(null, 'latest');
    const pull = pullPublication(home.core, publication, { keepFreeBytes: Number.MAX_SAFE_INTEGER - 100 });
    await expect(pull).rejects.toMatchObject({
      code: 'space_needed',
      detail: { neededBytes: 5, keepFreeBytes: Number.MAX_SAFE_INTEGER - 100 },
    });
    expect(cacheFiles(home.core)).toEqual([]);
  });

  it('because the disk is full leaves what was there and nothing unfinished (D14)', withMount, async () => {
    using home = makeCore();
    using disk = mountSmallDisk(8 * 1024 * 1024);
    using folder = makeFolder();
    const core: Core = { ...home.core, paths: { ...home.core.paths, cache: disk.path } };
    const small = publish(join(folder.path, 'acme', '1'), { [person]: 'id\n1\n' });
    const kept = await pullPublication(core, await openPlace(small).publication(null, 'latest'), quick);
    const rows = '1234567\n'.repeat(100_000);
    for (const extraBytes of full ? [0, 1, 4_095, 4_096, 65_536, 1_000_000] : [0, 4_096, 1_000_000]) {
      const files = Object.fromEntries(
        Array.from({ length: 12 }, (_, index) => [
          `table-public.t${index}.csv`,
          `id${index}\n${rows}${'x'.repeat(extraBytes)}\n`,
        ]),
      );
      const big = publish(join(folder.path, `big${extraBytes}`), files);
      const publication = await openPlace(big).publication(null, 'latest');
      // The check before the start is what this goes around: the disk fills up while the pull runs.
      const unsized = {
        ...publication,
        files: publication.files.map((file) => ({
          ...file,
          sizeBytes: null,
          lineCount: async () => 100_002,
        })),
      };
      await expect(pullPublication(core, unsized, quick)).rejects.toMatchObject({ code: 'disk_full' });
      expect(readdirSync(join(disk.path, 'incoming'))).toEqual([]);
      expectSoundCache(core);
      for (const path of cacheFiles(core)) if (!path.endsWith(String(kept.files[0]?.sha256))) rmSync(path);
    }
    const [file] = kept.files;
    expect(file && (await hasObject(core, file.sha256, file.sizeBytes))).toBe(true);
  });
});

describe('two that pull', () => {
  it('the same publication make one pull between them, in two processes (D17)', async () => {
    await using scene = await openScene();
    scene.store.fault = ({ kind }) => (kind === 'file' ? { pauseMs: 50 } : null);
    const place = `${scene.store.url}/file/wf`;
    await using first = startProgram('pull', [place], scene.environment);
    await using second = startProgram('pull', [place], scene.environment);
    const lines = await Promise.all([first.line('pulled'), second.line('pulled')]);
    expect(lines[0]).toBe(lines[1]);
    const files = scene.store.requests.filter(({ kind }) => kind === 'file');
    expect(files).toHaveLength(taken.length);
  });

  it('the same publication make one pull between them, in one process (D17)', async () => {
    await using scene = await openScene();
    const [one, other] = await Promise.all([scene.pull(), scene.pull()]);
    expect(one).toEqual(other);
    expect(scene.store.requests.filter(({ kind }) => kind === 'file')).toHaveLength(taken.length);
  });

  it('do not stand in each other’s way after one was killed in the middle (E15)', async () => {
    await using scene = await openScene();
    const place = `${scene.store.url}/file/wf`;
    for (const name of full ? taken : ['schema-public.sql', person]) {
      let reached = () => {};
      const begun = new Promise<void>((resolve) => {
        reached = resolve;
      });
      scene.store.fault = (request) => {
        if (request.kind !== 'file' || request.path[1] !== name) return null;
        reached();
        return { stallAfter: 10 };
      };
      await using program = startProgram('pull', [place], scene.environment);
      await begun;
      await program.kill('SIGKILL');
      expect(listArchives(scene.core)).toEqual([]);
    }
    expect(readdirSync(join(scene.core.paths.cache, 'incoming')).length).toBeGreaterThan(0);
    scene.store.fault = () => null;
    const archive = await scene.pull();
    expect(archive.files).toHaveLength(taken.length);
    expect(existsSync(join(scene.core.paths.cache, 'incoming'))).toBe(true);
    expectSoundCache(scene.core);
  });
});
