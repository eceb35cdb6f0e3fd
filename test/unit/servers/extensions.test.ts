import { describe, expect, it } from 'vitest';
import {
  commonExtensions,
  extensionsIn,
  imageWith,
  shippedExtensions,
} from '../../../electron/servers/extensions.ts';

describe('extensions', () => {
  it('that a schema makes or whose types it uses are found', () => {
    expect(extensionsIn('CREATE EXTENSION IF NOT EXISTS "uuid-ossp";\ncreate extension hstore;')).toEqual([
      'hstore',
      'uuid-ossp',
    ]);
    expect(extensionsIn('CREATE TABLE t (e public.vector(3));')).toEqual(['vector']);
    expect(extensionsIn('CREATE TABLE t (g public.geometry(Point,4326));')).toEqual(['postgis']);
    expect(extensionsIn('CREATE TABLE t (vector text, geometry json);')).toEqual([]);
  });

  it('that an image has are known by the major version', () => {
    expect(imageWith('vector', 17)).toBe('pgvector/pgvector:pg17');
    expect(imageWith('postgis_topology', 16)).toBe('postgis/postgis:16-3.5');
    expect(imageWith('hstore', 17)).toBeNull();
  });

  it('of the table are all in the shipped PostgreSQL', () => {
    const shipped = shippedExtensions();
    expect([...commonExtensions].filter((name) => !shipped.has(name))).toEqual([]);
    expect(shipped.has('vector')).toBe(false);
  });
});
