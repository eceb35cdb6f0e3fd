import { describe, expect, it } from 'vitest';
import { engineNameOf, isOurs, labelsOf, serverNameOf } from '../../../../electron/servers/docker/names.ts';

describe('names of servers in containers', () => {
  it('are one a major that all share, one a port, one an install, and one an image of one’s own', () => {
    expect(serverNameOf(17, 'postgres:17', {})).toBe('docker_17');
    expect(serverNameOf(17, 'postgres:17', { port: 54017 })).toBe('docker_17_54017');
    expect(serverNameOf(17, 'postgres:17', { install: 'acme' })).toBe('docker_17_for_acme');
    expect(serverNameOf(17, 'pgvector/pgvector:pg17', {})).toMatch(/^docker_17_pgvector_[0-9a-f]{4}$/);
    expect(serverNameOf(17, 'a/pgvector:pg17', {})).not.toBe(serverNameOf(17, 'b/pgvector:pg17', {}));
  });

  it('hold the home on the engine, and nothing that a host name must not hold', () => {
    expect(engineNameOf('ab12cd34', 'docker_17')).toBe('rockpool-ab12cd34-docker-17');
  });
});

describe('labels', () => {
  it('tell ours from those of another home and from strangers', () => {
    const ours = labelsOf('ab12cd34', 'docker_17');
    expect(isOurs({ ...ours, more: 'x' }, ours)).toBe(true);
    expect(isOurs(labelsOf('ffffffff', 'docker_17'), ours)).toBe(false);
    expect(isOurs({}, ours)).toBe(false);
    expect(isOurs(null, ours)).toBe(false);
  });
});
