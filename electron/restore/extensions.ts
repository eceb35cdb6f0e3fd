const shipped = new Set([
  'citext',
  'hstore',
  'ltree',
  'pg_trgm',
  'pgcrypto',
  'uuid-ossp',
  'unaccent',
  'btree_gin',
  'btree_gist',
  'intarray',
  'tablefunc',
  'fuzzystrmatch',
  'cube',
  'earthdistance',
  'isn',
  'seg',
  'tsm_system_rows',
  'tsm_system_time',
]);

/** Whether a dataset may have an extension, and which docker image has it where PostgreSQL's own has not. */
export function findExtension(name: string): { allowed: boolean; image: string | null } {
  if (shipped.has(name)) return { allowed: true, image: null };
  if (name === 'vector') return { allowed: true, image: 'pgvector/pgvector' };
  if (/^postgis(_\w+)?$/.test(name)) return { allowed: true, image: 'postgis/postgis' };
  return { allowed: false, image: null };
}
