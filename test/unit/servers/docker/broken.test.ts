import { describe, expect, it } from 'vitest';
import { whyBroken } from '../../../../electron/servers/docker/broken.ts';
import type { ContainerFacts } from '../../../../electron/servers/docker/container.ts';

const container = (state: ContainerFacts['state'], more: Partial<ContainerFacts> = {}): ContainerFacts => ({
  id: 'c0ffee',
  imageId: 'sha256:c0ffee',
  unused: [],
  port: 5432,
  recipe: null,
  state,
  exitCode: 0,
  outOfMemory: false,
  error: '',
  ...more,
});

describe('what is said of a container that no longer serves', () => {
  it('is nothing where it runs', () => {
    expect(whyBroken(container('running'), 'docker_17')).toBeNull();
  });

  it.each([
    ['gone', null, 'its container was removed'],
    ['being removed', container('removing', { exitCode: 137 }), 'its container was removed'],
    ['half removed', container('dead', { exitCode: 137 }), 'its container was removed'],
    ['paused', container('paused'), 'its container is paused'],
    [
      'out of memory',
      container('exited', { exitCode: 137, outOfMemory: true }),
      'it ran out of memory and was killed',
    ],
    ['killed', container('exited', { exitCode: 137 }), 'its container was killed (exit code 137)'],
    ['stopped', container('exited', { exitCode: 143 }), 'its container was stopped'],
    ['failed', container('exited', { exitCode: 3 }), 'its container ended with exit code 3'],
  ])('names why, and the command that helps: %s', (_, facts, phrase) => {
    const why = whyBroken(facts, 'docker_17');
    expect(why).toMatchObject({ phrase, code: 'server_stopped' });
    expect(why?.hint).toContain('rockpool server start docker_17');
  });
});
