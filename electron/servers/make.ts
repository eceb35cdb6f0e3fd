import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { RockpoolError } from '../contract/errors.ts';
import type { Core } from '../state/core.ts';
import { clusterFiles, createCluster, readMarker } from './cluster.ts';
import { stopPostmaster } from './control.ts';
import { adminRole } from './initdb.ts';
import { asideFolder, choosePlace, preparePrograms } from './place.ts';
import { isPortFree, pickPort, portTaken } from './ports.ts';
import { findRecord, listInstallsOn, listRecords, removeRecord, writeRecord } from './registry.ts';
import type { ServerRecord } from './server.ts';

/** The server that all installs share. */
export const sharedServer = 'embedded';

/** What state.db knows of a server; one whose record was lost is found again by its cluster. Throws `server_not_found`. */
export async function requireRecord(core: Core, name: string): Promise<ServerRecord> {
  const record = findRecord(core.state, name) ?? (await adoptCluster(core, name, undefined));
  if (record === null) throw notFound(core, name);
  return record;
}

/** The error `server_not_found`, naming the servers that there are. */
export function notFound(core: Core, name: string): RockpoolError {
  const known = listRecords(core.state).map((each) => each.name);
  return new RockpoolError('server_not_found', `There is no server called ${name}.`, {
    hint:
      known.length === 0
        ? 'The first install or rockpool demo makes one.'
        : `There is ${known.join(', ')}: see rockpool server list.`,
    detail: { server: name },
  });
}

/**
 * Makes sure that there is a cluster and a record of it; whatever a killed process left between the two is put
 * right. The caller holds the server's lock.
 */
export async function ensureRecord(
  core: Core,
  name: string,
  port: number | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  const known = findRecord(core.state, name);
  if (known !== null) {
    if (existsSync(clusterFiles(known.folder).marker)) return;
    if (listInstallsOn(core.state, name).length > 0) throw goneError(known);
    removeRecord(core.state, name);
  }
  if ((await adoptCluster(core, name, port)) !== null) return;
  for (const folder of foldersFor(core, name)) await setAsideLost(core, folder);
  if (port !== undefined && !(await isPortFree(port))) {
    throw portTaken(port, 'Choose another with --port N, or leave it out to use the shared server.');
  }
  const { base, account } = await choosePlace(core);
  const folder = join(base, name);
  if (existsSync(folder)) throw foreignError(folder);
  const programs = await preparePrograms(core, account);
  const password = await core.secrets.ensure(`${name}/${adminRole}`);
  await createCluster(folder, { programs, account, password, signal });
  await adoptCluster(core, name, port);
}

/**
 * Makes the record of a cluster that has none: a whole one needs just that. One without its password is of no use,
 * as it belongs to a home that was deleted. Null where there is none.
 */
export async function adoptCluster(
  core: Core,
  name: string,
  port: number | undefined,
): Promise<ServerRecord | null> {
  if (!/^embedded(_\d{1,5})?$/.test(name) || core.secrets.get(`${name}/${adminRole}`) === null) return null;
  for (const folder of foldersFor(core, name)) {
    const marker = await readMarker(folder);
    if (marker === null) continue;
    const own = Number(/_(\d+)$/.exec(name)?.[1] ?? 0);
    const record: ServerRecord = {
      name,
      kind: 'embedded',
      port: port ?? (own || (await pickPort(core.paths.homeId, portsOf(core)))),
      version: marker.version,
      folder,
      docker: null,
      createdAt: marker.madeAt,
    };
    writeRecord(core.state, record);
    return record;
  }
  return null;
}

function foldersFor(core: Core, name: string): string[] {
  return [join(core.paths.servers, name), join(asideFolder(core), name)];
}

// Nothing is deleted: whoever lost the passwords may still have them somewhere.
async function setAsideLost(core: Core, folder: string): Promise<void> {
  if ((await readMarker(folder)) === null) return;
  await stopPostmaster(clusterFiles(folder).data);
  const kept = `${folder}.lost-${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}`;
  await rename(folder, kept);
  core.log.write('warn', 'A cluster without its passwords was moved aside', { folder, kept });
}

/** The ports of all known servers, running or not. */
export function portsOf(core: Core): Set<number> {
  return new Set(listRecords(core.state).map((record) => record.port));
}

/** The error `server_failed` for a record whose cluster is not there. */
export function goneError(record: ServerRecord): RockpoolError {
  return new RockpoolError(
    'server_failed',
    `The cluster of the server ${record.name} is gone from ${record.folder}.`,
    {
      hint: 'Put the folder back; or remove the installs on it with rockpool remove NAME and install them again.',
      detail: { server: record.name, folder: record.folder },
    },
  );
}

function foreignError(folder: string): RockpoolError {
  return new RockpoolError(
    'server_failed',
    `${folder} is in the way: it holds no whole cluster of Rockpool's.`,
    {
      hint: 'Move it away and try again.',
      detail: { folder },
    },
  );
}
