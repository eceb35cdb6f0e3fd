import { RockpoolError } from '../../contract/errors.ts';
import type { Core } from '../../state/core.ts';
import { readSetting } from '../../state/settings.ts';
import { portsOf } from '../make.ts';
import { isPortFree, pickPort } from '../ports.ts';
import { findRecord, listInstallsOn, listRecords, removeRecord, writeRecord } from '../registry.ts';
import type { RunningServer, ServerWish } from '../server.ts';
import { asDocker, type DockerRecord, removeDocker, startDocker } from './docker.ts';
import { type Engine, openEngine } from './engine.ts';
import { ensureImage, findImage, type Image, type ImageWish } from './image.ts';
import { defaultImage, engineNameOf, labelsOf, serverNameOf } from './names.ts';
import { portTakenIn } from './port.ts';
import { hasVolume } from './volume.ts';

/** A server in a container as it is wished for, found out before anything is made. */
export interface DockerPlan {
  readonly name: string;
  readonly wish: ServerWish;
  readonly engine: Engine;
  /** Null where the server is there already. */
  readonly image: Image | null;
}

// Where neither the person nor the dataset says which: what most have in production is older than the newest.
const usualMajor = 17;

/**
 * Finds out which server is meant, pulling its image where there is no server yet. Throws `server_unavailable` for
 * an engine or an image that is not to be had, and `server_version` where port or image are another PostgreSQL.
 */
export async function planDocker(
  core: Core,
  wish: ServerWish,
  environment: NodeJS.ProcessEnv,
  progress: ImageWish,
): Promise<DockerPlan> {
  const engine = await openEngine({ environment });
  if (engine.tried.length > 0) {
    const tried = engine.tried.map(({ place, why }) => `${place.name}: ${why}`).join(', ');
    core.log.write('info', 'An engine was found', { engine: engine.name, tried });
  }
  const onPort = wish.port === undefined ? null : recordOnPort(core, wish.port);
  if (onPort !== null) {
    requireSame(onPort, wish);
    return { name: onPort.name, wish, engine, image: null };
  }
  const imageName = await imageNameFor(core, wish, engine);
  const known = knownFor(core, imageName, wish);
  if (known !== null) {
    requireSame(known, wish);
    return { name: known.name, wish, engine, image: null };
  }
  const image = await ensureImage(engine, imageName, progress).catch(async (error: unknown) => {
    const newer = await newerAtHand(core, engine, wish);
    if (newer === null) throw error;
    core.log.write('warn', 'An image is not to be had, so a newer PostgreSQL is taken', {
      image: imageName,
      taken: newer,
    });
    return newer;
  });
  if ('postgres' in image) return planDocker(core, { ...wish, ...image }, environment, progress);
  if (wish.postgres !== undefined && image.major !== wish.postgres) {
    throw new RockpoolError(
      'server_version',
      `The image ${imageName} is PostgreSQL ${image.major}, not ${wish.postgres}.`,
      {
        hint: 'Leave --postgres out, or name another image.',
        detail: { image: imageName, found: image.major },
      },
    );
  }
  const install = isForOne(core, wish) ? wish.install : undefined;
  return { name: serverNameOf(image.major, imageName, { port: wish.port, install }), wish, engine, image };
}

/**
 * Makes and starts the planned server. Where its first start fails nothing of it stays. The caller holds the
 * server's lock.
 */
export async function makeDocker(
  core: Core,
  plan: DockerPlan,
  environment: NodeJS.ProcessEnv,
  progress: ImageWish,
): Promise<RunningServer> {
  const { name, engine, wish } = plan;
  const known = asDocker(findRecord(core.state, name));
  if (known !== null || plan.image === null) return startDocker(core, name, environment, progress);
  const record = await newRecord(core, plan, plan.image);
  if (wish.port !== undefined && !(await isPortFree(wish.port))) throw await portTakenIn(engine, record);
  writeRecord(core.state, record);
  try {
    return await startDocker(core, name, environment, progress);
  } catch (error) {
    const now = asDocker(findRecord(core.state, name));
    if (now !== null && !now.docker.whole && listInstallsOn(core.state, name).length === 0) {
      await removeDocker(core, now, environment).catch(() => removeRecord(core.state, name));
    }
    throw error;
  }
}

