import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listPlaces, socketOf } from '../../../../electron/servers/docker/places.ts';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'rockpool-places-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const places = (environment: NodeJS.ProcessEnv = {}, platform: NodeJS.Platform = 'linux') =>
  listPlaces({ environment, home, uid: 1000, platform });

function writeContext(name: string, host: string): void {
  const id = createHash('sha256').update(name).digest('hex');
  const folder = join(home, '.docker/contexts/meta', id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'meta.json'),
    JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker: { Host: host } } }),
  );
}

describe('places where an engine is looked for', () => {
  it('are those of the engines that people have, the default socket first (E1)', () => {
    const found = places();
    expect(found[0]?.endpoint).toBe('unix:///var/run/docker.sock');
    expect([...new Set(found.map(({ name }) => name))]).toEqual([
      'the default socket',
      'Docker Desktop',
      'Colima',
      'OrbStack',
      'Rancher Desktop',
      'rootless Docker',
      'Podman',
    ]);
    expect(found.map(({ endpoint }) => endpoint)).toContain('unix:///run/user/1000/docker.sock');
    expect(found.map(({ endpoint }) => endpoint)).toContain(`unix://${home}/.colima/default/docker.sock`);
  });

  it('are DOCKER_HOST alone where it is set, with its certificates where it says so', () => {
    expect(
      places({ DOCKER_HOST: 'tcp://127.0.0.1:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/c' }),
    ).toEqual([{ name: 'DOCKER_HOST', endpoint: 'tcp://127.0.0.1:2376', certificates: '/c' }]);
  });

  it('begin with the current context of the docker command', () => {
    writeContext('colima', 'unix:///somewhere/docker.sock');
    writeFileSync(join(home, '.docker/config.json'), JSON.stringify({ currentContext: 'colima', auths: {} }));
    expect(places()[0]).toEqual({
      name: 'the context colima',
      endpoint: 'unix:///somewhere/docker.sock',
      certificates: null,
    });
    expect(places()[1]?.endpoint).toBe('unix:///var/run/docker.sock');
    expect(places({ DOCKER_CONTEXT: 'default' })[0]?.endpoint).toBe('unix:///var/run/docker.sock');
  });

  it('are one context alone where DOCKER_CONTEXT names it, and an error where that is not there', () => {
    writeContext('work', 'unix:///work.sock');
    expect(places({ DOCKER_CONTEXT: 'work' }).map(({ endpoint }) => endpoint)).toEqual(['unix:///work.sock']);
    expect(() => places({ DOCKER_CONTEXT: 'nope' })).toThrow(
      expect.objectContaining({
        code: 'server_unavailable',
        hint: expect.stringContaining('docker context ls'),
      }),
    );
  });

  it('do not end with a damaged configuration of the docker command', () => {
    mkdirSync(join(home, '.docker'));
    writeFileSync(join(home, '.docker/config.json'), '{"currentContext":');
    expect(places()[0]?.endpoint).toBe('unix:///var/run/docker.sock');
  });

  it('are pipes on Windows', () => {
    const [first] = places({}, 'win32');
    expect(first === undefined ? null : socketOf(first)).toBe('//./pipe/docker_engine');
  });
});
