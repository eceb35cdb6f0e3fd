import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { packFiles } from '../../../../electron/servers/docker/tar.ts';
import { onlyOnLinux } from '../../../support/skip.ts';

describe('files for a container', onlyOnLinux, () => {
  it('are a tar that tar reads, with modes and owners', () => {
    const archive = packFiles('etc/rockpool', [
      { path: 'etc/rockpool/a.conf', text: 'x'.repeat(600), mode: 0o644 },
      { path: 'etc/rockpool/password', text: 'geheim-ä', mode: 0o600 },
    ]);
    const listed = spawnSync('tar', ['-tvf', '-', '--numeric-owner'], { input: archive, encoding: 'utf8' });
    expect(listed.status).toBe(0);
    const lines = listed.stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/));
    expect(lines.map(([mode, owner, size, , , name]) => [mode, owner, size, name])).toEqual([
      ['drwxr-xr-x', '0/0', '0', 'etc/rockpool/'],
      ['-rw-r--r--', '0/0', '600', 'etc/rockpool/a.conf'],
      ['-rw-------', '0/0', '9', 'etc/rockpool/password'],
    ]);
    const read = spawnSync('tar', ['-xOf', '-', 'etc/rockpool/password'], {
      input: archive,
      encoding: 'utf8',
    });
    expect(read.stdout).toBe('geheim-ä');
  });
});
