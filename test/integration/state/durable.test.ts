import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeDurable } from '../../../electron/state/durable.ts';
import { canMount, makeFolder, mountSmallDisk } from '../../support/folder.ts';
import { startProgram } from '../../support/program.ts';
import { full, skipUnless } from '../../support/skip.ts';

const onlyIfMountable = skipUnless(canMount(), 'it needs to mount a small file system');

/** The content of a file that `write-forever` wrote, or an error if it is a mix of two. */
function checkWhole(file: string): void {
  const text = readFileSync(file, 'utf8');
  const body = text.slice(65);
  expect(createHash('sha256').update(body).digest('hex')).toBe(text.slice(0, 64));
}

describe('a durable write', () => {
  it('leaves the old or the new file when the process is killed at any moment (D13)', async () => {
    using folder = makeFolder();
    const file = join(folder.path, 'state.json');
    const rounds = full ? 100 : 20;
    for (let round = 0; round < rounds; round += 1) {
      await using writer = startProgram('write-forever', [file, String(300_000)]);
      await writer.line('written');
      await new Promise((resolve) => setTimeout(resolve, (round * 7) % 60));
      await writer.kill();
      checkWhole(file);
    }
  });

  it('never shows a reader half a file (D13)', async () => {
    using folder = makeFolder();
    const file = join(folder.path, 'state.json');
    await using writer = startProgram('write-forever', [file, String(200_000)]);
    await writer.line('written');
    for (let read = 0; read < 200; read += 1) {
      checkWhole(file);
      await new Promise((resolve) => setImmediate(resolve));
    }
  });

  it('keeps the old file and no other when the disk is full at any byte (D14)', onlyIfMountable, async () => {
    const page = 4096;
    const old = 'o'.repeat(3 * page);
    let refused = 0;
    for (let pages = 4; pages < 24; pages += 1) {
      using disk = mountSmallDisk(pages * page);
      const file = join(disk.path, 'a.json');
      await writeDurable(file, old);
      const next = 'n'.repeat(10 * page + pages);
      const error = await writeDurable(file, next).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      if (error !== null) {
        refused += 1;
        expect(error).toMatchObject({ code: 'disk_full', hint: expect.any(String), detail: { path: file } });
      }
      expect(readFileSync(file, 'utf8')).toBe(error === null ? next : old);
      expect(readdirSync(disk.path)).toEqual(['a.json']);
    }
    expect(refused).toBeGreaterThan(5);
    expect(refused).toBeLessThan(20);
  });

  it('says so when there is no room for the name of a file (D14)', onlyIfMountable, async () => {
    using disk = mountSmallDisk(1024 * 1024, ',nr_inodes=2');
    await writeDurable(join(disk.path, 'a'), 'a');
    await expect(writeDurable(join(disk.path, 'b'), 'b')).rejects.toMatchObject({ code: 'disk_full' });
    expect(readdirSync(disk.path)).toEqual(['a']);
  });

  it('says that a file system is read-only and leaves the file (D15)', onlyIfMountable, async () => {
    using disk = mountSmallDisk(1024 * 1024);
    const file = join(disk.path, 'a');
    await writeDurable(file, 'old');
    execFileSync('mount', ['-o', 'remount,ro', disk.path]);
    await expect(writeDurable(file, 'new')).rejects.toMatchObject({
      code: 'file_unreadable',
      message: expect.stringContaining('read-only'),
    });
    expect(readFileSync(file, 'utf8')).toBe('old');
  });

  it.each([
    ['a folder that is not there', (root: string) => join(root, 'gone', 'a'), 'is not there'],
    ['a name that is too long', (root: string) => join(root, 'a'.repeat(300)), 'too long'],
    ['a folder’s own name', (root: string) => join(root, 'folder'), 'folder'],
  ])('says what is wrong with %s (D15)', async (_what, path, words) => {
    using folder = makeFolder();
    mkdirSync(join(folder.path, 'folder'));
    await expect(writeDurable(path(folder.path), 'x')).rejects.toMatchObject({
      code: 'file_unreadable',
      message: expect.stringContaining(words),
      hint: expect.any(String),
    });
    expect(readdirSync(folder.path)).toEqual(['folder']);
  });

  it('takes the longest name that the file system takes', async () => {
    using folder = makeFolder();
    const file = join(folder.path, 'a'.repeat(255));
    await writeDurable(file, 'x');
    expect(readFileSync(file, 'utf8')).toBe('x');
  });

  it('gives the file the mode that was asked for, whatever it had', async () => {
    using folder = makeFolder();
    const file = join(folder.path, 'a');
    await writeDurable(file, 'x');
    chmodSync(file, 0o666);
    await writeDurable(file, 'y', 0o600);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
