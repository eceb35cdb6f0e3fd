/** A file of the project as the rules see it; `path` is relative to the root, with forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** The rooms by layer. A room imports rooms of lower layers only, never a neighbour of its own layer. */
export const layers: readonly (readonly string[])[] = [
  ['contract'],
  ['state', 'sql'],
  ['jobs'],
  ['sources', 'archives', 'servers', 'agent'],
  ['restore', 'browse', 'checks', 'demo', 'impersonation'],
  ['installs'],
  ['project'],
  ['app.ts'],
  ['shells/desktop', 'shells/browser', 'shells/cli'],
];

/** Rooms that may import these rooms and no others, whatever their layer. */
export const importsOnly: Readonly<Record<string, readonly string[]>> = {
  renderer: ['contract'],
  'shells/desktop': ['app.ts', 'contract'],
  'shells/browser': ['app.ts', 'contract'],
  // `rockpool open` starts the browser shell.
  'shells/cli': ['app.ts', 'contract', 'shells/browser'],
};

/** Packages that only these rooms may import, with what else they stand for. */
export const packageOwners: Readonly<Record<string, readonly string[]>> = { electron: ['shells/desktop'] };

/** Rooms that run where there is no Node: the packages they may import, null for any that is no part of Node. */
export const withoutNode: Readonly<Record<string, readonly string[] | null>> = {
  contract: ['zod', '@orpc/contract'],
  renderer: null,
};

/** Names that say nothing about what is inside. */
export const emptyNames: ReadonlySet<string> = new Set([
  'util',
  'utils',
  'helper',
  'helpers',
  'manager',
  'service',
  'services',
  'common',
  'index',
]);

export const longestFile = 300;

/** The room of a path under electron/ or renderer/; null for anything else. */
export function roomOf(path: string): string | null {
  const [top, room, inner] = path.split('/');
  if (top === 'renderer') return 'renderer';
  if (top !== 'electron' || room === undefined) return null;
  if (room === 'app') return 'app.ts';
  return room === 'shells' ? `shells/${inner}` : room;
}

const importPatterns = [
  /^[ \t]*(?:import|export)\b[^;'"`]*?\bfrom\s*['"]([^'"]+)['"]/gm,
  /^[ \t]*import\s*['"]([^'"]+)['"]/gm,
  /\bimport\s*\(\s*['"`]([^'"`]+)['"`]/g,
  /\brequire\s*\(\s*['"]([^'"]+)['"]/g,
];

/** What a file imports, as written; types too, since a type ties two rooms as a value does. */
export function importsOf(text: string): string[] {
  return importPatterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''));
}
