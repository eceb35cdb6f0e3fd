import { createHash } from 'node:crypto';
import type Docker from 'dockerode';
import { adminRole } from '../initdb.ts';
import type { Engine } from './engine.ts';
import { engineError, statusOf } from './failures.ts';
import { passwordPath, settingsArguments } from './files.ts';
import { isOurs, type Labels } from './names.ts';
import { strangerError } from './stranger.ts';

const dataFolder = '/var/lib/rockpool';

/** What a container is made with. */
export interface ContainerWish {
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
  readonly major: number;
  readonly port: number;
  readonly volume: string;
  /** Folders that the image declares to be volumes and that nothing is kept in. */
  readonly unused: readonly string[];
  readonly network: string;
  /** The memory that it may take, 0 for all. */
  readonly memoryBytes: number;
  readonly labels: Labels;
}

/** A container as it is now. */
export interface ContainerFacts {
  readonly id: string;
  readonly imageId: string;
  /** Folders in memory, in the place of volumes without a name. */
  readonly unused: readonly string[];
  /** The port that it publishes, 0 where it is none of ours any more. */
  readonly port: number;
  /** Changes with what the container was made with. */
  readonly recipe: string | null;
  readonly state: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
  readonly exitCode: number;
  readonly outOfMemory: boolean;
  readonly error: string;
}

/**
 * The container of this name, null where there is none. Throws `server_failed` for a stranger's, which is never
 * touched.
 */
export async function findContainer(
  engine: Engine,
  name: string,
  labels: Labels,
): Promise<ContainerFacts | null> {
  try {
    const found = await engine.docker.getContainer(name).inspect();
    if (!isOurs(found.Config.Labels, labels)) throw strangerError('container', name);
    return {
      id: found.Id,
      imageId: found.Image,
      unused: Object.keys((found.HostConfig.Tmpfs as Record<string, string> | null) ?? {}).sort(),
      port: portIn(found.HostConfig.PortBindings),
      recipe: found.Config.Labels?.['rockpool.recipe'] ?? null,
      state: found.State.Status as ContainerFacts['state'],
      exitCode: found.State.ExitCode,
      outOfMemory: found.State.OOMKilled,
      error: found.State.Error,
    };
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw engineError(error, `Looking at the container ${name}`, engine.endpoint);
  }
}

// The types have it as anything.
function portIn(bindings: unknown): number {
  const published = (bindings as Record<string, { HostPort?: string }[] | undefined> | null)?.['5432/tcp'];
  return Number(published?.[0]?.HostPort ?? 0);
}

/** Makes a container, not started yet. */
export async function createContainer(engine: Engine, wish: ContainerWish): Promise<string> {
  const options = optionsOf(wish);
  try {
    const made = await engine.docker.createContainer({ ...options, name: wish.name });
    return made.id;
  } catch (error) {
    throw engineError(error, `Making the container ${wish.name}`, engine.endpoint);
  }
}

/** What tells whether a container was made as it would be made now. */
export function recipeOf(wish: ContainerWish): string {
  const { Labels: _labels, ...options } = plainOptions(wish);
  return createHash('sha256').update(JSON.stringify(options)).digest('hex').slice(0, 16);
}

function optionsOf(wish: ContainerWish): Docker.ContainerCreateOptions {
  const options = plainOptions(wish);
  return { ...options, Labels: { ...options.Labels, 'rockpool.recipe': recipeOf(wish) } };
}

function plainOptions({
  image,
  imageId,
  major,
  port,
  volume,
  unused,
  network,
  memoryBytes,
  labels,
}: ContainerWish) {
  return {
    Image: image,
    Cmd: ['postgres', ...settingsArguments],
    Env: [
      `POSTGRES_USER=${adminRole}`,
      'POSTGRES_DB=postgres',
      `POSTGRES_PASSWORD_FILE=${passwordPath}`,
      `POSTGRES_INITDB_ARGS=${initdbArguments(major)}`,
      // The official images have moved theirs with version 18.
      `PGDATA=${dataFolder}/data`,
    ],
    Labels: { ...labels, 'rockpool.image': imageId } as Record<string, string>,
    ExposedPorts: { '5432/tcp': {} },
    StopSignal: 'SIGINT',
    StopTimeout: 30,
    HostConfig: {
      // Engines before 28 let others of the same network in all the same: hence the strong password (E7).
      PortBindings: { '5432/tcp': [{ HostIp: '127.0.0.1', HostPort: String(port) }] },
      NetworkMode: network,
      // Else the engine would make a volume without a name for each, which stays when somebody removes the container.
      Tmpfs: Object.fromEntries(unused.map((folder) => [folder, 'size=64k'])),
      Mounts: [{ Type: 'volume' as const, Source: volume, Target: dataFolder }],
      // The engine's 64 MB are too few for a parallel query of a middling table (E6).
      ShmSize: 256 * 1024 * 1024,
      PidsLimit: 512,
      // Swap would only make it slow.
      Memory: memoryBytes,
      MemorySwap: memoryBytes,
      SecurityOpt: ['no-new-privileges'],
      CapDrop: ['ALL'],
      CapAdd: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETUID', 'SETGID'],
      RestartPolicy: { Name: 'no' },
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '2' } },
    },
  };
}

// As of the embedded server: sorting and case by PostgreSQL itself where it can (17 and later), else by the C library.
function initdbArguments(major: number): string {
  const locale =
    major >= 17
      ? '--locale=C --lc-ctype=C.UTF-8 --locale-provider=builtin --builtin-locale=C.UTF-8'
      : '--locale=C.UTF-8';
  return `--encoding=UTF8 --auth=scram-sha-256 ${locale}`;
}

/**
 * Removes a container of ours, running or not, with the volumes that only it has; one that is not there is fine. It is
 * stopped first where its data is to be used again.
 */
export async function removeContainer(
  engine: Engine,
  name: string,
  labels: Labels,
  { stopFirst }: { stopFirst: boolean },
): Promise<void> {
  const found = await findContainer(engine, name, labels);
  if (found === null) return;
  try {
    const container = engine.docker.getContainer(found.id);
    if (stopFirst && found.state === 'running') await container.stop({ t: 30 }).catch(() => {});
    await container.remove({ force: true, v: true });
  } catch (error) {
    if (statusOf(error) !== 404) throw engineError(error, `Removing the container ${name}`, engine.endpoint);
  }
}
