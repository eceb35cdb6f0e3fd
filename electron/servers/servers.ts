import { RockpoolError } from '../contract/errors.ts';
import type { Server } from '../contract/server.ts';
import type { Core } from '../state/core.ts';
import { waitForLock } from '../state/locks.ts';
import { describeServer } from './describe.ts';
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
   * none. Throws what `start` throws.
   */
  ensure(wish: ServerWish, signal?: AbortSignal): Promise<RunningServer>;
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

/** Opens the servers of this home. Nothing is started by it. */
export function openServers(core: Core): Servers {
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
  const startAlone = (name: string, signal?: AbortSignal): Promise<RunningServer> =>
    alone(name, `Starting the server ${name}`, signal, () => startEmbedded(core, name, signal));
  return {
    list: () => Promise.all(listRecords(core.state).map((record) => describeServer(core, record))),
    start: async (name, signal) => {
      return (await runningEmbedded(core, name, { ready: true })) ?? (await startAlone(name, signal));
    },
    ensure: async (wish, signal) => {
      const name = nameFor(core, wish);
      const running = await runningEmbedded(core, name, { ready: true });
      if (running !== null) return running;
      return await alone(name, `Making the server ${name}`, signal, async () => {
        await ensureRecord(core, name, wish.port, signal);
        return await startEmbedded(core, name, signal);
      });
    },
    running: (name) => runningEmbedded(core, name),
    stop: (name) => alone(name, `Stopping the server ${name}`, undefined, () => stopEmbedded(core, name)),
    remove: (name) => alone(name, `Removing the server ${name}`, undefined, () => removeEmbedded(core, name)),
    log: async (name, options, onLine) => {
      if (findRecord(core.state, name) === null) throw notFound(core, name);
      await followLog(serverLogFile(core.paths, name), options, onLine);
    },
  };
}

function nameFor(core: Core, { kind, port }: ServerWish): string {
  if (kind !== 'embedded') {
    throw new RockpoolError('not_available', `Servers of the kind ${kind} are not part of this version.`, {
      hint: 'Leave --server out, or say --server embedded.',
      detail: { kind },
    });
  }
  if (port === undefined) return sharedServer;
  const known = listRecords(core.state).find((record) => record.kind === kind && record.port === port);
  return known?.name ?? `${sharedServer}_${port}`;
}
