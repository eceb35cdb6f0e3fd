import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listArchives } from '../../../electron/archives/archive.ts';
import { hasObject } from '../../../electron/archives/cache.ts';
import { pullPublication } from '../../../electron/archives/pull.ts';
import { openFilestore } from '../../../electron/sources/filestore.ts';
import { openFolder } from '../../../electron/sources/folder.ts';
import { openPlace } from '../../../electron/sources/open.ts';
import type { Core } from '../../../electron/state/core.ts';
import { makeCore } from '../../support/core.ts';
import { canMount, makeFolder, mountSmallDisk } from '../../support/folder.ts';
import { publish, storeFiles } from '../../support/published.ts';
import {
  cacheFiles,
  expectSoundCache,
  onFile,
  openScene,
  person,
  quick,
  taken,
} from '../../support/pulling.ts';
import { full, skipUnless } from '../../support/skip.ts';

const withMount = skipUnless(canMount(), 'it may not mount file systems');

describe('a pull that goes wrong', () => {
  it.each([
    ['reset in the middle (D1)', { cutAfter: 20, how: 'reset' }, 'pull_incomplete'],
    [
      'cut, though it ends as a whole chunked body does (D2)',
      { cutAfter: 20, how: 'chunked' },
      'pull_incomplete',
    ],
    ['cut before its last line (D2)', { cutAfter: 50, how: 'chunked' }, 'pull_incomplete'],
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
    ['a cut in its last line (D2)', { cutAfter: 58, how: 'chunked' }],
    ['a cut of its last line end (D2)', { cutAfter: 59, how: 'chunked' }],
    ['a stall (D9)', { stallAfter: 20 }],
    ['a store that is overloaded (D10)', { status: 503 }],
  ] as const)('once, by %s, is tried again from the first byte', async (_what, fault) => {
    await using scene = await openScene();
    scene.store.fault = onFile(person, fault, 1);
    await scene.pull({ idleTimeoutMs: 100 });
    expectSoundCache(scene.core);
  });

  it('is refused wherever one file is cut, as far as its lines can tell (D2)', async () => {
    const content = String(storeFiles[person]);
    await using scene = await openScene({ [person]: content });
    // The end of a file ends a line for the store: of a last line only a second reading tells whether it is whole.
    const lastLine = content.lastIndexOf('\n', content.length - 2) + 1;
    for (let cutAfter = 0; cutAfter <= lastLine; cutAfter += full ? 1 : 5) {
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
      // A file that begins when others have filled the disk is told so before it writes.
      const code = expect.stringMatching(/^(disk_full|space_needed)$/);
      await expect(pullPublication(core, unsized, quick)).rejects.toMatchObject({ code });
      expect(readdirSync(join(disk.path, 'incoming'))).toEqual([]);
      expectSoundCache(core);
      for (const path of cacheFiles(core)) if (!path.endsWith(String(kept.files[0]?.sha256))) rmSync(path);
    }
    const [file] = kept.files;
    expect(file && (await hasObject(core, file.sha256, file.sizeBytes))).toBe(true);
  });
});
