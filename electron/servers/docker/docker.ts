import { isRockpoolError, RockpoolError } from '../../contract/errors.ts';
import { type Address, withSession } from '../../sql/connect.ts';
import { changePassword } from '../../sql/roles.ts';
import type { Core } from '../../state/core.ts';
import { randomPassword } from '../../state/secrets.ts';
import { adminRole } from '../initdb.ts';
import { preparation, sharedReader } from '../prepare.ts';
import { prepareStarted } from '../reader.ts';
import { type Answer, askServer, waitUntilReady } from '../ready.ts';
import { findRecord, removeRecord, writeRecord } from '../registry.ts';
import type { DockerPart, RunningServer, ServerRecord } from '../server.ts';
import { trustAgain, watchContainer } from './broken.ts';
import { findContainer, removeContainer } from './container.ts';
import { freeBytesIn } from './disk.ts';
import { type Engine, openEngine } from './engine.ts';
import { engineError } from './failures.ts';
import { clearPassword } from './files.ts';
import type { ImageWish } from './image.ts';
import { labelsOf } from './names.ts';
import { removeIdleNetwork } from './network.ts';
import { startContainer } from './start.ts';
import { removeVolume } from './volume.ts';

/** A record of a server in a container. */
export interface DockerRecord extends ServerRecord {
  readonly docker: DockerPart;
}

/** The record where it is one of a container, null otherwise. */
export function asDocker(record: ServerRecord | null): DockerRecord | null {
  return record !== null && record.docker !== null ? { ...record, docker: record.docker } : null;
}

