import { RockpoolError } from '../../contract/errors.ts';
import type { Core } from '../../state/core.ts';
import { readSetting } from '../../state/settings.ts';
import type { Starting } from '../control.ts';
import { portsOf } from '../make.ts';
import { isPortFree, pickPort } from '../ports.ts';
import { listInstallsOn, writeRecord } from '../registry.ts';
import { brokenError, whyBroken } from './broken.ts';
import {
  type ContainerFacts,
  type ContainerWish,
  createContainer,
  findContainer,
  recipeOf,
  removeContainer,
} from './container.ts';
import type { DockerRecord } from './docker.ts';
import type { Engine } from './engine.ts';
import { engineError, sentenceOf } from './failures.ts';
import { putSettings } from './files.ts';
import { ensureImage, findImage, type Image, type ImageWish } from './image.ts';
import { readContainerLog } from './logs.ts';
import { labelsOf } from './names.ts';
import { ensureNetwork } from './network.ts';
import { isPortError, portTakenIn } from './port.ts';
import { createVolume, hasVolume, removeVolume } from './volume.ts';

/** Notices when a container ends, until it is released. */
export interface Following extends Starting {
  release(): void;
}

/** A container that was told to start. */
export interface Started {
  /** With the port that it has now. */
  readonly record: DockerRecord;
  readonly container: string;
  /** Null where it ran already. */
  readonly starting: Following | null;
  /** True where its cluster is made by this start. */
  readonly isNew: boolean;
}

/**
 * Brings a server's container to run, whatever was done to it. Throws `server_version` where its image has become
 * another major, `port_taken` with the holder, `server_failed` for a stranger's container of our name.
 */
export async function startContainer(
  core: Core,
  engine: Engine,
  known: DockerRecord,
  password: string,
  wish: ImageWish,
): Promise<Started> {
  const labels = labelsOf(core.paths.homeId, known.name);
  const { container: name, volume } = known.docker;
  let record = known;
  let found = await findContainer(engine, name, labels);
  if (found?.state === 'paused') {
    await engine.docker.getContainer(found.id).unpause();
    return { record: takePort(core, record, found), container: found.id, starting: null, isNew: false };
  }
  if (!record.docker.whole) {
    // What a killed start left may be half a cluster, which looks like a whole one.
    await removeContainer(engine, name, labels, { stopFirst: false });
    await removeVolume(engine, volume, labels);
    found = null;
  }
  if (found?.state === 'running') {
    return { record: takePort(core, record, found), container: found.id, starting: null, isNew: false };
  }
  const image = await imageFor(engine, record, found, wish);
  if (!(await hasVolume(engine, volume, labels))) {
    record = startAnew(core, record);
    await createVolume(engine, volume, labels);
  }
  const network = await ensureNetwork(engine, core.paths.homeId);
  record = await freePort(core, record);
  for (;;) {
    const memoryBytes = readSetting(core.state, 'dockerMemoryBytes');
    const { port } = record;
    const made: ContainerWish = { name, ...imageOf(image), port, volume, network, memoryBytes, labels };
    const container = await makeContainer(engine, made, found);
    const isNew = !record.docker.whole;
    await putSettings(engine, container, {
      server: record.name,
      major: image.major,
      freeBytes: null,
      password: isNew ? password : null,
    });
    const startedAt = Date.now() / 1000;
    try {
      await engine.docker.getContainer(container).start();
      return { record, container, starting: follow(engine, record, container, startedAt, labels), isNew };
    } catch (error) {
      if (!isPortError(error)) throw startError(error, engine, record);
      // The engine leaves such a container behind, which would take the same port at its next start (E3).
      const taken = await portTakenIn(engine, record);
      await removeContainer(engine, name, labels, { stopFirst: false });
      found = null;
      if (!mayMove(core, record)) throw taken;
      record = await movePort(core, record);
    }
  }
}

const imageOf = ({ name, id, major, volumes }: Image) => ({
  image: name,
  imageId: id,
  major,
  unused: volumes,
});

// An image that is newer than the container's comes in here, at a start: within a major the data stays as it is.
async function imageFor(
  engine: Engine,
  { name, docker }: DockerRecord,
  found: ContainerFacts | null,
  wish: ImageWish,
): Promise<Image> {
  const present = await findImage(engine, docker.image);
  if (present === null && found !== null) {
    return { name: docker.image, id: found.imageId, major: docker.major, volumes: found.unused };
  }
  const image = present ?? (await ensureImage(engine, docker.image, wish));
  if (image.major === docker.major) return image;
  throw new RockpoolError(
    'server_version',
    `The image ${image.name} is PostgreSQL ${image.major} by now, and the data of ${name} is PostgreSQL ${docker.major}.`,
    {
      hint: `Bring the former image back under that name; or move each install: rockpool move NAME --server docker --postgres ${image.major}.`,
      detail: { server: name, image: image.name, found: image.major, wanted: docker.major },
    },
  );
}

