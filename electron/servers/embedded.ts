import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { RockpoolError } from '../contract/errors.ts';
import type { Address } from '../sql/connect.ts';
import type { Core } from '../state/core.ts';
import { freeBytes } from '../state/files.ts';
import { accountOf } from './account.ts';
import { clearTheWay } from './clear.ts';
import { clusterFiles, removeCluster, requireVersion } from './cluster.ts';
import { type Starting, startPostmaster, stopPostmaster } from './control.ts';
import { adminRole } from './initdb.ts';
import { capLog, serverLogFile } from './logs.ts';
import { adoptCluster, goneError, portsOf, requireRecord, sharedServer } from './make.ts';
import { preparePrograms, removePrograms } from './place.ts';
import { isPortFree, pickPort } from './ports.ts';
import { findPostmaster } from './postmaster.ts';
import { preparation, sharedReader } from './prepare.ts';
import { prepareStarted } from './reader.ts';
import { type Answer, askServer, waitUntilReady } from './ready.ts';
import { findRecord, listInstallsOn, listRecords, removeRecord, writeRecord } from './registry.ts';
import type { RunningServer, ServerRecord } from './server.ts';

/** The server if it answers now, null otherwise. `ready` wants it prepared as this Rockpool prepares servers. */
export async function runningEmbedded(
  core: Core,
  name: string,
  { ready = false }: { ready?: boolean } = {},
): Promise<RunningServer | null> {
  const record = findRecord(core.state, name);
  if (record === null) return null;
  const password = core.secrets.get(`${name}/${adminRole}`);
  if (password === null) return null;
  try {
    if (findPostmaster(clusterFiles(record.folder).data).state !== 'running') return null;
    const answer = await askServer(adminAddress(record.port, password), 5000);
    capLog(serverLogFile(core.paths, name));
    if (answer.prepared === 0 || (ready && answer.prepared !== preparation)) return null;
    return runningServer(record, answer, password);
  } catch {
    // Whatever keeps it from answering, it does not answer; `start` says why.
    return null;
  }
}

/** Starts a server that has a record, or takes over the running one. The caller holds the server's lock. */
export async function startEmbedded(core: Core, name: string, signal?: AbortSignal): Promise<RunningServer> {
  const running = await runningEmbedded(core, name, { ready: true });
  if (running !== null) return running;
  let record = await requireRecord(core, name);
  const { data, marker } = clusterFiles(record.folder);
  if (!existsSync(marker)) throw goneError(record);
  const account = accountOf(data);
  const programs = await preparePrograms(core, account);
  await requireVersion(record.folder, programs);
  const password = core.secrets.get(`${name}/${adminRole}`);
  if (password === null) throw passwordError(record);
  let starting: Starting | null = null;
  if (await clearTheWay(data, core.log, { signal })) {
    record = takePort(core, record);
  } else {
    record = await freePort(core, record);
    const logFile = serverLogFile(core.paths, name);
    starting = await startPostmaster({ ...record, account, programs, logFile });
  }
  const admin = adminAddress(record.port, password);
  const answer = await waitUntilReady(admin, starting, { signal });
  const { prepared } = answer;
  await prepareStarted(core, name, admin, { isStarted: starting !== null, prepared }, signal);
  if (answer.version !== record.version) writeRecord(core.state, { ...record, version: answer.version });
  core.log.write('info', starting === null ? 'Took over a running server' : 'Started a server', {
    server: name,
    port: record.port,
    version: answer.version,
  });
  return runningServer(record, answer, password);
}

// A record that was lost and made anew may name another port than the one on which the server listens.
function takePort(core: Core, record: ServerRecord): ServerRecord {
  const found = findPostmaster(clusterFiles(record.folder).data);
  if (found.state !== 'running' || found.port === 0 || found.port === record.port) return record;
  const corrected = { ...record, port: found.port };
  writeRecord(core.state, corrected);
  return corrected;
}

// The port of the shared server may change as long as nobody has been given a URL with it.
async function freePort(core: Core, record: ServerRecord): Promise<ServerRecord> {
  if (record.name !== sharedServer || listInstallsOn(core.state, record.name).length > 0) return record;
  if (await isPortFree(record.port)) return record;
  const moved = { ...record, port: await pickPort(core.paths.homeId, portsOf(core)) };
  writeRecord(core.state, moved);
  return moved;
}

/** Stops a server; false where it did not run. The caller holds the server's lock. */
export async function stopEmbedded(core: Core, name: string): Promise<boolean> {
  const record = await requireRecord(core, name);
  const stopped = await stopPostmaster(clusterFiles(record.folder).data);
  if (stopped) core.log.write('info', 'Stopped a server', { server: name });
  return stopped;
}

/** Removes a server with all that belongs to it. The caller holds the server's lock. */
export async function removeEmbedded(core: Core, name: string): Promise<void> {
  const record = findRecord(core.state, name) ?? (await adoptCluster(core, name, undefined));
  if (record === null) return;
  await stopPostmaster(clusterFiles(record.folder).data);
  await removeCluster(record.folder);
  for (const role of [adminRole, sharedReader]) await core.secrets.remove(`${name}/${role}`);
  const log = serverLogFile(core.paths, name);
  for (const file of [log, log.replace(/\.log$/, '.1.log')]) await rm(file, { force: true });
  removeRecord(core.state, name);
  if (listRecords(core.state).length === 0) await removePrograms(core);
  core.log.write('info', 'Removed a server', { server: name, folder: record.folder });
}

function adminAddress(port: number, password: string): Address {
  return { host: '127.0.0.1', port, user: adminRole, password, database: 'postgres' };
}

function runningServer(record: ServerRecord, answer: Answer, password: string): RunningServer {
  const { name, kind, port, folder } = record;
  const admin = adminAddress(port, password);
  return {
    name,
    kind,
    host: admin.host,
    port,
    version: answer.version,
    major: answer.major,
    place: folder,
    freeBytes: () => freeBytes(folder),
    admin,
    address: (user, userPassword, database) => ({
      host: admin.host,
      port,
      user,
      password: userPassword,
      database,
    }),
  };
}

function passwordError(record: ServerRecord): RockpoolError {
  return new RockpoolError('server_failed', `The password of the server ${record.name} is lost.`, {
    hint: 'Put the folder of secrets back; or remove the installs on it with rockpool remove NAME and install them again.',
    detail: { server: record.name, folder: record.folder },
  });
}
