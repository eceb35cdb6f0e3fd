import { type Archive, findArchive } from '../archives/archive.ts';
import { openContents } from '../archives/layout.ts';
import { pullPublication } from '../archives/pull.ts';
import type { Edited, UpdateResult } from '../contract/install.ts';
import { type RunningJob, runJob } from '../jobs/run.ts';
import { reloadTables } from '../restore/reload.ts';
import type { RunningServer } from '../servers/server.ts';
import { connect, type Session } from '../sql/connect.ts';
import { copyDatabase, findDatabase } from '../sql/databases.ts';
import { readSetting } from '../state/settings.ts';
import { compareArchives } from './compare.ts';
import { startServer } from './connect.ts';
import { readEdits, sumOfEdits } from './edits.ts';
import { findNewer, type Newer } from './find.ts';
import { keepFormer } from './former.ts';
import { newId } from './live.ts';
import { lockInstall } from './lock.ts';
import type { Parts, Watch } from './parts.ts';
import { connections, makePristine, newPristine, recipeOf, reportOf, sealDatabase } from './pristine.ts';
import { findPristine, getInstall, getPristine, type InstallRecord, type PristineRecord } from './records.ts';
import { copyFrom } from './spare.ts';
import { switchLive } from './switch.ts';
import { installOf } from './view.ts';

/**
 * Brings an install to a newer revision, or to the one named. Where only rows changed just those tables are loaded,
 * on a copy of the old pristine; otherwise all is restored. The former live stays as a snapshot for a while.
 */
export async function updateInstall(
  parts: Parts,
  name: string,
  to: string | null,
  watch: Watch = {},
): Promise<UpdateResult> {
  const { core } = parts;
  getInstall(core.state, name);
  const lock = await lockInstall(core, name, `Updating ${name}`, 'wait', watch.signal);
  try {
    const install = getInstall(core.state, name);
    const newer = await findNewer(core, install, to ?? 'latest', watch.signal);
    if (newer === null) return nothingNewer(parts, install);
    const plan = {
      kind: 'update' as const,
      title: `Update ${name} to ${newer.revision}`,
      install: name,
      request: { name, to },
      steps: [
        { key: 'pull', title: 'Pull', weight: 2 },
        { key: 'restore', title: 'Restore', weight: 8 },
        { key: 'prepare', title: 'Copy', weight: 1 },
        { key: 'switch', title: 'Switch', weight: 0.5 },
      ],
    };
    const { job, result } = await runJob(core, plan, { cleaners: parts.cleaners, ...watch }, (running) =>
      pullAndSwitch(parts, running, install, newer),
    );
    const { reloaded, kept, former } = result;
    return {
      changed: true,
      install: await installOf(parts, result.install),
      report: { ...result.install.report, reloaded, kept },
      former,
      job: job.id,
    };
  } finally {
    lock.close();
  }
}

async function nothingNewer(parts: Parts, install: InstallRecord): Promise<UpdateResult> {
  const kept = install.report.tables.map(({ schema, name }) => `${schema}.${name}`);
  return {
    changed: false,
    install: await installOf(parts, install),
    report: { ...install.report, reloaded: [], kept },
    former: null,
    job: null,
  };
}

interface Updated {
  readonly install: InstallRecord;
  readonly reloaded: string[];
  readonly kept: string[];
  readonly former: UpdateResult['former'];
}

async function pullAndSwitch(
  parts: Parts,
  job: RunningJob,
  install: InstallRecord,
  newer: Newer,
): Promise<Updated> {
  const { core } = parts;
  const { state } = core;
  const startedAt = performance.now();
  const server = await startServer(parts, install.server, job.signal);
  const archive = await job.step('pull', (progress) =>
    pullPublication(core, newer.publication, {
      signal: job.signal,
      progress,
      keepFreeBytes: readSetting(state, 'keepFreeBytes'),
    }),
  );
  const pullMs = performance.now() - startedAt;
  await using admin = await connect(server.admin, { signal: job.signal });
  const next = await nextPristine(parts, job, { server, admin, install, archive });
  const publishAt = performance.now();
  const copy = await job.step('prepare', () => copyFrom(job, server, admin, next.pristine.database));
  const edited = await editsOf(parts, server, admin, install);
  if (edited.length > 0)
    job.log('warn', `Done since the last reset and not in the new live: ${sumOfEdits(edited)}`);
  const keep = keepFormer(state, install, 'before update');
  const { pristine } = next;
  const report = {
    ...pristine.report,
    ms: {
      ...pristine.report.ms,
      pull: Math.round(pullMs),
      publish: Math.round(performance.now() - publishAt),
      total: Math.round(performance.now() - startedAt),
    },
  };
  const { install: updated } = await switchLive(parts, job, server, admin, {
    install: {
      ...install,
      pristine: pristine.id,
      revision: archive.revision,
      report,
      sizeBytes: pristine.sizeBytes,
      spare: null,
      spareNote: null,
      resetAt: null,
    },
    copy: copy.made,
    pristine,
    isNewPristine: next.isNew,
    keep,
  });
  const { label, expiresAt } = keep.snapshot;
  return {
    install: updated,
    reloaded: next.reloaded,
    kept: next.kept,
    former: { label, edited, expiresAt: expiresAt ?? '' },
  };
}

