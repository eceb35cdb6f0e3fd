import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { InstallResult } from '../../../electron/contract/install.ts';
import { writeSetting } from '../../../electron/state/settings.ts';
import { canMount, mountSmallDisk } from '../../support/folder.ts';
import { makeHome } from '../../support/home.ts';
import { countAt } from '../../support/query.ts';
import { rockpool, rockpoolError, rockpoolJson, sampleRevision, settle } from '../../support/rockpool.ts';
import { skipUnless } from '../../support/skip.ts';

const mounts = skipUnless(canMount(), 'it needs the right to mount a small disk');

describe('a disk that is too small', () => {
  it('is refused with numbers before anything is pulled (D19)', mounts, async () => {
    using disk = mountSmallDisk(300e6);
    await using home = await makeHome({ within: disk.path });
    const { code, error } = await rockpoolError(home, 'install', sampleRevision, '--as', 'acme');
    expect(code).toBe(1);
    expect(error.code).toBe('space_needed');
    expect(error.detail).toMatchObject({ neededBytes: expect.any(Number), freeBytes: expect.any(Number) });
    expect(await rockpoolJson(home, 'cache', 'list')).toEqual({ entries: [] });
  });

  it(
    'fails the job where it fills up, leaves the live, and all works once there is space again (E19)',
    mounts,
    async () => {
      using disk = mountSmallDisk(420e6);
      await using home = await makeHome({ within: disk.path });
      writeSetting(home.core.state, 'keepFreeBytes', 0);
      const { install } = await rockpoolJson<InstallResult>(home, 'install', sampleRevision, '--as', 'acme');
      await settle(home);
      // The next reset finds no spare, so it has to copy.
      home.core.state.run("UPDATE installs SET record = json_set(record, '$.spare', json('null'))");
      const filler = join(disk.path, 'filler');
      fill(filler);
      const { error } = await rockpoolError(home, 'reset', 'acme');
      expect(['disk_full', 'server_stopped']).toContain(error.code);
      rmSync(filler);
      expect((await rockpool(home, 'server', 'start')).code).toBe(0);
      expect(await countAt(install.url, 'events')).toBe(22_015);
      await rockpoolJson(home, 'reset', 'acme');
      expect(await countAt(install.url, 'events')).toBe(22_015);
    },
  );

  it('keeps no spare while less than twice the size is free, says so, and makes one once there is', async () => {
    await using home = await makeHome();
    await rockpoolJson<InstallResult>(home, 'install', sampleRevision, '--as', 'acme');
    await settle(home);
    const [row] = home.core.state.rows("SELECT json_extract(record, '$.sizeBytes') AS bytes FROM pristines");
    const pretend = (bytes: number) =>
      home.core.state.run("UPDATE pristines SET record = json_set(record, '$.sizeBytes', ?)", BigInt(bytes));
    pretend(1e15);
    await rockpoolJson(home, 'reset', 'acme');
    await settle(home);
    expect((await rockpool(home, 'show', 'acme')).stdout).toContain('No spare is kept');
    pretend(Number(row?.bytes));
    await rockpoolJson(home, 'reset', 'acme');
    await settle(home);
    expect(await rockpoolJson(home, 'show', 'acme')).toMatchObject({ spare: { ready: true, note: null } });
  });
});

/** Writes zeros until the disk is full. */
function fill(file: string): void {
  const handle = openSync(file, 'w');
  for (let size = 1024 * 1024; size >= 4096; size /= 4) {
    const block = Buffer.alloc(size);
    try {
      for (;;) writeSync(handle, block);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
