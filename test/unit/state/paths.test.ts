import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolders, pathsOf } from '../../../electron/state/paths.ts';
import { makeFolder } from '../../support/folder.ts';
import { onlyAsRoot } from '../../support/skip.ts';

function modeOf(path: string): number {
  return statSync(path).mode & 0o7777;
}

describe('the data folder', () => {
  it('is the one that ROCKPOOL_HOME names, as an absolute path', () => {
    expect(pathsOf({ ROCKPOOL_HOME: '/somewhere/pool' }).stateDb).toBe(join('/somewhere/pool', 'state.db'));
    expect(pathsOf({ ROCKPOOL_HOME: 'pool' }).home).toBe(join(process.cwd(), 'pool'));
    expect(pathsOf({ ROCKPOOL_HOME: '' }).home).toMatch(/rockpool/);
  });

  it('has a short id that tells it from another', () => {
    const id = pathsOf({ ROCKPOOL_HOME: '/a' }).homeId;
    expect(id).toMatch(/^[0-9a-f]{8}$/);
    expect(pathsOf({ ROCKPOOL_HOME: '/a' }).homeId).toBe(id);
    expect(pathsOf({ ROCKPOOL_HOME: '/b' }).homeId).not.toBe(id);
  });

  it('keeps secrets, cache and logs from everybody else', () => {
    using folder = makeFolder();
    const paths = pathsOf({ ROCKPOOL_HOME: join(folder.path, 'a', 'home') });
    makeFolders(paths);
    makeFolders(paths);
    for (const path of [paths.secrets, paths.cache, paths.logs]) expect(modeOf(path)).toBe(0o700);
    expect(modeOf(paths.home) & 0o066).toBe(0);
  });

  it('lets a server of another uid pass through when root owns it', onlyAsRoot, () => {
    using folder = makeFolder();
    const paths = pathsOf({ ROCKPOOL_HOME: folder.path });
    makeFolders(paths);
    expect([modeOf(paths.home), modeOf(paths.servers)]).toEqual([0o711, 0o711]);
  });

  it('does not close a folder that others use', () => {
    using folder = makeFolder();
    const shared = join(folder.path, 'shared');
    mkdirSync(shared);
    writeFileSync(join(shared, 'of-others.txt'), 'theirs');
    const before = modeOf(shared);
    makeFolders(pathsOf({ ROCKPOOL_HOME: shared }));
    expect(modeOf(shared)).toBe(before);
    expect(readdirSync(shared)).toContain('secrets');
  });

  it('says which folder cannot be made, and what to do (D15)', () => {
    using folder = makeFolder();
    const file = join(folder.path, 'file');
    writeFileSync(file, '');
    const make = () => makeFolders(pathsOf({ ROCKPOOL_HOME: join(file, 'home') }));
    expect(make).toThrow(
      expect.objectContaining({ code: 'file_unreadable', hint: expect.stringContaining('ROCKPOOL_HOME') }),
    );
    expect(make).toThrow(join(file, 'home'));
  });
});
