import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ArchiveFile } from '../../../electron/archives/archive.ts';
import { listJournals, openJournal, pullLock } from '../../../electron/archives/journal.ts';
import { requireLock } from '../../../electron/state/locks.ts';
import { makeCore } from '../../support/core.ts';

const key = { origin: 'file:///data', dataset: 'acme', revision: '1' };

function fileOf(name: string): ArchiveFile {
  const sha256 = name.charCodeAt(0).toString(16).padStart(64, '0');
  return { name, sha256, sizeBytes: 5, fingerprint: 'f', checksum: null };
}

describe('a journal', () => {
  it('tells the next pull what had come, wherever a crash has cut its last line (D13)', async () => {
    using home = makeCore();
    const { core } = home;
    const first = await openJournal(core, key);
    await Promise.all(['a', 'b', 'c'].map((name) => first.add(fileOf(name))));
    await first.close();
    const path = join(core.paths.cache, 'pulls', readdirSync(join(core.paths.cache, 'pulls'))[0] ?? '');
    const whole = readFileSync(path);
    const namesAt = async (): Promise<string[]> =>
      (await openJournal(core, key)).files.map(({ name }) => name);
    expect(await namesAt()).toEqual(['a', 'b', 'c']);
    let before = 0;
    for (let length = 0; length <= whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length));
      const names = await namesAt();
      expect(['a', 'b', 'c'].slice(0, names.length)).toEqual(names);
      expect(names.length).toBeGreaterThanOrEqual(before);
      before = names.length;
    }
    writeFileSync(path, whole.subarray(0, -10));
    const second = await openJournal(core, key);
    await second.add(fileOf('d'));
    await second.close();
    expect(await namesAt()).toEqual(['a', 'b', 'd']);
    appendFileSync(path, '{"name":1}\n\0\0\0\n');
    expect(await namesAt()).toEqual(['a', 'b', 'd']);
    await (await openJournal(core, key)).remove();
    expect(await namesAt()).toEqual([]);
  });

  it('counts as live while somebody pulls, and is of one publication alone', async () => {
    using home = makeCore();
    const { core } = home;
    const journal = await openJournal(core, key);
    await journal.add(fileOf('a'));
    await journal.close();
    expect((await openJournal(core, { ...key, revision: '2' })).files).toEqual([]);
    expect(await listJournals(core)).toMatchObject([{ isLive: false, files: [fileOf('a')] }]);
    const lock = requireLock(core.state, pullLock(key), 'Testing');
    expect(await listJournals(core)).toMatchObject([{ isLive: true }]);
    lock.close();
  });
});
