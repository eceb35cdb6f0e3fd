import { describe, expect, it } from 'vitest';
import { decide } from '../../../electron/installs/choose.ts';

const shipped = { major: 18, extensions: new Set(['hstore', 'citext']) };
const nothing = { server: null, port: undefined, postgres: undefined, image: undefined };
const plain = { major: null, extensions: [] };

describe('the choice of a server', () => {
  it('is the embedded one where it can hold the dataset', () => {
    expect(decide(nothing, plain, shipped).server).toMatchObject({ kind: 'embedded' });
    expect(decide(nothing, { major: 15, extensions: [] }, shipped).server.kind).toBe('embedded');
  });

  it('is a container where the dump is newer than the embedded one, with the reason', () => {
    const { server, reason } = decide(nothing, { major: 19, extensions: [] }, shipped);
    expect(server).toMatchObject({ kind: 'docker', preferred: 19 });
    expect(reason).toContain('19');
  });

  it('is an image that has the extension which the embedded one has not', () => {
    const { server, reason } = decide(nothing, { major: 17, extensions: ['vector'] }, shipped);
    expect(server).toMatchObject({ kind: 'docker', postgres: 17, image: 'pgvector/pgvector:pg17' });
    expect(reason).toContain('vector');
  });

  it('is a container for another major than the embedded one', () => {
    expect(decide({ ...nothing, postgres: 17 }, plain, shipped).server).toMatchObject({
      kind: 'docker',
      postgres: 17,
    });
    expect(decide({ ...nothing, postgres: 18 }, plain, shipped).server.kind).toBe('embedded');
  });

  it('in a container takes the major of the dump where no other is asked for', () => {
    const wish = { ...nothing, server: 'docker' as const };
    expect(decide(wish, { major: 15, extensions: [] }, shipped).server).toMatchObject({
      preferred: 15,
      postgres: undefined,
    });
    expect(decide({ ...wish, postgres: 17 }, { major: 15, extensions: [] }, shipped).server.postgres).toBe(
      17,
    );
  });

  it('may be older than the dump, which is said: dumps are read by us', () => {
    const wish = { ...nothing, server: 'docker' as const, postgres: 15 };
    const { server, reason } = decide(wish, { major: 17, extensions: [] }, shipped);
    expect(server).toMatchObject({ kind: 'docker', postgres: 15 });
    expect(reason).toContain('left out and reported');
  });

  it('is refused where the image asked for cannot have the extension', () => {
    const wish = { ...nothing, server: 'docker' as const, image: 'postgres:16' };
    expect(() => decide(wish, { major: 15, extensions: ['vector'] }, shipped)).toThrow(
      expect.objectContaining({
        code: 'server_unfit',
        hint: expect.stringContaining('pgvector/pgvector:pg16'),
      }),
    );
  });

  it('is refused where the embedded one is asked for and lacks the extension', () => {
    const wish = { ...nothing, server: 'embedded' as const };
    expect(() => decide(wish, { major: 17, extensions: ['postgis'] }, shipped)).toThrow(
      expect.objectContaining({ code: 'server_unfit', hint: expect.stringContaining('postgis/postgis:') }),
    );
  });

  it('leaves an image that a person names alone', () => {
    const wish = { ...nothing, image: 'mine:1' };
    expect(decide(wish, { major: 17, extensions: ['vector'] }, shipped).server).toMatchObject({
      kind: 'docker',
      image: 'mine:1',
    });
  });
});