async function newRecord(
  core: Core,
  { name, wish, engine }: DockerPlan,
  image: Image,
): Promise<DockerRecord> {
  const engineName = engineNameOf(core.paths.homeId, name);
  const labels = labelsOf(core.paths.homeId, name);
  const wasHere = await hasVolume(engine, engineName, labels);
  const purpose = wish.port !== undefined ? 'port' : isForOne(core, wish) ? 'install' : 'shared';
  return {
    name,
    kind: 'docker',
    port: wish.port ?? (await pickPort(core.paths.homeId, portsOf(core))),
    version: String(image.major),
    folder: '',
    docker: {
      image: image.name,
      major: image.major,
      engine: engine.endpoint,
      container: engineName,
      volume: engineName,
      purpose,
      // A record can be lost while the volume and its password are still there.
      whole: wasHere && core.secrets.get(`${name}/rp_admin`) !== null,
    },
    createdAt: new Date().toISOString(),
  };
}

function isForOne(core: Core, { port, install }: ServerWish): boolean {
  return (
    port === undefined && install !== undefined && readSetting(core.state, 'dockerServers') === 'per install'
  );
}

function dockerRecords(core: Core): DockerRecord[] {
  return listRecords(core.state).flatMap((record) => asDocker(record) ?? []);
}

function recordOnPort(core: Core, port: number): DockerRecord | null {
  return dockerRecords(core).find((record) => record.port === port) ?? null;
}

function knownFor(core: Core, image: string, wish: ServerWish): DockerRecord | null {
  if (wish.port !== undefined) return null;
  const install = isForOne(core, wish) ? wish.install : undefined;
  const wanted = dockerRecords(core).filter(({ docker }) => docker.image === image);
  return (
    wanted.find(({ name, docker }) =>
      install === undefined
        ? docker.purpose === 'shared'
        : name === serverNameOf(docker.major, image, { install }),
    ) ?? null
  );
}

function requireSame({ name, docker, port }: DockerRecord, { postgres, image }: ServerWish): void {
  const isOther =
    (postgres !== undefined && postgres !== docker.major) || (image !== undefined && image !== docker.image);
  if (!isOther) return;
  throw new RockpoolError(
    'server_version',
    `The server ${name} on port ${port} is PostgreSQL ${docker.major} from ${docker.image}.`,
    {
      hint: 'Choose another port, or leave --postgres and --image out.',
      detail: { server: name, port, image: docker.image, major: docker.major },
    },
  );
}

async function imageNameFor(core: Core, wish: ServerWish, engine: Engine): Promise<string> {
  if (wish.image !== undefined) return wish.image;
  const images = readSetting(core.state, 'dockerImages');
  const major = wish.postgres ?? wish.preferred ?? (await majorAtHand(core, engine));
  return images[String(major)] ?? defaultImage(major);
}

// What is there already comes first: nothing has to be pulled for it.
async function majorAtHand(core: Core, engine: Engine): Promise<number> {
  const shared = dockerRecords(core).find(({ docker }) => docker.purpose === 'shared');
  if (shared !== undefined) return shared.docker.major;
  for (const major of [usualMajor, 18, 16, 15, 14]) {
    if ((await findImage(engine, defaultImage(major))) !== null) return major;
  }
  return usualMajor;
}

// Only where nobody asked for a certain one: a newer PostgreSQL takes an older one's data.
async function newerAtHand(
  core: Core,
  engine: Engine,
  { image, postgres, preferred }: ServerWish,
): Promise<{ postgres: number } | null> {
  if (image !== undefined || postgres !== undefined || preferred === undefined) return null;
  const images = readSetting(core.state, 'dockerImages');
  for (let major = preferred + 1; major <= newestMajor; major += 1) {
    const name = images[String(major)] ?? defaultImage(major);
    if ((await findImage(engine, name)) !== null) return { postgres: major };
  }
  return null;
}

const newestMajor = 19;
