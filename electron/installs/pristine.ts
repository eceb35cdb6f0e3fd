import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Archive } from '../archives/archive.ts';
import { openContents } from '../archives/layout.ts';
import type { InstallReport } from '../contract/report.ts';
import type { RunningJob } from '../jobs/run.ts';
import { restoreArchive } from '../restore/restore.ts';
import type { RunningServer } from '../servers/server.ts';
import { connect } from '../sql/connect.ts';
import { closeDatabase, endSessions, findDatabase } from '../sql/databases.ts';
import { createOwner } from '../sql/roles.ts';
import { newId } from './live.ts';
import type { Parts } from './parts.ts';
import type { InstallOptions, PristineRecord } from './records.ts';

/** What decides over a pristine beside its archive, as a short text: equal texts make equal pristines. */
export function recipeOf(options: InstallOptions): string {
  const { schema } = options;
  return schema === null
    ? 'as published'
    : `schema ${createHash('sha256').update(schema).digest('hex').slice(0, 12)}`;
}

export interface PristineWish {
  readonly server: RunningServer;
  readonly archive: Archive;
  readonly options: InstallOptions;
  /** The broken pristine whose place it takes: its id and its owner stay. */
  readonly replaces?: PristineRecord;
}

/**
 * Restores an archive into a database that nobody sees and seals it. Database and role are leftovers of the job
 * until a publication settles them. The report's times are filled in by the caller.
 */
export async function makePristine(
  parts: Parts,
  job: RunningJob,
  wish: PristineWish,
): Promise<PristineRecord> {
  const { core } = parts;
  const { server, archive } = wish;
  const id = wish.replaces?.id ?? newId();
  const database = `rp_pristine_${newId()}`;
  const owner = wish.replaces?.owner ?? `rp_own_${id}`;
  await using admin = await connect(server.admin, { signal: job.signal });
  if (wish.replaces === undefined) {
    job.willMake('role', { server: server.name, name: owner });
    await createOwner(admin, owner);
  }
  const contents = await openContents(core, archive, { schema: wish.options.schema, signal: job.signal });
  const startedAt = performance.now();
  const restored = await job.step('restore', (progress) =>
    restoreArchive(core, job, progress, { server, database, owner, contents, connections: connections() }),
  );
  await closeDatabase(admin, database);
  await endSessions(admin, database);
  const facts = await findDatabase(admin, database);
  const report: InstallReport = {
    ...restored,
    check: null,
    ms: { pull: 0, restore: Math.round(performance.now() - startedAt), check: 0, publish: 0, total: 0 },
  };
  return {
    id,
    server: server.name,
    database,
    owner,
    archive: archive.id,
    recipe: recipeOf(wish.options),
    sizeBytes: facts?.sizeBytes ?? 0,
    report,
    createdAt: new Date().toISOString(),
  };
}

// Loading is bound by the server's processors; more sessions than these only take memory.
function connections(): number {
  return Math.max(2, Math.min(8, availableParallelism()));
}
