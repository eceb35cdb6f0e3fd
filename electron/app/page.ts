import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { getRemoteJob, isRemoteId, listRemoteJobs } from '../agent/remote-jobs.ts';
import { listArchives } from '../archives/archive.ts';
import { sumArchives } from '../archives/entries.ts';
import type { Card, Changes } from '../contract/card.ts';
import type { Edited } from '../contract/install.ts';
import type { Job, JobLogLine } from '../contract/job.ts';
import type { Settings } from '../contract/settings.ts';
import { editsOf } from '../installs/edits.ts';
import { findWanted } from '../installs/find.ts';
import { findNewerOf } from '../installs/newer.ts';
import type { Parts } from '../installs/parts.ts';
import { findInstall, getInstall } from '../installs/records.ts';
import { getJob, getJobLog, hasEnded, type JobFilter, listJobs } from '../jobs/history.ts';
import type { StateDb } from '../state/database.ts';
import { freeBytes } from '../state/files.ts';
import { readSetting, readSettings, writeSetting } from '../state/settings.ts';
import { listCards } from './cards.ts';
import { gatherLines } from './lines.ts';
import { watchChanges } from './watch.ts';

/** What an install dialog begins with. */
export interface Proposal {
  readonly name: string;
  readonly freeBytes: number;
  /** What stays free whatever is installed. */
  readonly keepFreeBytes: number;
}

/** What the data folder takes, and what its disk has left. */
export interface DiskUse {
  readonly home: string;
  readonly cacheBytes: number;
  readonly serversBytes: number;
  readonly freeBytes: number;
}

/** Which jobs a page wants, beside what history filters by. */
export interface JobWish extends JobFilter {
  /** Those of agents, or ours alone; both where it is null. */
  readonly remote?: boolean | null | undefined;
  readonly workflow?: string | null | undefined;
}

/** What only a page asks: everything at a glance, what changes, and what to propose. */
export interface PageApp {
  listCards(): Promise<Card[]>;
  watchChanges(signal: AbortSignal): AsyncGenerator<Changes>;
  proposeInstall(dataset: string): Promise<Proposal>;
  listEdits(name: string): Promise<Edited[]>;
  /** The revision that an update would bring, null where there is none. */
  findNewerOf(names: readonly string[], signal?: AbortSignal): Promise<Record<string, string | null>>;
  /** Ours and those of agents, newest first. */
  findJobs(filter: JobWish): Job[];
  watchJob(id: string, signal: AbortSignal): AsyncGenerator<{ job: Job; lines: JobLogLine[] }>;
  watchServerLog(name: string, signal: AbortSignal): AsyncGenerator<{ lines: string[] }>;
  getSettings(): Settings;
  setSettings(change: { [Key in keyof Settings]?: Settings[Key] | undefined }): Settings;
  measureDisk(): Promise<DiskUse>;
}

export function openPage(parts: Parts): PageApp {
  const { core, servers } = parts;
  return {
    listCards: async () => listCards(parts, await servers.list()),
    watchChanges: (signal) => watchChanges(parts, signal),
    proposeInstall: async (dataset) => {
      const { proposedName } = findWanted(core, dataset);
      return {
        name: freeName(proposedName, (name) => findInstall(core.state, name) === null),
        freeBytes: await freeBytes(core.paths.home),
        keepFreeBytes: readSetting(core.state, 'keepFreeBytes'),
      };
    },
    listEdits: async (name) => {
      const { server } = getInstall(core.state, name);
      const running = await servers.running(server);
      return running === null ? [] : editsOf(parts, running, name);
    },
    findNewerOf: (names, signal) => findNewerOf(core, names, signal),
    findJobs: (wish) => findJobs(core.state, wish),
    watchJob: (id, signal) => watchJob(parts, id, signal),
    watchServerLog: (name, signal) =>
      gatherLines(signal, (onLine, until) => servers.log(name, { follow: true, signal: until }, onLine)),
    getSettings: () => readSettings(core.state),
    setSettings: (change) => {
      core.state.transaction(() => {
        for (const key of Object.keys(change) as (keyof Settings)[]) {
          const value = change[key];
          if (value !== undefined) writeSetting(core.state, key, value);
        }
      });
      return readSettings(core.state);
    },
    measureDisk: async () => ({
      home: core.paths.home,
      cacheBytes: sumArchives(listArchives(core)),
      serversBytes: await sizeOf(core.paths.servers),
      freeBytes: await freeBytes(core.paths.home),
    }),
  };
}

function findJobs(state: StateDb, { remote = null, workflow = null, ...filter }: JobWish): Job[] {
  const isOurs = remote !== true && workflow === null;
  // An install, or a kind of work of ours, is none of an agent's.
  const isTheirs = remote !== false && (filter.install ?? null) === null && isKindOfAgents(filter.kinds);
  const found = [
    ...(isOurs ? listJobs(state, filter) : []),
    ...(isTheirs ? listRemoteJobs(state, { ...filter, workflow }) : []),
  ];
  return found.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt)).slice(0, filter.limit ?? 50);
}

function isKindOfAgents(kinds: JobFilter['kinds']): boolean {
  return kinds == null || kinds.includes('workflow');
}

/** The job whenever it changed, with the lines its log got since; ends when the job has. */
async function* watchJob(
  { core }: Parts,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<{ job: Job; lines: JobLogLine[] }> {
  let seen = '';
  let version = '';
  let lastId = 0;
  while (!signal.aborted) {
    const now = core.state.version();
    if (now !== version) {
      version = now;
      const job = isRemoteId(id) ? getRemoteJob(core.state, id).job : getJob(core.state, id);
      const log = getJobLog(core.state, job.id, lastId);
      lastId = log.lastId;
      const text = JSON.stringify(job);
      if (text !== seen || log.lines.length > 0) yield { job, lines: log.lines };
      seen = text;
      if (hasEnded(job)) return;
    }
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

/** The name, or the first of `name_2`, `name_3` … that is not in use; none is longer than 31 characters. */
function freeName(name: string, isFree: (name: string) => boolean): string {
  for (let count = 1; ; count += 1) {
    const suffix = count === 1 ? '' : `_${count}`;
    const proposed = `${name.slice(0, 31 - suffix.length)}${suffix}`;
    if (isFree(proposed)) return proposed;
  }
}

/** Bytes of all files under a folder; what cannot be entered, such as a cluster of another user, counts nothing. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  let sum = 0;
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    sum += (await stat(join(entry.parentPath, entry.name)).catch(() => null))?.size ?? 0;
  }
  return sum;
}
