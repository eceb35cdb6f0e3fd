import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml';
import type { z } from 'zod';
import { closestName } from '../contract/closest.ts';
import { RockpoolError } from '../contract/errors.ts';
import { nameProblem } from '../contract/names.ts';
import { ProjectFile, projectVersion } from '../contract/project.ts';
import { keysAt } from './schema.ts';
import { secretProblem } from './secret.ts';

interface Place {
  readonly line: number;
  readonly column: number;
}

type Path = readonly PropertyKey[];

// The library's time grows with the square of some texts.
const maxLength = 100_000;
const mostAliases = 1000;

/**
 * Reads a project file. Throws `project_invalid` with the line and column of the first thing that is wrong: no YAML, a
 * newer version, an alias that contains itself, a key that is unknown, a value of the wrong kind, a secret.
 */
export function readProject(text: string, file: string): ProjectFile {
  const lines = new LineCounter();
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (text.length > maxLength) throw invalid(file, { line: 1, column: 1 }, 'it is longer than 100 kB');
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, version: '1.2' });
  const [broken] = document.errors;
  if (broken !== undefined) throw invalid(file, at(broken.pos[0]), firstLine(broken.message));
  const flaw = findFlaw(document);
  if (flaw !== null) throw invalid(file, at(flaw.offset), flaw.problem);
  const value = contentOf(document, file);
  requireVersion(value, file, at(offsetOf(document, ['version'], false)));
  const parsed = ProjectFile.safeParse(value);
  if (!parsed.success) {
    const { path, problem, onKey } = describeIssue(parsed.error.issues);
    throw invalid(file, at(offsetOf(document, path, onKey)), problem, path);
  }
  for (const [name] of Object.entries(parsed.data.installs)) {
    const problem = nameProblem(name);
    const path = ['installs', name];
    if (problem !== null) throw invalid(file, at(offsetOf(document, path, true)), problem, path);
  }
  const secret = findSecret(parsed.data, []);
  if (secret !== null) {
    throw invalid(
      file,
      at(offsetOf(document, secret.path, false)),
      `${secret.problem}; a file that a team shares holds none`,
      secret.path,
    );
  }
  return parsed.data;
}

function contentOf(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    throw invalid(file, { line: 1, column: 1 }, 'it repeats parts of itself too often');
  }
}

function requireVersion(value: unknown, file: string, place: Place): void {
  const version =
    typeof value === 'object' && value !== null ? (value as { version?: unknown }).version : undefined;
  if (typeof version !== 'number' || version <= projectVersion) return;
  throw new RockpoolError(
    'project_invalid',
    `${file} is written for a newer Rockpool: version ${version} in line ${place.line}, and this one knows ${projectVersion}.`,
    { hint: 'Update Rockpool.', detail: { file, ...place, found: version, known: projectVersion } },
  );
}

interface Described {
  readonly path: Path;
  readonly problem: string;
  /** Whether the key is at fault, rather than what it has. */
  readonly onKey: boolean;
}

function describeIssue(issues: readonly z.core.$ZodIssue[]): Described {
  const [issue] = issues;
  if (issue === undefined) return { path: [], problem: 'it is not valid', onKey: false };
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const closest = closestName(key, keysAt(path));
    const known = closest === null ? `there are: ${keysAt(path).join(', ')}` : `did you mean ${closest}?`;
    return { path: [...path, key], problem: `nothing is called ${key} here: ${known}`, onKey: true };
  }
  if (issue.code === 'invalid_key') {
    return { path, problem: `${String(path.at(-1))} cannot be a name here`, onKey: true };
  }
  const what = path.length === 0 ? 'the file' : String(path.at(-1));
  if (issue.code === 'invalid_type' && issue.input === undefined) {
    return { path, problem: `${what} is missing`, onKey: false };
  }
  const message = issue.message.replace(/^Invalid (input|option): /, '');
  return { path, problem: `${what} is not valid: ${message}`, onKey: false };
}

/** Where a value, or its key, begins; for what is missing the nearest thing that is there. */
function offsetOf(document: Document, path: Path, onKey: boolean): number {
  let node: unknown = document.contents;
  let offset = (node as Node | null)?.range?.[0] ?? 0;
  for (const [depth, key] of path.entries()) {
    const pair = pairOf(node, key, document);
    if (pair === undefined) return offset;
    const keyStart = isScalar(pair.key) ? (pair.key.range?.[0] ?? offset) : offset;
    const valueStart = (pair.value as Node | null)?.range?.[0];
    const isLast = depth === path.length - 1;
    offset = isLast && !onKey && valueStart !== undefined ? valueStart : keyStart;
    node = pair.value;
  }
  return offset;
}

function pairOf(
  node: unknown,
  key: PropertyKey,
  document: Document,
): Pick<Pair, 'key' | 'value'> | undefined {
  const found = isAlias(node) ? node.resolve(document) : node;
  if (isMap(found))
    return found.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
  const items = (found as { items?: unknown[] } | null)?.items;
  return Array.isArray(items) ? { key: null, value: items[Number(key)] } : undefined;
}

// The library looks for these two with the square of what there is.
function findFlaw(document: Document): { offset: number; problem: string } | null {
  const named = new Map<string, unknown>();
  let aliases = 0;
  let flaw: { offset: number; problem: string } | null = null;
  const found = (node: Node, problem: string): symbol => {
    flaw = { offset: node.range?.[0] ?? 0, problem };
    return visit.BREAK;
  };
  visit(document, {
    Node: (_key, node, ancestors) => {
      if (isAlias(node)) {
        if (ancestors.includes(named.get(node.source) as never)) {
          return found(node, 'an alias stands inside of what it stands for');
        }
        aliases++;
        return aliases > mostAliases ? found(node, 'it repeats parts of itself too often') : undefined;
      }
      if (node.anchor !== undefined) named.set(node.anchor, node);
      const twice = isMap(node) ? repeatedKey(node) : null;
      return twice === null ? undefined : found(twice, 'Map keys must be unique');
    },
  });
  return flaw;
}

function repeatedKey(map: YAMLMap): Node | null {
  const seen = new Set<unknown>();
  for (const { key } of map.items) {
    if (!isScalar(key)) continue;
    if (seen.has(key.value)) return key;
    seen.add(key.value);
  }
  return null;
}

function findSecret(value: unknown, path: Path): { path: Path; problem: string } | null {
  if (typeof value === 'string') {
    const problem = secretProblem(String(path.at(-1) ?? ''), value);
    return problem === null ? null : { path, problem };
  }
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const found = findSecret(inner, [...path, key]);
    if (found !== null) return found;
  }
  return null;
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '').replace(/:$/, '');
}

function invalid(file: string, { line, column }: Place, problem: string, path: Path = []): RockpoolError {
  return new RockpoolError('project_invalid', `${file}:${line}:${column}: ${problem}.`, {
    hint: 'Correct that place; editors complete the file by its JSON schema, resources/rockpool.schema.json.',
    detail: { file, line, column, at: path.map(String).join('.') },
  });
}
