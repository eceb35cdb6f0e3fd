import { z } from 'zod';

/**
 * How well a secret of a remote place is kept: by the system's keyring, by nothing but a key that everybody knows (a Linux
 * desktop without a keyring), not at all, or, where there is no desktop shell, in a file that only this user may read.
 */
export const Protection = z.enum(['keyring', 'weak', 'none', 'file']);
export type Protection = z.infer<typeof Protection>;

/** Secrets of remote places, sealed by the system; a shell brings it that has one. */
export interface Keyring {
  protection(): Promise<Exclude<Protection, 'file'>>;
  /** Throws `secret_locked` where the keyring is weak or missing. */
  set(key: string, value: string): Promise<void>;
  /** Null where there is none. Throws `secret_locked` where it can no longer be opened: it is to be entered again. */
  get(key: string): Promise<string | null>;
  remove(key: string): Promise<void>;
}
