import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Keyring, openSecretStore } from '../../../../electron/shells/desktop/secrets.ts';
import { makeFolder } from '../../../support/folder.ts';
import { onlyOnLinux } from '../../../support/skip.ts';

type Backend = ReturnType<Keyring['getSelectedStorageBackend']>;

/** A keyring as Electron has it: seals with a key of its own, and opens nothing that another key has sealed. */
function makeKeyring(
  key: number,
  { available = true, backend = 'gnome_libsecret' as Backend } = {},
): Keyring {
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
    const store = openSecretStore(makeKeyring(7), file, 'linux');
    expect(await store.protection()).toBe('keyring');
    await store.set('agent/acme', 'plain-text-token');
    await store.set('agent/other', 'another');
    expect(await store.get('agent/acme')).toBe('plain-text-token');
    expect(readFileSync(file, 'utf8')).not.toContain('plain-text-token');
    store.remove('agent/acme');
    expect(await store.get('agent/acme')).toBeNull();
    expect(await store.get('agent/other')).toBe('another');
  });

  it('lie in a file for this user alone', onlyOnLinux, async () => {
    using folder = makeFolder();
    const file = join(folder.path, 'secrets', 'sealed.json');
    await openSecretStore(makeKeyring(7), file, 'linux').set('a', 'b');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
  });

  it('are not kept under a key that everybody knows, unless the person agrees (A12)', async () => {
    using folder = makeFolder();
    const file = join(folder.path, 'sealed.json');
    for (const backend of ['basic_text', 'unknown'] as const) {
      const store = openSecretStore(makeKeyring(7, { backend }), file, 'linux');
      expect(await store.protection()).toBe('weak');
      await expect(store.set('a', 'value')).rejects.toMatchObject({
        code: 'secret_locked',
        message: expect.stringContaining('everybody knows'),
        detail: { protection: 'weak' },
      });
      expect(await store.get('a')).toBeNull();
      await store.set('a', 'value', { weak: true });
      expect(await store.get('a')).toBe('value');
      store.remove('a');
    }
  });

  it('are not kept at all where there is no keyring, whatever the person agrees to (A12)', async () => {
    using folder = makeFolder();
    const store = openSecretStore(makeKeyring(7, { available: false }), join(folder.path, 's.json'), 'linux');
    expect(await store.protection()).toBe('none');
    await expect(store.set('a', 'value', { weak: true })).rejects.toMatchObject({ code: 'secret_locked' });
  });

  it('ask for no backend where only Linux has one', async () => {
    using folder = makeFolder();
    const keyring = makeKeyring(7, { backend: 'basic_text' });
    for (const platform of ['darwin', 'win32'] as const) {
      expect(await openSecretStore(keyring, join(folder.path, 's.json'), platform).protection()).toBe(
        'keyring',
      );
    }
  });

  it('that another keyring has sealed are to be entered again, and nothing else is lost (A13)', async () => {
    using folder = makeFolder();
    const file = join(folder.path, 'sealed.json');
    await openSecretStore(makeKeyring(7), file, 'linux').set('old', 'value-of-old');
    const store = openSecretStore(makeKeyring(9), file, 'linux');
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
    expect(await openSecretStore(makeKeyring(9), file, 'linux').get('new')).toBe('value-of-new');
  });
});
