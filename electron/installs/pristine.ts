import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Archive } from '../archives/archive.ts';
import type { ArchiveContents } from '../archives/contents.ts';
import type { InstallReport, Warning } from '../contract/report.ts';
import type { RunningJob } from '../jobs/run.ts';
import { type AfterRequest, runAfter } from '../restore/after.ts';
import { restoreArchive } from '../restore/restore.ts';
import type { RunningServer } from '../servers/server.ts';
import { connect, type Session } from '../sql/connect.ts';
import { findDatabase } from '../sql/databases.ts';
import { emptyDatabase } from '../sql/endings.ts';
import { createOwner } from '../sql/roles.ts';
import type { Core } from '../state/core.ts';
import { newId } from './live.ts';
import type { Parts } from './parts.ts';
import type { InstallOptions, PristineRecord } from './records.ts';

/** What decides over a pristine beside its archive, as a short text: equal texts make equal pristines. */
export function recipeOf({ schema, after, tables, database, createdb }: InstallOptions): string {
  const isPlain = schema === null && after === null && tables === null && database === null;
  // Earlier versions ran a dump's own statements before its rows: what they have restored is shared with nobody.
  if (isPlain && !createdb) return 'as published, in order';
  // An owner that may make databases is not shared with installs whose users may not.
  const more = {
    inOrder: true,
    ...(database === null ? {} : { database }),
    ...(createdb ? { createdb } : {}),
  };
  const recipe = JSON.stringify({ schema, after: after?.sql ?? null, tables, ...more });
  return createHash('sha256').update(recipe).digest('hex').slice(0, 16);
}

export interface PristineWish {
  readonly server: RunningServer;
  readonly contents: ArchiveContents;
  /** The archive that the contents are of, once all of it has come: nothing is sealed before. */
  readonly archive: Archive | Promise<Archive>;
  readonly options: InstallOptions;
  /** The id of a broken pristine whose place it takes. */
  readonly id?: string;
  /** A role that is there already, when the pristine follows or replaces an earlier one. */
  readonly owner?: string;
}

/**
 * Restores an archive into a database that nobody sees and seals it. Database and role are leftovers of the job
 * until a publication settles them. The report's other times are filled in by the caller.
 */
export async function makePristine(
  parts: Parts,
  job: RunningJob,
  wish: PristineWish,
): Promise<PristineRecord> {
  const { core } = parts;
  const { server, contents, options } = wish;
  const id = wish.id ?? newId();
  const database = `rp_pristine_${newId()}`;
  const owner = wish.owner ?? `rp_own_${id}`;
  await using _contents = { [Symbol.asyncDispose]: async () => contents.close?.() };
  await using admin = await connect(server.admin, { signal: job.signal });
  if (wish.owner === undefined) {
    job.willMake('role', { server: server.name, name: owner });
    await createOwner(admin, owner);
  }
  const startedAt = performance.now();
  const tables = options.tables === null ? {} : { tables: options.tables };
  const restored = await job.step('restore', (progress) =>
    restoreArchive(core, job, progress, {
      server,
      database,
      owner,
      contents,
      connections: connections(),
      ...tables,
    }),
  );
  const { after } = options;
  if (after !== null)
    restored.warnings.push(await runScript(core, job, { server, database, owner, ...after }));
  const archive = await wish.archive;
  const sizeBytes = await sealDatabase(admin, database);
  const report = reportOf(restored, performance.now() - startedAt);
  const settings = restored.settings.map(({ name, value }) => ({
    name,
    value: typeof value === 'string' ? value : [...value],
  }));
  return newPristine(
    { id, server: server.name, database, owner, sizeBytes, report, settings },
    archive,
    options,
  );
}

async function runScript(core: Core, job: RunningJob, request: AfterRequest): Promise<Warning> {
  const { statements } = await job.step('after', () => runAfter(core, job, request));
  const ran = `${statements} ${statements === 1 ? 'statement' : 'statements'} of ${request.file} ran after the load`;
  return { code: 'after_ran', message: `${ran}: numbers of rows are those of the load.` };
}

/** The record of a pristine that has just been sealed. */
export function newPristine(
  sealed: Pick<PristineRecord, 'id' | 'server' | 'database' | 'owner' | 'sizeBytes' | 'report' | 'settings'>,
  archive: Archive,
  options: InstallOptions,
): PristineRecord {
  return { ...sealed, archive: archive.id, recipe: recipeOf(options), createdAt: new Date().toISOString() };
}

/** Closes a finished database for good and returns its size in bytes. */
export async function sealDatabase(admin: Session, database: string): Promise<number> {
  await emptyDatabase(admin, database);
  return (await findDatabase(admin, database))?.sizeBytes ?? 0;
}

/** What a restore tells, as the report of an install whose other times are not known yet. */
export function reportOf(
  restored: Pick<InstallReport, 'tables' | 'skipped' | 'warnings' | 'orphans'>,
  restoreMs: number,
): InstallReport {
  const { tables, skipped, warnings, orphans } = restored;
  const ms = { pull: 0, restore: Math.round(restoreMs), check: 0, publish: 0, total: 0 };
  return { tables, skipped, warnings, orphans, check: null, ms };
}

/** How many sessions load at once: loading is bound by the server's processors, more only take memory. */
export function connections(): number {
  return Math.max(2, Math.min(8, availableParallelism()));
}
