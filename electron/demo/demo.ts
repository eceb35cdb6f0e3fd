import type { DemoStatements, ParameterDefinition, ParameterValues, Profile } from '../contract/demo.ts';
import { RockpoolError } from '../contract/errors.ts';
import { longestTitle, titleProblem } from '../contract/title-problem.ts';
import type { StateDb } from '../state/database.ts';
import { fileOf } from './outfit.ts';
import {
  type DemoRecord,
  findDemo,
  findProfile,
  finishRemovals,
  getDemo,
  getProfile,
  listProfiles,
  putDemo,
  putProfile,
} from './records.ts';
import { type DemoStatement, parametersOf, readScript } from './script.ts';
import { definitionOf, requireValues } from './values.ts';

/**
 * Sets the statements of an install once they have been checked; the next reset applies them. Without `parameters` what
 * was told of them before holds. Throws `sql_refused` or `sql_invalid` with line and reason.
 */
export async function setStatements(
  state: StateDb,
  install: string,
  { file, sql, parameters }: Pick<DemoRecord, 'file' | 'sql'> & { parameters?: DemoRecord['parameters'] },
): Promise<void> {
  const script = await readScript(sql, fileOf(file));
  const told = parameters ?? findDemo(state, install)?.parameters ?? {};
  requireDefaults(told, parametersOf(script));
  putDemo(state, install, { file, sql, parameters: told });
}

function requireDefaults(
  definitions: Readonly<Record<string, ParameterDefinition>>,
  names: readonly string[],
): void {
  const defaults = Object.entries(definitions).flatMap(([name, { default: value }]) =>
    value === null || !names.includes(name) ? [] : [[name, value] as const],
  );
  requireValues(Object.fromEntries(defaults), definitions, names);
}

/** The statements of an install as a person reads them. Throws `statements_missing`. */
export async function showStatements(
  state: StateDb,
  install: string,
  on: string | null,
): Promise<DemoStatements> {
  const demo = getDemo(state, install);
  const script = await readScript(demo.sql, fileOf(demo.file));
  return {
    file: demo.file,
    sql: demo.sql,
    statements: script.map(({ statement, bindable }) => ({
      line: statement.line,
      sql: statement.text,
      parameters: [...new Set(bindable.names)],
    })),
    parameters: parametersOf(script).map((name) => ({
      name,
      ...definitionOf(demo.parameters, name),
      lines: linesOf(script, name),
    })),
    profile: on,
  };
}

function linesOf(script: readonly DemoStatement[], name: string): number[] {
  return script.flatMap(({ statement, bindable }) => (bindable.names.includes(name) ? [statement.line] : []));
}

/** The profiles of an install; `on` is the one that is on. */
export function profilesOf(state: StateDb, install: string, on: string | null): Profile[] {
  return listProfiles(state, install).map(({ name, values }) => ({ name, values, on: name === on }));
}

/** Throws `name_invalid` for what cannot name a profile. */
export function requireProfileName(name: string): void {
  const problem = titleProblem(name);
  if (problem === null) return;
  throw new RockpoolError('name_invalid', `That cannot be the name of a profile. ${problem}`, {
    hint: 'Choose another name.',
    detail: { profile: name.slice(0, longestTitle) },
  });
}

/**
 * Saves a profile in place of one of that name. Throws `name_invalid`, and `parameters_invalid` for values that are
 * malformed or that no statement asks for, where there are statements.
 */
export async function saveProfile(
  state: StateDb,
  install: string,
  name: string,
  values: ParameterValues,
): Promise<void> {
  requireProfileName(name);
  const demo = findDemo(state, install);
  const names = demo === null ? null : parametersOf(await readScript(demo.sql, fileOf(demo.file)));
  requireValues(values, demo?.parameters ?? {}, names);
  putProfile(state, install, { name, values });
}

/** Saves a new profile. Throws what `saveProfile` throws, and `name_taken` where there is one of that name. */
export async function createProfile(
  state: StateDb,
  install: string,
  name: string,
  values: ParameterValues,
): Promise<void> {
  requireFree(state, install, name);
  await saveProfile(state, install, name, values);
}

function requireFree(state: StateDb, install: string, name: string): void {
  if (findProfile(state, install, name) === null) return;
  throw new RockpoolError('name_taken', `${install} has a profile called ${name} already.`, {
    hint: 'Choose another name, or delete that one first.',
    detail: { install, profile: name },
  });
}

/** Saves the values of a profile under another name. Throws `name_taken` where there is one. */
export function duplicateProfile(state: StateDb, install: string, from: string, to: string): void {
  requireProfileName(to);
  const { values } = getProfile(state, install, from);
  requireFree(state, install, to);
  putProfile(state, install, { name: to, values });
}

/** Deletes a profile; until that time it can be had back. Throws `profile_not_found`. */
export function removeProfile(
  state: StateDb,
  install: string,
  name: string,
  removed: { readonly until: string; readonly wasOn: boolean },
): void {
  const profile = getProfile(state, install, name);
  finishRemovals(state);
  putProfile(state, install, profile, removed);
}