async function editsOf(
  parts: Parts,
  server: RunningServer,
  admin: Session,
  install: InstallRecord,
): Promise<Edited[]> {
  if ((await findDatabase(admin, install.name)) === null) return [];
  const password = parts.core.secrets.get(`${server.name}/${install.name}`) ?? '';
  // What cannot be counted (a changed password, a live that is closed) must not stop the update.
  return readEdits(server, install.name, password).catch(() => []);
}

interface NextPristine {
  readonly pristine: PristineRecord;
  readonly isNew: boolean;
  readonly reloaded: string[];
  readonly kept: string[];
}

interface PristineChange {
  readonly server: RunningServer;
  readonly admin: Session;
  readonly install: InstallRecord;
  readonly archive: Archive;
}

async function nextPristine(parts: Parts, job: RunningJob, change: PristineChange): Promise<NextPristine> {
  const { core } = parts;
  const { server, install, archive } = change;
  const { options } = install;
  const names = (pristine: PristineRecord) =>
    pristine.report.tables.map(({ schema, name }) => `${schema}.${name}`);
  const shared = findPristine(core.state, server.name, archive.id, recipeOf(options));
  if (shared !== null) return { pristine: shared, isNew: false, reloaded: [], kept: names(shared) };
  const old = getPristine(core.state, install.pristine);
  const before = findArchive(core, old.archive);
  const changedFiles = before === null ? null : compareArchives(before, archive);
  const isThere = (await findDatabase(change.admin, old.database)) !== null;
  if (changedFiles !== null && isThere) return reloadCopy(parts, job, change, old, changedFiles);
  job.log('info', 'The schema changed: all is restored');
  const contents = await openContents(core, archive, { schema: options.schema, signal: job.signal });
  const { owner } = old;
  const pristine = await makePristine(parts, job, { server, contents, archive, options, owner });
  return { pristine, isNew: true, reloaded: names(pristine), kept: [] };
}

async function reloadCopy(
  parts: Parts,
  job: RunningJob,
  { server, admin, install, archive }: PristineChange,
  old: PristineRecord,
  changedFiles: readonly string[],
): Promise<NextPristine> {
  const { core } = parts;
  const database = `rp_pristine_${newId()}`;
  const startedAt = performance.now();
  const { owner } = old;
  const contents = await openContents(core, archive, { schema: install.options.schema, signal: job.signal });
  const reloaded = await job.step('restore', async (progress) => {
    job.willMake('database', { server: server.name, name: database });
    await copyDatabase(admin, old.database, database);
    return reloadTables(core, job, progress, {
      server,
      database,
      owner,
      contents,
      changedFiles,
      connections: connections(),
    });
  });
  const sizeBytes = await sealDatabase(admin, database);
  const fresh = new Map(reloaded.tables.map((table) => [`${table.schema}.${table.name}`, table]));
  const tables = old.report.tables.map((table) => fresh.get(`${table.schema}.${table.name}`) ?? table);
  const { skipped, warnings } = old.report;
  const report = reportOf(
    { tables, skipped, warnings: [...warnings, ...reloaded.warnings], orphans: reloaded.orphans },
    performance.now() - startedAt,
  );
  const pristine = newPristine(
    { id: newId(), server: server.name, database, owner, sizeBytes, report },
    archive,
    install.options,
  );
  return { pristine, isNew: true, reloaded: [...fresh.keys()], kept: reloaded.kept };
}
