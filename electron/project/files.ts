import { createHash } from 'node:crypto';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { RockpoolError } from '../contract/errors.ts';
import type { ProjectFile } from '../contract/project.ts';
import { fileError } from '../state/files.ts';
import { readProject } from './read.ts';

/** A project file that was read, with the scripts that it names. */
export interface Project {
  readonly file: string;
  readonly folder: string;
  readonly text: string;
  readonly content: ProjectFile;
  /** The texts of the SQL files by the name that the project has for them. */
  readonly scripts: ReadonlyMap<string, string>;
  /** SHA-256 over all of it: what was agreed to is agreed to as it is. */
  readonly hash: string;
}

/** The names under which a project file is looked for. */
const names = ['rockpool.yml', 'rockpool.yaml'];

/**
 * Finds the project file: the one named, by itself or by its folder, or that of this folder or the nearest above. Throws
 * `file_unreadable`.
 */
export function findProjectFile(given: string | null, from = process.cwd()): string {
  if (given !== null) return fileIn(resolve(from, given));
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    for (const name of names) if (existsSync(join(folder, name))) return join(folder, name);
    if (dirname(folder) === folder) break;
  }
  throw new RockpoolError('file_unreadable', `There is no rockpool.yml in ${from} or above.`, {
    hint: 'Go into a project that has one, or name it: rockpool up FILE.',
    detail: { folder: from },
  });
}

function fileIn(place: string): string {
  const isFolder = statSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
  if (!isFolder) return place;
  return (
    names.map((name) => join(place, name)).find((file) => existsSync(file)) ?? join(place, 'rockpool.yml')
  );
}

/** Reads a project file and all scripts that it names. Throws `project_invalid` or `file_unreadable`. */
export async function openProject(file: string): Promise<Project> {
  const folder = dirname(file);
  const text = await readText(file);
  const content = readProject(text, file);
  const wanted = Object.values(content.installs).flatMap(({ afterInstall = [], schema, demo }) => [
    ...afterInstall,
    ...(schema === undefined ? [] : [schema]),
    ...(demo === undefined ? [] : [demo.statements]),
  ]);
  const scripts = new Map<string, string>();
  for (const name of new Set(wanted)) scripts.set(name, await readText(insideOf(folder, name, file)));
  const hash = createHash('sha256').update(text);
  for (const [name, script] of [...scripts].toSorted()) {
    hash.update(`\0${name}\0${Buffer.byteLength(script)}\0`).update(script);
  }
  return { file, folder, text, content, scripts, hash: hash.digest('hex') };
}

/**
 * The path of a file that a project names. Throws `project_invalid` for one outside of the project's folder, also
 * through a symbolic link, and for one that belongs to git: what comes with a clone reaches nothing else.
 */
export function insideOf(folder: string, name: string, file: string): string {
  return placesOf(folder, name, file).path;
}

/**
 * The path of an env file, to write to. Its name says so, by itself and where a symbolic link leads: any other file
 * may be one that is run. Throws `project_invalid`.
 */
export function envFileOf(folder: string, name: string, file: string): string {
  const { path, real } = placesOf(folder, name, file);
  if (isEnvName(basename(path)) && isEnvName(basename(real))) return path;
  throw new RockpoolError(
    'project_invalid',
    `${file} names ${JSON.stringify(name)} as an env file, which it cannot be.`,
    {
      hint: 'Variables go into files such as .env, .env.local or local.env: others may be run by somebody.',
      detail: { file, path: name },
    },
  );
}

// .envrc is a script of the shell.
function isEnvName(name: string): boolean {
  return /^(?:\.env(?:[._-][\w.-]*)?|\w[\w.-]*\.env)$/i.test(name) && !/^\.env\W*rc$/i.test(name);
}

function placesOf(folder: string, name: string, file: string): { path: string; real: string } {
  const root = realpathSync(folder);
  const path = resolve(root, name);
  const real = realOf(path);
  const problem =
    isAbsolute(name) || !isWithin(root, path) || !isWithin(root, real)
      ? 'which is outside of its folder'
      : [path, real].some((place) => relative(root, place).split(sep).some(isGitName))
        ? 'which belongs to git'
        : null;
  if (problem === null) return { path, real };
  throw new RockpoolError('project_invalid', `${file} names ${JSON.stringify(name)}, ${problem}.`, {
    hint: 'Name files by a path below the folder of rockpool.yml.',
    detail: { file, path: name },
  });
}

// As git itself tells names that a file system takes for .git: case, marks that macOS passes over, what Windows cuts
// off, streams of NTFS and short names.
function isGitName(part: string): boolean {
  const plain = part
    .replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, '')
    .split(':', 1)
    .join('')
    .toLowerCase();
  return /^(?:\.git|git~\d{1,9})[. ]{0,255}$/.test(plain);
}

function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

// Of a file that is not there yet the folder tells.
function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realOf(parent), path.slice(parent.length));
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw fileError(error, path, 'read');
  }
}