/** The engine that a server was made in. Throws `server_unavailable`. */
export function engineOf(
  { docker }: DockerRecord,
  environment: NodeJS.ProcessEnv,
  timeoutMs?: number,
): Promise<Engine> {
  return openEngine({
    environment,
    endpoint: docker.engine,
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
}

/** The server if it answers now, null otherwise. `ready` wants it prepared as this Rockpool prepares servers. */
export async function runningDocker(
  core: Core,
  record: DockerRecord,
  environment: NodeJS.ProcessEnv,
  { ready = false }: { ready?: boolean } = {},
): Promise<RunningServer | null> {
  const password = core.secrets.get(`${record.name}/${adminRole}`);
  if (password === null || !record.docker.whole) return null;
  try {
    const engine = await engineOf(record, environment);
    const labels = labelsOf(core.paths.homeId, record.name);
    if ((await findContainer(engine, record.docker.container, labels))?.state !== 'running') return null;
    const admin = adminAddress(record.port, password);
    trustAgain(admin, record.docker.container);
    const answer = await askServer(admin, 5000);
    if (answer.prepared === 0 || (ready && answer.prepared !== preparation)) return null;
    return runningServer(core, engine, record, answer, password);
  } catch {
    // Whatever keeps it from answering, it does not answer; `start` says why.
    return null;
  }
}

/**
 * Starts a server that has a record: its container is made where it is gone or would be made differently now, let
 * go on where it is paused, and its cluster is made where the volume is gone. The caller holds the server's lock.
 */
export async function startDocker(
  core: Core,
  name: string,
  environment: NodeJS.ProcessEnv,
  wish: ImageWish = {},
): Promise<RunningServer> {
  const known = asDocker(findRecord(core.state, name));
  if (known === null) throw new RangeError(`${name} is no server in a container`);
  const running = await runningDocker(core, known, environment, { ready: true });
  if (running !== null) return running;
  const password = known.docker.whole
    ? core.secrets.get(`${name}/${adminRole}`)
    : await core.secrets.ensure(`${name}/${adminRole}`);
  if (password === null) throw passwordError(known);
  const engine = await engineOf(known, environment);
  // What an image does with the password of a first start is its own affair (the official one leaves it in the
  // server's environment), so it gets one that is good for that start alone.
  const firstPassword = randomPassword();
  const started = await startContainer(core, engine, known, firstPassword, wish);
  const { record, starting, container, isNew } = started;
  const admin = adminAddress(record.port, isNew ? firstPassword : password);
  trustAgain(admin, record.docker.container);
  const answer = await waitUntilReady(admin, starting, { signal: wish.signal }).finally(() =>
    starting?.release(),
  );
  const { prepared } = answer;
  await prepareStarted(core, name, admin, { isStarted: starting !== null, prepared }, wish.signal);
  if (isNew) {
    await withSession(admin, {}, (session) => changePassword(session, adminRole, password));
    await clearPassword(engine, container);
  }
  const version = answer.version;
  const whole: DockerRecord = { ...record, version, docker: { ...record.docker, whole: true } };
  writeRecord(core.state, whole);
  core.log.write('info', 'Started a server', {
    server: name,
    port: record.port,
    version,
    engine: engine.name,
  });
  return runningServer(core, engine, whole, answer, password);
}

/** Stops a server; false where it did not run. The caller holds the server's lock. */
export async function stopDocker(
  core: Core,
  record: DockerRecord,
  environment: NodeJS.ProcessEnv,
): Promise<boolean> {
  const engine = await engineOf(record, environment).catch((error: unknown) => {
    // Without its engine no container runs.
    if (isRockpoolError(error, 'server_unavailable')) return null;
    throw error;
  });
  if (engine === null) return false;
  const { container: name } = record.docker;
  const found = await findContainer(engine, name, labelsOf(core.paths.homeId, record.name));
  if (found === null || !['running', 'paused', 'restarting'].includes(found.state)) return false;
  const container = engine.docker.getContainer(found.id);
  try {
    // A paused one cannot take the signal to stop.
    if (found.state === 'paused') await container.unpause();
    await container.stop({ t: 30 });
  } catch (error) {
    throw engineError(error, `Stopping the container ${name}`, engine.endpoint);
  }
  core.log.write('info', 'Stopped a server', { server: record.name });
  return true;
}

/** Removes a server with its container, its volume, its passwords and its record. The caller holds the lock. */
export async function removeDocker(
  core: Core,
  record: DockerRecord,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const { name, docker } = record;
  const labels = labelsOf(core.paths.homeId, name);
  const engine = await engineOf(record, environment);
  await removeContainer(engine, docker.container, labels, { stopFirst: false });
  await removeVolume(engine, docker.volume, labels);
  await removeIdleNetwork(engine, core.paths.homeId);
  for (const role of [adminRole, sharedReader]) await core.secrets.remove(`${name}/${role}`);
  removeRecord(core.state, name);
  core.log.write('info', 'Removed a server', { server: name, container: docker.container });
}

export function adminAddress(port: number, password: string): Address {
  return { host: '127.0.0.1', port, user: adminRole, password, database: 'postgres' };
}

function runningServer(
  core: Core,
  engine: Engine,
  record: DockerRecord,
  answer: Answer,
  password: string,
): RunningServer {
  const { name, kind, port, docker } = record;
  const admin = adminAddress(port, password);
  const labels = labelsOf(core.paths.homeId, name);
  const answers = (): Promise<boolean> =>
    askServer(admin, 5000).then(
      () => true,
      () => false,
    );
  const { container } = docker;
  watchContainer({ engine, server: name, container, labels, address: admin, answers });
  return {
    name,
    kind,
    host: admin.host,
    port,
    version: answer.version,
    major: answer.major,
    place: `the engine at ${engine.endpoint}`,
    freeBytes: () => freeBytesIn(engine, container),
    admin,
    address: (user, userPassword, database) => ({ ...admin, user, password: userPassword, database }),
  };
}

function passwordError({ name, docker }: DockerRecord): RockpoolError {
  return new RockpoolError('server_failed', `The password of the server ${name} is lost.`, {
    hint: 'Put the folder of secrets back; or remove the installs on it with rockpool remove NAME and install them again.',
    detail: { server: name, volume: docker.volume },
  });
}
