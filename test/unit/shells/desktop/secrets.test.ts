import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSealed, type SystemKeyring } from '../../../../electron/shells/desktop/secrets.ts';
import { makeFolder } from '../../../support/folder.ts';
import { onlyOnLinux } from '../../../support/skip.ts';

type Backend = ReturnType<SystemKeyring['getSelectedStorageBackend']>;

/** A keyring as Electron has it: seals with a key of its own, and opens nothing that another key has sealed. */
function makeKeyring(
  key: number,
  { available = true, backend = 'gnome_libsecret' as Backend } = {},
): SystemKeyring {
  const turn = (bytes: Uint8Array): Buffer => Buffer.from(bytes.map((byte) => byte ^ key));
  return {
    isAsyncEncryptionAvailable: async () => available,
    encryptStringAsync: async (text) => turn(Buffer.from(`sealed:${text}`)),
    decryptStringAsync: async (bytes) => {
      const text = turn(bytes).toString('utf8');
      if (!text.startsWith('sealed:')) throw new Error(`Error while decrypting ${text}`);
      return { result: text.slice('sealed:'.length), shouldReEncrypt: false };
    },
    getSelectedStorageBackend: () => backend,
  };
}

describe('secrets of remote places in the desktop shell', () => {
  it('are sealed by the keyring; the file holds nothing of them', async () => {
    using folder = makeFolder();
    const file = join(folder.path, 'secrets', 'sealed.json');
    const store = openSealed(makeKeyring(7), file, 'linux');
    expect(await store.protection()).toBe('keyring');
    await store.set('agent/acme', 'plain-text-token');
    await store.set('agent/other', 'another');
    expect(await store.get('agent/acme')).toBe('plain-text-token');
    expect(readFileSync(file, 'utf8')).not.toContain('plain-text-token');
    await store.remove('agent/acme');
    expect(await store.get('agent/acme')).toBeNull();
    expect(await store.get('agent/other')).toBe('another');
  });

  it('lie in a file for this user alone', onlyOnLinux, async () => {
    using folder = makeFolder();
    const file = join(folder.path, 'secrets', 'sealed.json');
    await openSealed(makeKeyring(7), file, 'linux').set('a', 'b');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
  });

  it('are not kept under a key that everybody knows (A12)', async () => {
    using folder = makeFolder();
    const file = join(folder.path, 'sealed.json');
    for (const backend of ['basic_text', 'unknown'] as const) {
      const store = openSealed(makeKeyring(7, { backend }), file, 'linux');
      expect(await store.protection()).toBe('weak');
      await expect(store.set('a', 'value')).rejects.toMatchObject({
        code: 'secret_locked',
        message: expect.stringContaining('everybody knows'),
        detail: { protection: 'weak' },
      });
      expect(await store.get('a')).toBeNull();
    }
  });

  it('are not kept where there is no keyring (A12)', async () => {
    using folder = makeFolder();
    const store = openSealed(makeKeyring(7, { available: false }), join(folder.path, 's.json'), 'linux');
    expect(await store.protection()).toBe('none');
    await expect(store.set('a', 'value')).rejects.toMatchObject({ code: 'secret_locked' });
  });

  it('ask for no backend where only Linux has one', async () => {
    using folder = makeFolder();
    const keyring = makeKeyring(7, { backend: 'basic_text' });
    for (const platform of ['darwin', 'win32'] as const) {
      expect(await openSealed(keyring, join(folder.path, 's.json'), platform).protection()).toBe('keyring');
    }
  });

  it('that another keyring has sealed are to be entered again, and nothing else is lost (A13)', async () => {
    using folder = makeFolder();
    const file = join(folder.path, 'sealed.json');
    await openSealed(makeKeyring(7), file, 'linux').set('old', 'value-of-old');
    const store = openSealed(makeKeyring(9), file, 'linux');
    const opening = store.get('old');
    await expect(opening).rejects.toMatchObject({
      code: 'secret_locked',
      hint: expect.stringContaining('enter the secret again'),
      detail: { key: 'old' },
    });
    await expect(opening).rejects.not.toHaveProperty('cause');
    await store.set('new', 'value-of-new');
    expect(await store.get('new')).toBe('value-of-new');
    await store.set('old', 'entered again');
    expect(await store.get('old')).toBe('entered again');
    expect(await openSealed(makeKeyring(9), file, 'linux').get('new')).toBe('value-of-new');
  });
});
