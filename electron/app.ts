import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getRemoteJob, isRemoteId, notCancellable } from './agent/remote-jobs.ts';
import { type AgentApp, openAgents } from './app/agent.ts';
import { type BrowseApp, openBrowse } from './app/browse.ts';
import { type DemoApp, openDemo } from './app/demo.ts';
import { type ImpersonationApp, openImpersonation } from './app/impersonation.ts';
import { type LookApp, openLook } from './app/look.ts';
import { openPage, type PageApp } from './app/page.ts';
import { openProjects, type ProjectApp } from './app/project.ts';
import { openQuestions, type QuestionsApp } from './app/questions.ts';
import { openRemovals, type RemovalApp } from './app/removals.ts';
import { openSchedule, type ScheduleApp } from './app/schedule.ts';
import { openServing, type ServingApp } from './app/serving.ts';
import { openUploads, type UploadsApp } from './app/uploads.ts';
import { listCache } from './archives/entries.ts';
import { pruneCache } from './archives/prune.ts';
import type { CacheEntry, Pruned, PruneWish } from './contract/cache.ts';
import type { DressWish } from './contract/demo.ts';
import type { ErrorReport } from './contract/errors.ts';
import type {
  Install,
  InstallDetails,
  InstallRequest,
  InstallResult,
  MoveResult,
  ResetResult,
  Snapshot,
  SnapshotSaved,
  UpdateResult,
  UpdateWish,
  UrlFormat,
} from './contract/install.ts';
import type { Job, JobLogLine } from './contract/job.ts';
import type { Keyring } from './contract/keyring.ts';
import type { Server } from './contract/server.ts';
import type { Dataset, S3Wish, Source, SourceCheck } from './contract/source.ts';
import { impersonationOf } from './impersonation/records.ts';
import { bringBack } from './installs/bring-back.ts';
import { makeCleaners } from './installs/cleaners.ts';
import { startServer } from './installs/connect.ts';
import { queueExpired } from './installs/expire.ts';
import { installDataset } from './installs/install.ts';
import { moveInstall } from './installs/move.ts';
import type { Parts, Watch } from './installs/parts.ts';
import { openPsql, type RunPsql } from './installs/psql.ts';
import { findInstall, getInstall, hasExpiredRemovals, listInstalls } from './installs/records.ts';
import { finishExpiredRemovals } from './installs/remove.ts';
import { sampleRequest, wishOf } from './installs/request.ts';
import { resetInstall } from './installs/reset.ts';
import { listSnapshotsOf, restoreSnapshot, saveSnapshot } from './installs/snapshots.ts';
import { runSpareJob } from './installs/spare.ts';
import { stopServer } from './installs/stop.ts';
import { nameOwnSessions, tidyUp } from './installs/tidy.ts';
import { updateInstall } from './installs/update.ts';
import { formatUrl } from './installs/urls.ts';
import { installOf, installsOf } from './installs/view.ts';
import { writeDiagnosticsFile } from './jobs/diagnostics.ts';
import { cancelJob, followJob, getJob, getJobLog, listJobs, stopJob } from './jobs/history.ts';
import { hasQueued, takeQueued } from './jobs/queue.ts';
import { reportOf } from './jobs/report.ts';
import { findBinaries, readVersion } from './servers/binaries.ts';
import { insideOf } from './servers/docker/inside.ts';
import type { ServerWish } from './servers/server.ts';
import { openServers } from './servers/servers.ts';
import { checkSource, listDatasets } from './sources/catalogue.ts';
import { addSource, listSources, removeSource } from './sources/registry.ts';
import { type AskMfaCode, provideMfaCodes } from './sources/s3-mfa.ts';
import { openCore } from './state/core.ts';
import type { Paths } from './state/paths.ts';

