import { Settings } from '../contract/settings.ts';
import type { StateDb } from './database.ts';

/** The value of a setting; a stored one that is no longer valid counts as not set. */
export function readSetting<Key extends keyof Settings>(state: StateDb, key: Key): Settings[Key] {
  const row = state.rows('SELECT value FROM settings WHERE key = ?', key)[0];
  const parsed = Settings.safeParse(row === undefined ? {} : { [key]: JSON.parse(String(row.value)) });
  return (parsed.success ? parsed.data : Settings.parse({}))[key];
}

/** All settings as they are. */
export function readSettings(state: StateDb): Settings {
  const keys = Object.keys(Settings.shape) as (keyof Settings)[];
  return Settings.parse(Object.fromEntries(keys.map((key) => [key, readSetting(state, key)])));
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
