import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { RockpoolError } from '../contract/errors.ts';
import type { StateDb } from './database.ts';
import { removeTemporaries, writeDurable } from './durable.ts';
import { fileError } from './files.ts';
import { waitForLock } from './locks.ts';
import type { Paths } from './paths.ts';
import { rememberSecret } from './redact.ts';

const Passwords = z.record(z.string(), z.string());

/** Passwords of local databases, in a 0600 file inside the 0700 folder `secrets`. Keys are `SERVER/ROLE`. */
export interface Secrets {
  get(key: string): string | null;
  set(key: string, value: string): Promise<void>;
  remove(key: string): Promise<void>;
  /** The secret under this key; a new random one is made and kept where there is none. */
  ensure(key: string): Promise<string>;
}

export function openSecrets(paths: Paths, state: StateDb): Secrets {
  const file = join(paths.secrets, 'passwords.json');
  const change = async (edit: (passwords: Record<string, string>) => void): Promise<void> => {
    const lock = await waitForLock(state, 'secrets', 'Writing a password');
    try {
      const passwords = read(file);
      edit(passwords);
      await removeTemporaries(paths.secrets);
      await writeDurable(file, `${JSON.stringify(passwords, null, 2)}\n`, 0o600);
    } finally {
      lock.close();
    }
  };
  const get = (key: string): string | null => {
    const secret = read(file)[key] ?? null;
    if (secret !== null) rememberSecret(secret);
    return secret;
  };
  return {
    get,
    set: (key, value) => {
      rememberSecret(value);
      return change((passwords) => {
        passwords[key] = value;
      });
    },
    remove: (key) =>
      change((passwords) => {
        delete passwords[key];
      }),
    ensure: async (key) => {
      const present = get(key);
      if (present !== null) return present;
      await change((passwords) => {
        passwords[key] ??= randomPassword();
      });
      return get(key) as string;
    },
  };
}

/** 144 random bits in letters that need no escaping in any URL, file or shell. */
export function randomPassword(): string {
  return randomBytes(18).toString('base64url').replaceAll('-', 'a').replaceAll('_', 'b');
}

function read(file: string): Record<string, string> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw fileError(error, file, 'read');
  }
  try {
    return Passwords.parse(JSON.parse(text));
  } catch {
    // What was thrown quotes the text, so it is not kept as the cause.
    throw new RockpoolError('file_unreadable', `${file} is damaged: it holds no list of passwords.`, {
      hint: 'Put it back from a copy. Without one, move the data folder away and install the datasets again.',
      detail: { path: file },
    });
  }
}