/** All of Rockpool, built and wired: what every shell starts with and closes in the end. */
export interface App
  extends AsyncDisposable,
    PageApp,
    ServingApp,
    DemoApp,
    BrowseApp,
    ScheduleApp,
    ProjectApp,
    ImpersonationApp,
    LookApp,
    QuestionsApp,
    RemovalApp,
    UploadsApp,
    AgentApp {
  readonly paths: Paths;
  installDemo(watch: Watch): Promise<InstallResult>;
  install(request: InstallRequest, watch: Watch): Promise<InstallResult>;
  listInstalls(): Promise<Install[]>;
  showInstall(name: string): Promise<InstallDetails>;
  urlOf(name: string, format: UrlFormat): Promise<string>;
  withPsql(name: string, run: RunPsql): Promise<{ exitCode: number }>;
  resetInstall(name: string, watch: Watch, wish?: DressWish): Promise<ResetResult>;
  /** `to` null is the newest revision. */
  updateInstall(
    name: string,
    to: string | null,
    watch: Watch,
    wish?: DressWish & UpdateWish,
  ): Promise<UpdateResult>;
  moveInstall(name: string, wish: ServerWish, watch: Watch): Promise<MoveResult>;
  saveSnapshot(name: string, label: string, watch: Watch): Promise<SnapshotSaved>;
  listSnapshots(name: string): Snapshot[];
  restoreSnapshot(name: string, label: string, watch: Watch): Promise<ResetResult>;
  addSource(name: string, url: string, options?: S3Wish): Promise<Source>;
  listSources(): Source[];
  checkSource(name: string, signal: AbortSignal): Promise<SourceCheck>;
  removeSource(name: string): Source;
  listDatasets(source: string | null, signal: AbortSignal): Promise<Dataset[]>;
  listJobs(limit: number): Job[];
  showJob(id: string): { job: Job; log: JobLogLine[] };
  followJob(id: string, onChange: (job: Job) => void, signal: AbortSignal): Promise<Job>;
  cancelJob(id: string, signal: AbortSignal): Promise<Job>;
  listServers(): Promise<Server[]>;
  startServers(name: string | null, signal: AbortSignal): Promise<Server[]>;
  stopServers(name: string | null, signal: AbortSignal): Promise<Server[]>;
  serverLog(
    name: string,
    options: { follow: boolean; signal: AbortSignal },
    onLine: (line: string) => void,
  ): Promise<void>;
  listCache(): CacheEntry[];
  pruneCache(wish: PruneWish): Promise<Pruned>;
  writeDiagnostics(file: string | null): Promise<{ file: string }>;
  versions(): Promise<{ rockpool: string; node: string; postgres: string | null }>;
  /** True while work waits for the background. */
  hasQueuedWork(): boolean;
  /** Does the queued work, one job after the other, and returns when none waits. */
  work(signal: AbortSignal): Promise<void>;
  /** Any thrown thing as what a shell may show. */
  reportOf(error: unknown): ErrorReport;
}

/**
 * Opens the data folder, tends to what a killed process left, and wires the rooms. A shell gives what only it can do: ask
 * the person who is there, null where nobody is, and the system's keyring.
 */
