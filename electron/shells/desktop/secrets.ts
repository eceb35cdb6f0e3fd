import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SafeStorage } from 'electron';
import { z } from 'zod';
import { RockpoolError } from '../../contract/errors.ts';
import type { Keyring } from '../../contract/keyring.ts';

/** What is needed of Electron's safeStorage. */
export type SystemKeyring = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>;

const Sealed = z.record(z.string(), z.base64());

/**
 * Secrets of remote places, sealed by the system's keyring, in `file`, 0600 in a 0700 folder. `platform` decides whether a
 * backend can be asked for. With a key that everybody knows nothing is sealed.
 */
export function openSealed(
  keyring: SystemKeyring,
  file: string,
  platform: NodeJS.Platform = process.platform,
): Keyring {
  const protection = async (): Promise<'keyring' | 'weak' | 'none'> => {
    if (!(await keyring.isAsyncEncryptionAvailable().catch(() => false))) return 'none';
    if (platform !== 'linux') return 'keyring';
    const backend = keyring.getSelectedStorageBackend();
    // Electron seals with a key that is written in its source then, and says that it is available.
    return backend === 'basic_text' || backend === 'unknown' ? 'weak' : 'keyring';
  };
  return {
    protection,
    set: async (key, value) => {
      const found = await protection();
      if (found !== 'keyring') throw unprotected(found);
      const sealed = (await keyring.encryptStringAsync(value)).toString('base64');
      writeSealed(file, { ...readSealed(file), [key]: sealed });
    },
    get: async (key) => {
      const sealed = readSealed(file)[key];
      if (sealed === undefined) return null;
      try {
        return (await keyring.decryptStringAsync(Buffer.from(sealed, 'base64'))).result;
      } catch {
        // Not kept as the cause: what a keyring says may name what it holds.
        throw new RockpoolError('secret_locked', `The stored secret for ${key} can no longer be opened.`, {
          hint: 'The system’s keyring is locked or another one than before. Unlock it, or enter the secret again; nothing else is lost.',
          detail: { key },
        });
      }
    },
    remove: async (key) => {
      const { [key]: _gone, ...rest } = readSealed(file);
      writeSealed(file, rest);
    },
  };
}

function unprotected(protection: 'weak' | 'none'): RockpoolError {
  const message =
    protection === 'none'
      ? 'This system has no keyring that could keep the secret.'
      : 'This system has no keyring; the secret would be stored under a key that everybody knows.';
  return new RockpoolError('secret_locked', message, {
    hint: 'Install or unlock a keyring (GNOME Keyring, KWallet), or agree to keep the secret in a file that only this user may read.',
    detail: { protection },
  });
}

function readSealed(file: string): Record<string, string> {
  try {
    return Sealed.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // None yet, or damaged: what was in it is to be entered again, which its reader is told by getting none.
    return {};
  }
}

function writeSealed(file: string, sealed: Record<string, string>): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  chmodSync(dirname(file), 0o700);
  const temporary = `${file}.new`;
  rmSync(temporary, { force: true });
  writeFileSync(temporary, JSON.stringify(sealed), { mode: 0o600, flag: 'wx', flush: true });
  renameSync(temporary, file);
}
