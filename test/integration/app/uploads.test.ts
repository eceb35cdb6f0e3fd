import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openUploads, type UploadsApp } from '../../../electron/app/uploads.ts';
import type { Parts } from '../../../electron/installs/parts.ts';
import { writeSetting } from '../../../electron/state/settings.ts';
import { makeCore } from '../../support/core.ts';

const text = (value: string) => new TextEncoder().encode(value);

/** Uploads over a data folder of its own; they need nothing of the other rooms. */
function open() {
  const { core, [Symbol.dispose]: close } = makeCore();
  const uploads: UploadsApp = openUploads({ core } as Parts);
  return { core, uploads, root: join(core.paths.cache, 'uploads'), [Symbol.dispose]: close };
}

describe('uploads', () => {
  it('receive a folder piece by piece, for this user alone', async () => {
    using home = open();
    const { id } = await home.uploads.beginUpload('exports', 9);
    await home.uploads.appendUpload(id, ['exports', 'table-a.csv'], 0, text('a\n1'));
    await home.uploads.appendUpload(id, ['exports', 'table-a.csv'], 3, text('\n2\n'));
    await home.uploads.appendUpload(id, ['exports', 'sub', 'table-b.csv'], 0, text('b\n1'));
    const { path } = await home.uploads.finishUpload(id);
    expect(await readFile(join(path, 'table-a.csv'), 'utf8')).toBe('a\n1\n2\n');
    expect(await readFile(join(path, 'sub', 'table-b.csv'), 'utf8')).toBe('b\n1');
    expect((await stat(join(path, '..'))).mode & 0o777).toBe(0o700);
    expect((await stat(join(path, 'table-a.csv'))).mode & 0o777).toBe(0o600);
    await home.uploads.forgetUploaded(path);
    expect(existsSync(path)).toBe(false);
  });

  it.each([
    [['exports', '..', 'x']],
    [['exports', '../x']],
    [['exports', 'a\\b']],
    [['exports', 'c:x']],
    [['exports', 'CON']],
    [['exports', 'a\u0000b']],
  ])('refuse a name that could reach outside: %j (C21, D12)', async (path) => {
    using home = open();
    const { id } = await home.uploads.beginUpload('exports', 10);
    await expect(home.uploads.appendUpload(id, path, 0, text('x'))).rejects.toMatchObject({
      code: 'unsafe_name',
    });
    expect(existsSync(join(home.root, id, 'exports'))).toBe(false);
  });

  it('refuse what lies beside the name that was dropped, and that name itself where it is unsafe', async () => {
    using home = open();
    const { id } = await home.uploads.beginUpload('exports', 10);
    await expect(home.uploads.appendUpload(id, ['other'], 0, text('x'))).rejects.toMatchObject({
      code: 'pull_mismatch',
    });
    await expect(home.uploads.beginUpload('../exports', 10)).rejects.toMatchObject({ code: 'unsafe_name' });
  });

  it('take no raw extract, whatever the page says', async () => {
    using home = open();
    const { id } = await home.uploads.beginUpload('exports', 10);
    for (const name of ['dump-public.users.csv', 'delta-table-public.users-new.csv'])
      await expect(home.uploads.appendUpload(id, ['exports', name], 0, text('x'))).rejects.toMatchObject({
        code: 'source_only_raw',
      });
    await expect(home.uploads.beginUpload('dump-public.users.csv', 1)).rejects.toMatchObject({
      code: 'source_only_raw',
    });
  });

  it('take no more bytes than were promised, none out of order, and no second file that is the same on some disks', async () => {
    using home = open();
    const { id } = await home.uploads.beginUpload('a', 4);
    const append = (path: string, offset: number, bytes: string) =>
      home.uploads.appendUpload(id, ['a', path], offset, text(bytes));
    await append('x.csv', 0, 'abc');
    for (const refused of [
      append('x.csv', 3, 'de'),
      append('x.csv', 0, 'd'),
      append('X.csv', 0, 'd'),
      append('y.csv', 1, 'd'),
    ])
      await expect(refused).rejects.toMatchObject({ code: 'pull_mismatch' });
    await expect(home.uploads.finishUpload(id)).rejects.toMatchObject({ code: 'pull_incomplete' });
    expect(await readFile(join(home.root, id, 'a', 'x.csv'), 'utf8')).toBe('abc');
  });

  it('are refused before a byte where there is no room, and leave no folder (D19)', async () => {
    using home = open();
    writeSetting(home.core.state, 'keepFreeBytes', Number.MAX_SAFE_INTEGER);
    await expect(home.uploads.beginUpload('a', 1)).rejects.toMatchObject({ code: 'space_needed' });
    expect(await readdir(home.root)).toEqual([]);
  });

  it('leave nothing when they are given up in the middle of a piece', async () => {
    using home = open();
    const { id } = await home.uploads.beginUpload('a', 2_000_000);
    const written = Array.from({ length: 20 }, (_, index) =>
      home.uploads.appendUpload(id, ['a', `${index}.csv`], 0, new Uint8Array(100_000)).catch(() => {}),
    );
    await home.uploads.discardUpload(id);
    await Promise.all(written);
    expect(await readdir(home.root)).toEqual([]);
  });

  it('go after a day, and leave all other paths alone', async () => {
    using home = open();
    const old = join(home.root, '0123456789abcdef');
    await mkdir(old, { recursive: true });
    const before = new Date(Date.now() - 25 * 3600 * 1000);
    await utimes(old, before, before);
    const { id } = await home.uploads.beginUpload('a', 1);
    expect(existsSync(old)).toBe(false);
    await home.uploads.forgetUploaded(join(home.core.paths.cache, 'objects'));
    await home.uploads.forgetUploaded(join(home.root, '..', '..', 'state.db'));
    expect(existsSync(home.core.paths.stateDb)).toBe(true);
    expect(existsSync(join(home.root, id))).toBe(true);
  });
});
