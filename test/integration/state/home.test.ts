import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCore } from '../../../electron/state/core.ts';
import { lockHolder, requireLock } from '../../../electron/state/locks.ts';
import { makeCore } from '../../support/core.ts';
import { canMount, makeFolder, mountSmallDisk } from '../../support/folder.ts';
import { startProgram } from '../../support/program.ts';
import { full, skipUnless } from '../../support/skip.ts';

describe('a data folder that several processes share', () => {
  it('is made once when they open it at the same moment (A14)', async () => {
    for (let round = 0; round < (full ? 20 : 4); round += 1) {
      using folder = makeFolder();
      const signal = join(folder.path, 'go');
      const environment = { ROCKPOOL_HOME: join(folder.path, 'home') };
      const programs = [1, 2, 3, 4].map(() => startProgram('open-at-once', [signal], environment));
      for (const program of programs) await program.line('ready');
      writeFileSync(signal, '');
      for (const program of programs) {
        const { code, errors } = await program.end();
        expect(errors).toBe('');
        expect(code).toBe(0);
        expect(await program.line('opened')).toBe('opened 1');
      }
    }
  });

  it('has a lock that a killed process leaves free (A14)', async () => {
    using home = makeCore();
    const { state } = home.core;
    await using holder = startProgram('hold-lock', ['install:acme', 'Resetting acme'], home.environment);
    await holder.line('held');
    expect(() => requireLock(state, 'install:acme', 'Mine')).toThrow(
      expect.objectContaining({ code: 'busy', detail: expect.objectContaining({ holder: holder.pid }) }),
    );
    await holder.kill();
    expect(lockHolder(state, 'install:acme')).toBeNull();
    requireLock(state, 'install:acme', 'Mine').close();
  });

  it('has locks that let one process in at a time (A14)', async () => {
    using home = makeCore();
    using folder = makeFolder();
    const file = join(folder.path, 'counter');
    writeFileSync(file, '0');
    const programs = [1, 2, 3].map(() => startProgram('count-under-lock', [file, '15'], home.environment));
    for (const program of programs) expect(await program.end()).toMatchObject({ code: 0, errors: '' });
    expect(readFileSync(file, 'utf8')).toBe('45');
  });

  it('keeps every password when several write at once (F4)', async () => {
    using home = makeCore();
    const prefixes = ['a', 'b', 'c'];
    const programs = prefixes.map((prefix) => startProgram('set-secrets', [prefix, '8'], home.environment));
    const shared = new Set<string>();
    for (const program of programs) {
      expect(await program.end()).toMatchObject({ code: 0, errors: '' });
      shared.add(await program.line('shared'));
    }
    expect(shared.size).toBe(1);
    for (const prefix of prefixes) {
      for (let at = 0; at < 8; at += 1) {
        expect(home.core.secrets.get(`${prefix}/${at}`)).toBe(`${prefix}-value-${at}`);
      }
    }
  });
});

describe('a data folder on a full disk', () => {
  const onlyIfMountable = skipUnless(canMount(), 'it needs to mount a small file system');

  it(
    'gives a clear error at any size, and works again once there is space (D14)',
    onlyIfMountable,
    async () => {
      let refused = 0;
      for (let pages = 2; pages <= 80; pages += full ? 1 : 6) {
        using disk = mountSmallDisk(pages * 4096);
        const environment = { ROCKPOOL_HOME: join(disk.path, 'home') };
        let done = 0;
        try {
          const { state } = openCore(environment);
          try {
            for (; done < 500; done += 1) {
              state.run('INSERT INTO settings (key, value) VALUES (?, ?)', `k${done}`, 'v'.repeat(500));
            }
          } finally {
            state.close();
          }
        } catch (error) {
          refused += 1;
          expect(error).toMatchObject({ code: 'disk_full', hint: expect.any(String) });
        }
        disk.resize(4 * 1024 * 1024);
        const { state } = openCore(environment);
        expect(state.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
        // What was acknowledged is there; the one that was refused may not be.
        expect(state.rows('SELECT count(*) AS n FROM settings')).toEqual([{ n: done }]);
        state.close();
      }
      expect(refused).toBeGreaterThan(5);
    },
  );
});
