import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findElectron } from '../../../scripts/start.ts';
import { makeFolder } from '../../support/folder.ts';

describe('npm start', () => {
  it('takes the Electron that ROCKPOOL_ELECTRON names', () => {
    const environment = { ROCKPOOL_ELECTRON: process.execPath, DISPLAY: ':0' };
    expect(findElectron(environment, { platform: 'linux' })).toEqual({ program: process.execPath });
  });

  it('says that the Electron that was named is not there, rather than take another one', () => {
    const found = findElectron({ ROCKPOOL_ELECTRON: '/no/electron', DISPLAY: ':0' });
    expect(found).toEqual({ reason: 'ROCKPOOL_ELECTRON names /no/electron, which is not there' });
  });

  it('takes the Electron that npm has brought', () => {
    using folder = makeFolder();
    const place = join(folder.path, 'node_modules/electron');
    expect(findElectron({}, { folder: folder.path, platform: 'darwin' })).toEqual({
      reason: 'npm could not get the Electron program for this machine',
    });
    mkdirSync(join(place, 'dist'), { recursive: true });
    writeFileSync(join(place, 'path.txt'), 'electron\n');
    writeFileSync(join(place, 'dist/electron'), '');
    const found = findElectron({}, { folder: folder.path, platform: 'darwin' });
    expect(found).toEqual({ program: join(place, 'dist/electron') });
  });

  it('opens a tab where Linux has no display for a window', () => {
    const environment = { ROCKPOOL_ELECTRON: process.execPath };
    expect(findElectron(environment, { platform: 'linux' })).toEqual({
      reason: 'there is no display here for a window',
    });
    expect(findElectron({ ...environment, WAYLAND_DISPLAY: 'wayland-0' }, { platform: 'linux' })).toEqual({
      program: process.execPath,
    });
  });
});
