import { z } from 'zod';
import { CheckPolicy } from '../contract/project.ts';
import { parseRecord, type StateDb } from './database.ts';

/** What a project says about an install beyond its data, for the rooms that it concerns. */
export const InstallSettings = z.object({ check: CheckPolicy.nullable() });
export type InstallSettings = z.infer<typeof InstallSettings>;

/** The settings of an install; all null where no project said anything. */
export function readInstallSettings(state: StateDb, install: string): InstallSettings {
  const row = state.rows('SELECT record FROM install_settings WHERE install = ?', install)[0];
  return row === undefined ? { check: null } : parseRecord(InstallSettings, row);
}

export function writeInstallSettings(state: StateDb, install: string, settings: InstallSettings): void {
  state.run(
    'INSERT OR REPLACE INTO install_settings (install, record) VALUES (?, ?)',
    install,
    JSON.stringify(InstallSettings.parse(settings)),
  );
}

/** Forgets the settings of an install that goes. */
export function forgetInstallSettings(state: StateDb, install: string): void {
  state.run('DELETE FROM install_settings WHERE install = ?', install);
}
