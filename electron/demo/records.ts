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

const ProfileRecord = z.object({
  values: ParameterValues,
  /** That it was deleted: until when it can be had back, and whether it was on. */
  removed: z.object({ until: z.iso.datetime(), wasOn: z.boolean() }).nullable().default(null),
});
type Removed = NonNullable<z.infer<typeof ProfileRecord>['removed']>;

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
  return rowsOf(state, install).flatMap(({ name, values, removed }) =>
    removed === null ? [{ name, values }] : [],
  );
}

/** Profiles that were deleted and can still be had back. */
export function listRemovedProfiles(
  state: StateDb,
  install: string,
): (StoredProfile & { removed: Removed })[] {
  const now = new Date().toISOString();
  return rowsOf(state, install).flatMap(({ name, values, removed }) =>
    removed !== null && removed.until > now ? [{ name, values, removed }] : [],
  );
}

function rowsOf(state: StateDb, install: string) {
  return state
    .rows('SELECT name, record FROM profiles WHERE install = ? ORDER BY name', install)
    .map((row) => ({ name: String(row.name), ...parseRecord(ProfileRecord, row) }));
}

export function findProfile(state: StateDb, install: string, name: string): StoredProfile | null {
  return listProfiles(state, install).find((profile) => profile.name === name) ?? null;
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

/** Writes a profile in the place of one of that name, of one that was deleted too. */
export function putProfile(
  state: StateDb,
  install: string,
  { name, values }: StoredProfile,
  removed: Removed | null = null,
): void {
  state.run(
    'INSERT OR REPLACE INTO profiles (install, name, record) VALUES (?, ?, ?)',
    install,
    name,
    JSON.stringify(ProfileRecord.parse({ values, removed })),
  );
}

/** Takes out for good what was deleted and cannot be had back any more. */
export function finishRemovals(state: StateDb, now = new Date()): void {
  state.run("DELETE FROM profiles WHERE json_extract(record, '$.removed.until') <= ?", now.toISOString());
}

/** The installs that have demo statements. */
export function listDressed(state: StateDb): ReadonlySet<string> {
  return new Set(state.rows('SELECT install FROM demos').map((row) => String(row.install)));
}

/** Takes all that a demo keeps of an install out of state.db, where the install goes. */
export function forgetDemo(state: StateDb, install: string): void {
  deleteDemo(state, install);
  state.run('DELETE FROM profiles WHERE install = ?', install);
}
