import { type Archive, findArchive } from '../archives/archive.ts';
import { openContents } from '../archives/layout.ts';
import { queueJob, type RunningJob } from '../jobs/run.ts';
import { reloadTables } from '../restore/reload.ts';
import type { RunningServer } from '../servers/server.ts';
import type { Session } from '../sql/connect.ts';
import { copyDatabase, findDatabase, renameDatabase } from '../sql/databases.ts';
import type { Core } from '../state/core.ts';
import { compareArchives } from './compare.ts';
import { newId } from './live.ts';
import type { Parts } from './parts.ts';
import { connections, makePristine, newPristine, recipeOf, reportOf, sealDatabase } from './pristine.ts';
import {
  changeInstall,
  findPristine,
  getPristine,
  type InstallRecord,
  type PristineRecord,
} from './records.ts';
import { sparePlan } from './spare.ts';

/** The pristine of a newer revision. */
export interface NextPristine {
  readonly pristine: PristineRecord;
  readonly isNew: boolean;
  readonly reloaded: string[];
  readonly kept: string[];
}

export interface PristineChange {
  readonly server: RunningServer;
  readonly admin: Session;
  readonly install: InstallRecord;
  readonly archive: Archive;
  /** Makes sure that every file of the archive can be read. */
  readonly recheck: () => Promise<unknown>;
}

/**
 * Makes, or finds, the pristine of the archive that an install is to change to: shared where another install has it;
 * the old one with the changed tables loaded anew where only rows changed; else restored.
 */
export async function nextPristine(
  parts: Parts,
  job: RunningJob,
  change: PristineChange,
): Promise<NextPristine> {
  const { core } = parts;
  const { server, install, archive } = change;
  const { options } = install;
  const names = (pristine: PristineRecord) =>
    pristine.report.tables.map(({ schema, name }) => `${schema}.${name}`);
  const shared = findPristine(core.state, server.name, archive.id, recipeOf(options));
  if (shared !== null) return { pristine: shared, isNew: false, reloaded: [], kept: names(shared) };
  const old = getPristine(core.state, install.pristine);
  const before = findArchive(core, old.archive);
  const changedFiles = before === null ? null : await compareArchives(core, before, archive, job.signal);
  const isThere = (await findDatabase(change.admin, old.database)) !== null;
  // A person's own SQL has changed the old pristine in ways that cannot be told from what was published, and columns
  // that were inferred from the former rows may not hold the new ones.
  const isInferred = old.report.warnings.some(({ code }) => code === 'columns_inferred');
  const isPlain = options.after === null && !isInferred;
  if (changedFiles !== null && isThere && isPlain) return reloadCopy(parts, job, change, old, changedFiles);
  job.log('info', 'The schema changed: all is restored');
  await change.recheck();
  const contents = await openContents(core, archive, {
    schema: options.schema,
    database: options.database,
    signal: job.signal,
  });
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
  const contents = await openContents(core, archive, {
    schema: install.options.schema,
    database: install.options.database,
    signal: job.signal,
  });
  await using _contents = { [Symbol.asyncDispose]: async () => contents.close?.() };
  const reloaded = await job.step('restore', async (progress) => {
    await takeCopy(core, job, { server, admin, install }, old, database);
    return reloadTables(core, job, progress, {
      server,
      database,
      owner,
      contents,
      changedFiles,
      connections: connections(),
      ...(install.options.tables === null ? {} : { tables: install.options.tables }),
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
    { id: newId(), server: server.name, database, owner, sizeBytes, report, settings: old.settings },
    archive,
    install.options,
  );
  return { pristine, isNew: true, reloaded: [...fresh.keys()], kept: reloaded.kept };
}

/** Gives a copy of the old pristine a name: the spare is one already, so it is taken where it is there. */
async function takeCopy(
  core: Core,
  job: RunningJob,
  { server, admin, install }: Pick<PristineChange, 'server' | 'admin' | 'install'>,
  old: PristineRecord,
  database: string,
): Promise<void> {
  job.willMake('database', { server: server.name, name: database });
  const { spare } = install;
  const found = spare === null ? null : await findDatabase(admin, spare.database);
  if (spare === null || found?.oid !== spare.oid) {
    await copyDatabase(admin, old.database, database);
    return;
  }
  core.state.transaction(() => {
    job.willMake('database', { server: server.name, name: spare.database });
    changeInstall(core.state, install.name, { spare: null });
    // Should the update fail, there is a spare again all the same.
    queueJob(core.state, sparePlan(install.name, null));
  });
  await renameDatabase(admin, spare.database, database);
}
