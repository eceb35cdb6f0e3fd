import { isRockpoolError, RockpoolError } from '../contract/errors.ts';
import { UsersChoice } from '../contract/impersonation.ts';
import type { ProjectInstall, UpInstall, UpResult } from '../contract/project.ts';
import { saveProfile, setStatements } from '../demo/demo.ts';
import { chooseOutfit } from '../demo/outfit.ts';
import { findDemo, findProfile } from '../demo/records.ts';
import { saveRecipe, writeUsersChoice } from '../impersonation/recipe-records.ts';
import { startServer } from '../installs/connect.ts';
import { installDataset } from '../installs/install.ts';
import type { Parts, Watch } from '../installs/parts.ts';
import { findInstall, getInstall, type InstallRecord } from '../installs/records.ts';
import { readReference } from '../installs/reference.ts';
import { wishOf } from '../installs/request.ts';
import { resetInstall } from '../installs/reset.ts';
import { updateInstall } from '../installs/update.ts';
import { installOf } from '../installs/view.ts';
import { writeInstallSettings } from '../state/install-settings.ts';
import { fillTemplate, writeEnv } from './env.ts';
import { envFileOf, type Project } from './files.ts';
import { planProject, templatesOf } from './plan.ts';
import { findProjectRecord, noteInstalls, requireTrust } from './trust.ts';
import { datasetOf, optionsOf, parametersOf, recipesOf, requestOf } from './wishes.ts';

/**
 * Does what a project file says: installs what is missing, updates what is there, keeps statements, profiles and
 * recipes, dresses what is new and writes env files. Throws `project_untrusted` for content that nobody agreed to; a
 * second run changes nothing.
 */
export async function upProject(parts: Parts, project: Project, watch: Watch = {}): Promise<UpResult> {
  const { state } = parts.core;
  requireTrust(state, project);
  await planProject(state, project);
  const installs: UpInstall[] = [];
  const made = new Set(findProjectRecord(state, project.folder)?.installs ?? []);
  for (const [name, spec] of Object.entries(project.content.installs)) {
    watch.signal?.throwIfAborted();
    const { action, notes } = await bringUp(parts, project, name, spec, watch);
    if (action === 'installed') noteInstalls(state, project.folder, [...made.add(name)]);
    const statements = await dressUp(parts, project, name, spec, action, notes, watch);
    await keepRecipes(parts, name, spec);
    await startServer(parts, getInstall(state, name).server, watch.signal);
    const install = await installOf(parts, getInstall(state, name));
    const env = await writeVariables(project, spec, install);
    installs.push({ name, action, install, statements, env, notes });
  }
  return { file: project.file, installs };
}

interface BroughtUp {
  readonly action: UpInstall['action'];
  readonly notes: string[];
}

async function bringUp(
  parts: Parts,
  project: Project,
  name: string,
  spec: ProjectInstall,
  watch: Watch,
): Promise<BroughtUp> {
  const { core } = parts;
  const present = findInstall(core.state, name);
  if (present === null) {
    const wish = await wishOf(core, requestOf(project, name, spec));
    const options = { ...wish.options, ...optionsOf(project, spec) };
    await installDataset(parts, { ...wish, options, asked: null }, watch);
    return { action: 'installed', notes: [] };
  }
  requireSame(project, present, spec);
  const notes = differences(project, present, spec);
  try {
    const { revision } = readReference(datasetOf(project, spec));
    const { changed } = await updateInstall(parts, name, revision === 'latest' ? null : revision, watch);
    return { action: changed ? 'updated' : 'unchanged', notes };
  } catch (error) {
    // What is there goes on without its source: offline, or signed out.
    if (!isRockpoolError(error, 'source_unreachable', 'source_denied', 'source_not_found', 'file_unreadable'))
      throw error;
    return {
      action: 'unchanged',
      notes: [...notes, `The source was not asked for anything newer: ${error.message}`],
    };
  }
}

function requireSame(project: Project, present: InstallRecord, spec: ProjectInstall): void {
  const reference = readReference(datasetOf(project, spec));
  const isSame =
    reference.kind === 'source'
      ? present.source === reference.source && present.dataset === reference.dataset
      : present.source === null && present.place === reference.place;
  if (isSame) return;
  throw new RockpoolError(
    'name_taken',
    `${present.name} is there already, with another dataset than ${project.file} has (${present.dataset}).`,
    {
      hint: `Remove it first, rockpool remove ${present.name}, or call one of them otherwise.`,
      detail: { name: present.name, dataset: present.dataset },
    },
  );
}

// What only a new install can change is told rather than done: it would cost what people did to the data.
function differences(project: Project, present: InstallRecord, spec: ProjectInstall): string[] {
  const { after, schema } = optionsOf(project, spec);
  const again = `rockpool remove ${present.name}, then rockpool up`;
  const notes: string[] = [];
  if (after?.sql !== present.options.after?.sql || schema !== present.options.schema) {
    notes.push(`afterInstall or schema is not what ${present.name} was made with; to apply it: ${again}.`);
  }
  if ((spec.createdb === true) !== present.options.createdb)
    notes.push(`createdb changes with a new install: ${again}.`);
  return notes;
}

async function dressUp(
  parts: Parts,
  { scripts }: Project,
  name: string,
  spec: ProjectInstall,
  action: UpInstall['action'],
  notes: string[],
  watch: Watch,
): Promise<UpInstall['statements']> {
  const { state } = parts.core;
  const { demo } = spec;
  if (demo === undefined) return null;
  const sql = scripts.get(demo.statements) ?? '';
  const before = findDemo(state, name);
  await setStatements(state, name, { file: demo.statements, sql, parameters: parametersOf(spec) });
  for (const [profile, values] of Object.entries(demo.profiles ?? {})) {
    // A person's own changes to a shared profile stay.
    if (findProfile(state, name, profile) === null) await saveProfile(state, name, profile, values);
  }
  if (action !== 'installed') {
    if (before !== null && before.sql !== sql)
      notes.push(`The demo statements changed: rockpool reset ${name} applies them.`);
    return null;
  }
  const wish = demo.profile === undefined ? {} : { profile: demo.profile };
  try {
    await chooseOutfit(state, name, null, wish);
  } catch (error) {
    if (!isRockpoolError(error, 'parameters_missing')) throw error;
    notes.push(`The demo is not dressed yet: ${error.message} rockpool reset ${name} --set key=value …`);
    return null;
  }
  return (await resetInstall(parts, name, watch, wish)).statements;
}

async function keepRecipes({ core }: Parts, name: string, spec: ProjectInstall): Promise<void> {
  for (const recipe of recipesOf(spec)) await saveRecipe(core, name, recipe, 'project');
  if (spec.users !== undefined) writeUsersChoice(core.state, name, UsersChoice.parse(spec.users));
  if (spec.check !== undefined) writeInstallSettings(core.state, name, { check: spec.check });
}

async function writeVariables(
  { folder, file }: Project,
  spec: ProjectInstall,
  install: UpInstall['install'],
): Promise<UpInstall['env']> {
  if (spec.env === undefined) return null;
  const templates = Object.entries(templatesOf(spec));
  const variables = Object.fromEntries(
    templates.map(([key, template]) => [key, fillTemplate(template, install)]),
  );
  const path = envFileOf(folder, spec.env.file, file);
  const changed = await writeEnv(path, variables);
  return { file: path, keys: Object.keys(variables), changed };
}