// A record that was lost and made anew may name another port than the one on which the server listens.
function takePort(core: Core, record: DockerRecord, { port }: ContainerFacts): DockerRecord {
  if (port === 0 || port === record.port) return record;
  const corrected = { ...record, port };
  writeRecord(core.state, corrected);
  return corrected;
}

function startAnew(core: Core, record: DockerRecord): DockerRecord {
  if (!record.docker.whole) return record;
  const installs = listInstallsOn(core.state, record.name);
  core.log.write('warn', 'The volume of a server is gone: it begins anew', {
    server: record.name,
    volume: record.docker.volume,
    installs: installs.length,
  });
  const anew = { ...record, docker: { ...record.docker, whole: false } };
  writeRecord(core.state, anew);
  return anew;
}

async function makeContainer(
  engine: Engine,
  wish: ContainerWish,
  found: ContainerFacts | null,
): Promise<string> {
  const isSame = found !== null && found.recipe === recipeOf(wish) && found.imageId === wish.imageId;
  if (found !== null && isSame && ['created', 'exited'].includes(found.state)) return found.id;
  await removeContainer(engine, wish.name, wish.labels, { stopFirst: true });
  return createContainer(engine, wish);
}

// As with the embedded server: it may change as long as nobody has been given a URL with it.
function mayMove(core: Core, { name, docker }: DockerRecord): boolean {
  return docker.purpose !== 'port' && listInstallsOn(core.state, name).length === 0;
}

async function freePort(core: Core, record: DockerRecord): Promise<DockerRecord> {
  if (!mayMove(core, record) || (await isPortFree(record.port))) return record;
  return movePort(core, record);
}

async function movePort(core: Core, record: DockerRecord): Promise<DockerRecord> {
  const moved = { ...record, port: await pickPort(core.paths.homeId, portsOf(core)) };
  writeRecord(core.state, moved);
  return moved;
}

function startError(error: unknown, engine: Engine, { name, docker }: DockerRecord): unknown {
  if (/executable file not found|no such file or directory/i.test(sentenceOf(error))) {
    return new RockpoolError('server_unavailable', `The image ${docker.image} has no PostgreSQL to start.`, {
      hint: 'Name an image that is made from the official one, such as postgres:17.',
      detail: { server: name, image: docker.image },
      cause: error,
    });
  }
  return engineError(error, `Starting the container ${docker.container}`, engine.endpoint);
}

function follow(
  engine: Engine,
  { name, docker }: DockerRecord,
  container: string,
  startedAt: number,
  labels: ContainerWish['labels'],
): Following {
  let over = false;
  let output = '';
  let why: ReturnType<typeof whyBroken> = null;
  const handle = engine.docker.getContainer(container);
  // A request that waits would keep the process alive.
  const waiting = new AbortController();
  void handle
    .wait({ abortSignal: waiting.signal })
    .catch(() => {})
    .then(async () => {
      if (waiting.signal.aborted) return;
      output = await readContainerLog(engine, container, { sinceAt: Math.floor(startedAt) });
      why = await findContainer(engine, docker.container, labels).then(
        (facts) => whyBroken(facts, name),
        () => null,
      );
      over = true;
    });
  return {
    ended: () => over,
    release: () => waiting.abort(),
    failure: (what) => {
      if (/No space left on device/.test(output)) {
        return new RockpoolError(
          'disk_full',
          `The server ${name} did not start: the engine's disk is full.`,
          {
            hint: 'Free some space: docker system df shows what takes it.',
            detail: { server: name, container: docker.container },
          },
        );
      }
      const told = output.split('\n').findLast((line) => /(?:FATAL|PANIC|[Ee]rror): /.test(line));
      if (told === undefined && why !== null) return brokenError(name, docker.container, why);
      const cause = told?.replace(/^.*?(?:FATAL|PANIC|[Ee]rror): +/, '').replace(/\.$/, '');
      return new RockpoolError(
        'server_failed',
        `The server ${name} ${what}${cause === undefined ? '' : `: ${cause}`}.`,
        {
          hint: `See its log with rockpool server logs ${name}.`,
          detail: { log: output.split('\n').slice(-20).join('\n'), container: docker.container },
        },
      );
    },
    abandon: async () => {
      await handle.stop({ t: 5 }).catch(() => {});
    },
  };
}
