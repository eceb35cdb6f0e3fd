import { z } from 'zod';
import { ParameterDefinition, ParameterValues } from '../contract/demo.ts';
import { RockpoolError } from '../contract/errors.ts';
import { parseRecord, type StateDb } from '../state/database.ts';

/** The demo of an install: its statements, and what is told of their parameters. */
export const DemoRecord = z.object({
  /** What messages call the script; the name of the file it came from. */
  file: z.string().nullable(),
  sql: z.string(),
  parameters: z.record(z.string(), ParameterDefinition),
});
export type DemoRecord = z.infer<typeof DemoRecord>;

const ProfileRecord = z.object({ values: ParameterValues });

/** A profile as it is kept. */
export interface StoredProfile {
  readonly name: string;
  readonly values: ParameterValues;
}

/** The demo of an install, null where it has none. */
export function findDemo(state: StateDb, install: string): DemoRecord | null {
  const row = state.rows('SELECT record FROM demos WHERE install = ?', install)[0];
  return row === undefined ? null : parseRecord(DemoRecord, row);
}

/** The demo of an install. Throws `statements_missing`. */
export function getDemo(state: StateDb, install: string): DemoRecord {
  const demo = findDemo(state, install);
  if (demo !== null) return demo;
  throw new RockpoolError('statements_missing', `${install} has no demo statements.`, {
    hint: `Set some: rockpool statements ${install} set FILE.sql`,
    detail: { install },
  });
}

export function putDemo(state: StateDb, install: string, demo: DemoRecord): void {
  state.run(
    'INSERT OR REPLACE INTO demos (install, record) VALUES (?, ?)',
    install,
    JSON.stringify(DemoRecord.parse(demo)),
  );
}

export function deleteDemo(state: StateDb, install: string): void {
  state.run('DELETE FROM demos WHERE install = ?', install);
}

export function listProfiles(state: StateDb, install: string): StoredProfile[] {
  return state
    .rows('SELECT name, record FROM profiles WHERE install = ? ORDER BY name', install)
    .map((row) => ({ name: String(row.name), ...parseRecord(ProfileRecord, row) }));
}

export function findProfile(state: StateDb, install: string, name: string): StoredProfile | null {
  const row = state.rows('SELECT record FROM profiles WHERE install = ? AND name = ?', install, name)[0];
  return row === undefined ? null : { name, ...parseRecord(ProfileRecord, row) };
}

/** The profile of this name. Throws `profile_not_found` naming those that there are. */
export function getProfile(state: StateDb, install: string, name: string): StoredProfile {
  const profile = findProfile(state, install, name);
  if (profile !== null) return profile;
  const names = listProfiles(state, install).map((each) => each.name);
  throw new RockpoolError('profile_not_found', `${install} has no profile called ${name}.`, {
    hint:
      names.length === 0
        ? `Save one: rockpool profile ${install} save ${name} key=value …`
        : `There are: ${names.join(', ')}.`,
    detail: { install, profile: name },
  });
}

export function putProfile(state: StateDb, install: string, { name, values }: StoredProfile): void {
  state.run(
    'INSERT OR REPLACE INTO profiles (install, name, record) VALUES (?, ?, ?)',
    install,
    name,
    JSON.stringify(ProfileRecord.parse({ values })),
  );
}

export function deleteProfile(state: StateDb, install: string, name: string): void {
  state.run('DELETE FROM profiles WHERE install = ? AND name = ?', install, name);
}

/** Takes all that a demo keeps of an install out of state.db, where the install goes. */
export function forgetDemo(state: StateDb, install: string): void {
  deleteDemo(state, install);
  state.run('DELETE FROM profiles WHERE install = ?', install);
}
