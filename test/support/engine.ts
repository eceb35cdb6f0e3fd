import type Docker from 'dockerode';
import { openEngine } from '../../electron/servers/docker/engine.ts';
import { skipUnless } from './skip.ts';

/** The engine of this machine, null where none answers. */
export const docker: Docker | null = await openEngine().then(
  (engine) => engine.docker,
  () => null,
);

const images = new Set(
  (docker === null ? [] : await docker.listImages()).flatMap((each) => each.RepoTags ?? []),
);

/** Options for tests that run containers from an image; `.ci/images` makes those that tests want. */
export function needsImage(...names: string[]) {
  const missing = names.filter((name) => !images.has(name));
  return skipUnless(
    docker !== null && missing.length === 0,
    docker === null
      ? 'no container engine answers on this machine'
      : `the engine has no image ${missing.join(', ')}: .ci/images makes it`,
  );
}

/** Names of everything that an engine holds, to tell whether something of a stranger's was touched. */
export async function listEverything(engine: Docker): Promise<string[]> {
  const [containers, volumes, networks] = await Promise.all([
    engine.listContainers({ all: true }),
    engine.listVolumes(),
    engine.listNetworks(),
  ]);
  return [
    ...containers.map(({ Names }) => `container ${Names[0]}`),
    ...volumes.Volumes.map(({ Name }) => `volume ${Name}`),
    ...networks.map(({ Name }) => `network ${Name}`),
  ].sort();
}
