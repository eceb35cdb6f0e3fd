import { z } from 'zod';
import type { StateDb } from './database.ts';

/** What a person can set, with what holds until they do. */
export const Settings = z.object({
  /** How many bytes an install leaves free on a disk. */
  keepFreeBytes: z
    .number()
    .int()
    .min(0)
    .default(1024 ** 3),
  /** How many minutes a live that was replaced by an update stays as a snapshot. */
  formerMinutes: z
    .number()
    .int()
    .min(0)
    .max(7 * 24 * 60)
    .default(10),
});
export type Settings = z.infer<typeof Settings>;

/** The value of a setting; a stored one that is no longer valid counts as not set. */
export function readSetting<Key extends keyof Settings>(state: StateDb, key: Key): Settings[Key] {
  const row = state.rows('SELECT value FROM settings WHERE key = ?', key)[0];
  const parsed = Settings.safeParse(row === undefined ? {} : { [key]: JSON.parse(String(row.value)) });
  return (parsed.success ? parsed.data : Settings.parse({}))[key];
}

/** Sets a value for good. Throws where it is not valid. */
export function writeSetting<Key extends keyof Settings>(
  state: StateDb,
  key: Key,
  value: Settings[Key],
): void {
  const valid = Settings.parse({ [key]: value })[key];
  state.run('INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)', key, JSON.stringify(valid));
}
