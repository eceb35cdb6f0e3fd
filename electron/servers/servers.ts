import { RockpoolError } from '../contract/errors.ts';
import type { Server } from '../contract/server.ts';
import type { Core } from '../state/core.ts';
import { waitForLock } from '../state/locks.ts';
import { shippedMajor } from './binaries.ts';
import { describeServer } from './describe.ts';
import { describeDocker } from './docker/describe.ts';
import { asDocker, engineOf, removeDocker, runningDocker, startDocker, stopDocker } from './docker/docker.ts';
import type { PullProgress } from './docker/image.ts';
import { followContainerLog } from './docker/logs.ts';
import { makeDocker, planDocker } from './docker/make.ts';
import { removeEmbedded, runningEmbedded, startEmbedded, stopEmbedded } from './embedded.ts';
import { followLog, serverLogFile } from './logs.ts';
import { ensureRecord, notFound, sharedServer } from './make.ts';
import { findRecord, listRecords } from './registry.ts';
import type { RunningServer, ServerWish } from './server.ts';

/** Local servers: what there is, and its life. */
export interface Servers {
  /** All servers that are known, as they are now. Starts nothing. */
  list(): Promise<Server[]>;
  /**
   * Starts a server, or takes over the one that an earlier command started. Throws `server_not_found`,
   * `server_failed`, `server_version`, `server_unavailable`, `port_taken` or `disk_full`.
   */
  start(name: string, signal?: AbortSignal): Promise<RunningServer>;
  /**
   * The running server that is wished for: the shared one, or the one on the wished port; made where there is
   * none. `onProgress` tells how far the pull of an image is. Throws what `start` throws.
   */
  ensure(
    wish: ServerWish,
    signal?: AbortSignal,
    onProgress?: (progress: PullProgress) => void,
  ): Promise<RunningServer>;
  /** The server, if it answers now. Starts nothing. */
  running(name: string): Promise<RunningServer | null>;
  /** Stops a server; false where it did not run. Throws `server_not_found` or `server_failed`. */
  stop(name: string): Promise<boolean>;
  /** Stops a server and removes its cluster, its passwords and its record. One that is not there is fine. */
  remove(name: string): Promise<void>;
  /** Hands over the end of a server's log and, with `follow`, what comes until the signal aborts. */
  log(
    name: string,
    options: { follow: boolean; signal?: AbortSignal },
    onLine: (line: string) => void,
  ): Promise<void>;
}

/** Opens the servers of this home. Nothing is started by it. The environment says where an engine is. */
export function openServers(core: Core, environment: NodeJS.ProcessEnv = process.env): Servers {
  // One at a time for each server, over all processes: two `ensure` at once make one server.
  const alone = async <T>(
    name: string,
    what: string,
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
  ) => {
    const lock = await waitForLock(core.state, `server:${name}`, what, {
      timeoutMs: 900_000,
      ...(signal && { signal }),
    });
    try {
      return await work();
    } finally {
      lock.close();
    }
  };
  const inContainer = (name: string) => asDocker(findRecord(core.state, name));
  const running = (name: string, options: { ready?: boolean } = {}): Promise<RunningServer | null> => {
    const record = inContainer(name);
    return record === null
      ? runningEmbedded(core, name, options)
      : runningDocker(core, record, environment, options);
  };
  const startAlone = (name: string, signal?: AbortSignal): Promise<RunningServer> =>
    alone(name, `Starting the server ${name}`, signal, () =>
      inContainer(name) === null
        ? startEmbedded(core, name, signal)
        : startDocker(core, name, environment, { signal }),
    );
  return {
    list: () =>
      Promise.all(
        listRecords(core.state).map((record) => {
          const docker = asDocker(record);
          return docker === null ? describeServer(core, record) : describeDocker(core, docker, environment);
        }),
      ),
    start: async (name, signal) => (await running(name, { ready: true })) ?? (await startAlone(name, signal)),
    ensure: async (wish, signal, onProgress) => {
      if (wish.kind === 'docker') {
        const progress = { signal, onProgress };
        const plan = await planDocker(core, wish, environment, progress);
        return (
          (await running(plan.name, { ready: true })) ??
          (await alone(plan.name, `Making the server ${plan.name}`, signal, () =>
            makeDocker(core, plan, environment, progress),
          ))
        );
      }
      const name = await embeddedNameFor(core, wish);
      return (
        (await running(name, { ready: true })) ??
        (await alone(name, `Making the server ${name}`, signal, async () => {
          await ensureRecord(core, name, wish.port, signal);
          return await startEmbedded(core, name, signal);
        }))
      );
    },
    running: (name) => running(name),
    stop: (name) =>
      alone(name, `Stopping the server ${name}`, undefined, async () => {
        const record = inContainer(name);
        return record === null ? stopEmbedded(core, name) : stopDocker(core, record, environment);
      }),
    remove: (name) =>
      alone(name, `Removing the server ${name}`, undefined, async () => {
        const record = inContainer(name);
        if (record === null) await removeEmbedded(core, name);
        else await removeDocker(core, record, environment);
      }),
    log: async (name, options, onLine) => {
      if (findRecord(core.state, name) === null) throw notFound(core, name);
      const record = inContainer(name);
      if (record === null) return followLog(serverLogFile(core.paths, name), options, onLine);
      const engine = await engineOf(record, environment);
      await followContainerLog(engine, record.docker.container, options, onLine);
    },
  };
}

async function embeddedNameFor(core: Core, { kind, port, postgres, image }: ServerWish): Promise<string> {
  if (kind !== 'embedded') {
    throw new RockpoolError('not_available', `Servers of the kind ${kind} are not part of this version.`, {
      hint: 'Leave --server out, or say --server embedded or --server docker.',
      detail: { kind },
    });
  }
  if (image !== undefined) throw imageError(image);
  if (postgres !== undefined) await requireShipped(postgres);
  if (port === undefined) return sharedServer;
  const known = listRecords(core.state).find((record) => record.kind === kind && record.port === port);
  return known?.name ?? `${sharedServer}_${port}`;
}

function imageError(image: string): RockpoolError {
  return new RockpoolError('usage', `The embedded server has no image: ${image} is for a container.`, {
    hint: 'Say --server docker too.',
    detail: { image },
  });
}

async function requireShipped(postgres: number): Promise<void> {
  const major = await shippedMajor();
  if (major === postgres) return;
  throw new RockpoolError(
    'server_unavailable',
    `The embedded server is PostgreSQL ${major}, not ${postgres}.`,
    {
      hint: `A container can be any: --server docker --postgres ${postgres}.`,
      detail: { wanted: postgres, embedded: major },
    },
  );
}
