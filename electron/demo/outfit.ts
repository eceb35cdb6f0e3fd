import type { DressWish, ParameterValues } from '../contract/demo.ts';
import type { StateDb } from '../state/database.ts';
import { findDemo, findProfile, getDemo, getProfile } from './records.ts';
import { type DemoStatement, parametersOf, readScript } from './script.ts';
import { completeValues, requireValues } from './values.ts';

/** Checked statements with a value for each parameter: what a copy is dressed in. */
export interface Outfit {
  readonly script: readonly DemoStatement[];
  readonly values: ReadonlyMap<string, string>;
  /** The profile that is on from then on. */
  readonly profile: string | null;
  /** Values of the profile that no statement asks for. */
  readonly unused: readonly string[];
}

/** What messages call a script that came from no file. */
export function fileOf(file: string | null): string {
  return file ?? 'statements.sql';
}

/**
 * Chooses what an install is dressed in, before anything of it is touched; null where it has no statements or they are
 * left out. `on` is the profile that is on. Throws what is wrong with the statements, the profile or the values.
 */
export async function chooseOutfit(
  state: StateDb,
  install: string,
  on: string | null,
  wish: DressWish = {},
): Promise<Outfit | null> {
  const asked = wish.profile ?? null;
  const set = wish.set ?? {};
  // A profile or a value that is asked for by name and cannot be used is never passed over.
  if (wish.plain === true) return null;
  if (findDemo(state, install) === null && asked === null && Object.keys(set).length === 0) return null;
  const demo = getDemo(state, install);
  const script = await readScript(demo.sql, fileOf(demo.file));
  const names = parametersOf(script);
  const profile =
    asked !== null ? getProfile(state, install, asked) : on === null ? null : findProfile(state, install, on);
  requireValues(set, demo.parameters, names);
  const kept: ParameterValues = Object.fromEntries(
    Object.entries(profile?.values ?? {}).filter(([name]) => names.includes(name)),
  );
  requireValues(kept, demo.parameters, names);
  return {
    script,
    values: completeValues(names, { ...kept, ...set }, demo.parameters),
    profile: profile?.name ?? null,
    unused: Object.keys(profile?.values ?? {}).filter((name) => !names.includes(name)),
  };
}
