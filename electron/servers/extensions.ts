import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findBinaries } from './binaries.ts';

/** Extensions that come with PostgreSQL itself and that a dataset may have. */
export const commonExtensions: ReadonlySet<string> = new Set([
  'btree_gin',
  'btree_gist',
  'citext',
  'cube',
  'earthdistance',
  'fuzzystrmatch',
  'hstore',
  'intarray',
  'isn',
  'ltree',
  'pg_trgm',
  'pgcrypto',
  'plpgsql',
  'seg',
  'tablefunc',
  'tsm_system_rows',
  'tsm_system_time',
  'unaccent',
  'uuid-ossp',
]);

/** An extension that PostgreSQL does not come with, and the image that has it for each major version. */
interface ImagedExtension {
  readonly pattern: RegExp;
  /** The types by which a schema tells that it needs it, where its own definition is not there. */
  readonly types: RegExp;
  readonly name: string;
  image(major: number): string;
}

const imaged: readonly ImagedExtension[] = [
  {
    name: 'vector',
    pattern: /^vector$/,
    types: /\b(?:vector|halfvec|sparsevec)\(\d+\)/i,
    image: (major) => `pgvector/pgvector:pg${major}`,
  },
  {
    name: 'postgis',
    pattern: /^postgis(_\w+)?$/,
    types: /\b(?:geometry|geography)\(\w+/i,
    image: (major) => `postgis/postgis:${major}-${major >= 18 ? '3.6' : '3.5'}`,
  },
];

/** The image that has an extension which PostgreSQL itself has not, null for all others. */
export function imageWith(extension: string, major: number): string | null {
  return imaged.find(({ pattern }) => pattern.test(extension))?.image(major) ?? null;
}

/** Extensions that a text of SQL makes, or whose types it uses. */
export function extensionsIn(sql: string): string[] {
  const made = [...sql.matchAll(/CREATE EXTENSION (?:IF NOT EXISTS )?"?([a-z][\w-]*)/gi)].map((found) =>
    String(found[1]).toLowerCase(),
  );
  const used = imaged.filter(({ types }) => types.test(sql)).map(({ name }) => name);
  return [...new Set([...made, ...used])].sort();
}

/** The extensions of the shipped PostgreSQL. */
export function shippedExtensions(): Set<string> {
  const folder = join(findBinaries().folder, 'share');
  const files = [join(folder, 'extension'), join(folder, 'postgresql', 'extension')].flatMap(listFiles);
  return new Set(
    files.filter((file) => file.endsWith('.control')).map((file) => file.slice(0, -'.control'.length)),
  );
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