export async function openApp(
  environment: NodeJS.ProcessEnv = process.env,
  askMfaCode: AskMfaCode | null = null,
  keyring: Keyring | null = null,
): Promise<App> {
  provideMfaCodes(askMfaCode);
  const core = openCore(environment, keyring);
  const servers = openServers(core, environment);
  const parts: Parts = { core, servers, cleaners: makeCleaners(core, servers) };
  nameOwnSessions();
  await tidyUp(parts);
  queueExpired(parts);

  const install = async (request: InstallRequest, watch: Watch): Promise<InstallResult> =>
    installDataset(parts, await wishOf(core, request), watch);

  const browse = openBrowse(parts);
  const agents = openAgents(parts);

  return {
    paths: core.paths,
    ...browse,
    ...openPage(parts),
    ...openLook(parts),
    ...openQuestions(),
    ...openRemovals(parts),
    ...openUploads(parts),
    ...agents,
    ...openServing(parts),
    ...openDemo(parts),
    ...openImpersonation(parts),
    ...openSchedule(parts),
    ...openProjects(parts),
    install,
    installDemo: async (watch) => {
      const present = findInstall(core.state, 'demo');
      if (present === null) return install(sampleRequest, watch);
      await startServer(parts, present.server, watch.signal);
      return {
        install: await installOf(parts, present),
        report: present.report,
        job: lastJob(parts, 'demo'),
      };
    },
    listInstalls: () => installsOf(parts, listInstalls(core.state)),
    showInstall: async (name) => {
      const record = getInstall(core.state, name);
      const shown = await installOf(parts, record);
      return {
        install: shown,
        profile: record.profile,
        impersonation: impersonationOf(core, name),
        snapshots: listSnapshotsOf(parts, name),
        spare: { ready: record.spare !== null, note: record.spareNote },
        resetAt: record.resetAt,
        report: record.report,
      };
    },
    urlOf: async (name, format) => {
      const install = await installOf(parts, getInstall(core.state, name));
      return formatUrl(install, format, insideOf(core, install.server));
    },
    withPsql: (name, run) => openPsql(parts, name, run),
    resetInstall: (name, watch, wish) => resetInstall(parts, name, watch, wish),
    updateInstall: (name, to, watch, wish) => updateInstall(parts, name, to, watch, wish),
    moveInstall: (name, wish, watch) => moveInstall(parts, name, wish, watch),
    saveSnapshot: (name, label, watch) => saveSnapshot(parts, name, label, watch),
    listSnapshots: (name) => listSnapshotsOf(parts, name),
    restoreSnapshot: (name, label, watch) => restoreSnapshot(parts, name, label, watch),
    addSource: async (name, url, options) => addSource(core, name, url, options),
    listSources: () => listSources(core),
    checkSource: (name, signal) => checkSource(core, name, signal),
    removeSource: (name) => removeSource(core, name),
    listDatasets: (source, signal) => listDatasets(core, source, signal),
    listJobs: (limit) => listJobs(core.state, { limit }),
    showJob: (id) => {
      if (isRemoteId(id)) return { job: getRemoteJob(core.state, id).job, log: [] };
      const job = getJob(core.state, id);
      return { job, log: getJobLog(core.state, job.id).lines };
    },
    followJob: (id, onChange, signal) =>
      isRemoteId(id)
        ? agents.followRemoteJob(id, onChange, signal)
        : followJob(core.state, id, onChange, signal),
    cancelJob: async (id, signal) => {
      if (isRemoteId(id)) throw notCancellable(getRemoteJob(core.state, id).job);
      const job = cancelJob(core.state, id);
      await stopJob(core.state, job.id, signal);
      return getJob(core.state, job.id);
    },
    listServers: () => servers.list(),
    startServers: async (name, signal) => {
      const names = name === null ? (await servers.list()).map((each) => each.name) : [name];
      // One that cannot start, for its engine sleeps, keeps no other from starting.
      const failures: unknown[] = [];
      for (const each of names) {
        await bringBack(parts, each, { signal }).catch((error: unknown) => failures.push(error));
      }
      if (failures.length > 0) throw failures[0];
      return named(await servers.list(), names);
    },
    stopServers: async (name, signal) => {
      const names = name === null ? (await servers.list()).map((each) => each.name) : [name];
      for (const each of names) await stopServer(parts, each, signal);
      return named(await servers.list(), names);
    },
    serverLog: (name, options, onLine) => servers.log(name, options, onLine),
    listCache: () => listCache(core),
    pruneCache: (wish) => pruneCache(core, wish),
    writeDiagnostics: async (file) => {
      const target = resolve(file ?? `rockpool-diagnostics-${new Date().toISOString().slice(0, 10)}.zip`);
      await writeDiagnosticsFile(core, target, { ...(await versions()), servers: await servers.list() });
      return { file: target };
    },
    versions,
    hasQueuedWork: () => hasQueued(core.state) || hasExpiredRemovals(core.state),
    work: (signal) => work(parts, signal),
    reportOf: (error) => reportOf(error, core.log.file),
    [Symbol.asyncDispose]: async () => {
      await browse.closeBrowse();
      core.state.close();
    },
  };
}

async function work(parts: Parts, signal: AbortSignal): Promise<void> {
  await finishExpiredRemovals(parts, signal);
  for (;;) {
    const job = takeQueued(parts.core.state);
    if (job === null || signal.aborted) return;
    // What one job throws is in its record; the next install's spare is not its fault.
    await runSpareJob(parts, job, signal).catch(() => {});
  }
}

function lastJob(parts: Parts, install: string): string {
  return listJobs(parts.core.state, { limit: 1, install })[0]?.id ?? '';
}

function named(servers: readonly Server[], names: readonly string[]): Server[] {
  return servers.filter((server) => names.includes(server.name));
}

async function versions(): Promise<{ rockpool: string; node: string; postgres: string | null }> {
  const file = fileURLToPath(new URL('../package.json', import.meta.url));
  const { version } = JSON.parse(await readFile(file, 'utf8')) as { version: string };
  return { rockpool: version, node: process.versions.node, postgres: await shippedPostgres() };
}

async function shippedPostgres(): Promise<string | null> {
  try {
    return (await readVersion(findBinaries(), null)).text;
  } catch {
    return null;
  }
}
