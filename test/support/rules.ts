import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import {
  emptyNames,
  importsOf,
  importsOnly,
  layers,
  longestFile,
  packageOwners,
  roomOf,
  type SourceFile,
  withoutNode,
} from './layers.ts';

/** Says, with file and import, where a file imports what its room may not. */
export function importProblems(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const room = roomOf(file.path);
    if (room === null) return [];
    const unplaced = room !== 'renderer' && layerOf(room) === -1;
    if (unplaced) return [`${file.path}: ${room} has no layer`];
    return importsOf(file.text).flatMap((specifier) => {
      const problem = specifier.startsWith('.')
        ? roomProblem(room, posix.join(posix.dirname(file.path), specifier))
        : packageProblem(room, specifier);
      return problem === null ? [] : [`${file.path} imports ${specifier}: ${problem}`];
    });
  });
}

function roomProblem(from: string, path: string): string | null {
  const to = roomOf(path);
  if (to === null) return path === 'package.json' ? null : 'it leaves electron/ and renderer/';
  if (to === from) return null;
  const only = importsOnly[from];
  if (only !== undefined) return only.includes(to) ? null : `${from} may import ${only.join(' and ')} only`;
  if (to === 'renderer') return 'the page is nobody’s room but its own';
  const [low, high] = [layerOf(to), layerOf(from)];
  if (low === high) return `${from} and ${to} are neighbours`;
  return low < high ? null : `${to} is above ${from}`;
}

function packageProblem(from: string, specifier: string): string | null {
  const parts = specifier.split('/');
  const name = specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
  const owners = packageOwners[name];
  if (owners !== undefined && !owners.includes(from)) return `only ${owners.join(', ')} may`;
  const allowed = withoutNode[from];
  if (allowed === undefined) return null;
  if (isBuiltin(specifier)) return `${from} runs where there is no Node`;
  return allowed === null || allowed.includes(name) ? null : `${from} may use ${allowed.join(' and ')} only`;
}

function layerOf(room: string): number {
  return layers.findIndex((rooms) => rooms.includes(room));
}

/** Says where code departs from the project's style in what the linter does not see. */
export function styleProblems(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const problems: string[] = [];
    const empty = path
      .split('/')
      .find((part) => emptyNames.has(part.replace(/\.[a-z.]+$/, '').toLowerCase()));
    if (empty !== undefined) problems.push(`${path}: ${empty} does not say what is inside`);
    if (/^[ \t]*export\s+default\b|^[ \t]*export\s*\{[^}]*\bas\s+default\b/m.test(text))
      problems.push(`${path}: a default export`);
    if (/^[ \t]*(?:export\s+)?(?:declare\s+)?(?:const\s+)?enum\s+\w+\s*\{/m.test(text))
      problems.push(`${path}: an enum`);
    const lines = text.replace(/\n$/, '').split('\n').length;
    if (lines > longestFile) problems.push(`${path}: ${lines} lines, ${longestFile} are the most`);
    return problems;
  });
}

// Folders of one developer's machine that have slipped into code or text.
const machinePath = /(?:^|[^\w.~-])\/(?:work|root)\/[^\s'"`)]*/;

/** Says where a file names a path that exists on one machine only. */
export function machinePathProblems(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, at) =>
        machinePath.test(line) ? [`${path}:${at + 1}: ${line.trim().slice(0, 120)}`] : [],
      ),
  );
}
