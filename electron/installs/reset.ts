import { type Archive, findArchive } from '../archives/archive.ts';
import { openContents } from '../archives/layout.ts';
import type { DressWish } from '../contract/demo.ts';
import { isRockpoolError, RockpoolError } from '../contract/errors.ts';
import type { ResetResult } from '../contract/install.ts';
import type { Applied } from '../demo/apply.ts';
import type { Outfit } from '../demo/outfit.ts';
import { type RunningJob, runJob } from '../jobs/run.ts';
import type { RunningServer } from '../servers/server.ts';
import { connect, type Session } from '../sql/connect.ts';
import { findDatabase } from '../sql/databases.ts';
import type { Core } from '../state/core.ts';
import { afterStep } from './after-step.ts';
import { startServer } from './connect.ts';
import { dressCopy, dressStep, outfitOf } from './dress.ts';
import { countEdits } from './edits.ts';
import { formerOf, keepFormer } from './former.ts';
import { lockInstall } from './lock.ts';
import type { Parts, Watch } from './parts.ts';
import { makePristine } from './pristine.ts';
import { getInstall, getPristine, type InstallRecord, type PristineRecord, type Spare } from './records.ts';
import { claimSpare, copyFrom, queueSpare } from './spare.ts';
import type { Swapped } from './swap.ts';
import { hasNotAnswered, switchLive } from './switch.ts';
import { installOf } from './view.ts';

/**
 * Puts a fresh copy in the place of an install's live, dressed in its demo statements first; name, host, port, user and
 * password stay. An old live that was edited stays as a snapshot for a while, to be gone back to; another is dropped in
 * the background. Whatever fails, a statement too, the old live is what it was.
 */
export async function resetInstall(
  parts: Parts,
  name: string,
  watch: Watch = {},
  wish: DressWish = {},
): Promise<ResetResult> {
  const { core } = parts;
  const { options } = getInstall(core.state, name);
  await outfitOf(parts, getInstall(core.state, name), wish);
  const lock = await lockInstall(parts, name, `Resetting ${name}`, 'wait', watch.signal);
  try {
    const outfit = await outfitOf(parts, getInstall(core.state, name), wish);
    const plan = {
      kind: 'reset' as const,
      title: outfit?.profile == null ? `Reset ${name}` : `Reset ${name} for ${outfit.profile}`,
      install: name,
      request: { name, ...requestOf(wish) },
      steps: [
        { key: 'prepare', title: 'Prepare a fresh copy', weight: 4 },
        { key: 'restore', title: 'Restore it from the cache', weight: 0.1 },
        ...afterStep(options),
        ...dressStep(outfit),
        { key: 'switch', title: 'Switch', weight: 1 },
      ],
    };
    const startedAt = performance.now();
    const { job, result } = await runJob(core, plan, { cleaners: parts.cleaners, ...watch }, (running) =>
      prepareAndSwitch(parts, running, name, outfit),
    );
    return {
      install: await installOf(parts, result.install),
      ms: {
        prepare: Math.round(result.prepareMs),
        switch: Math.round(result.switchMs),
        total: Math.round(performance.now() - startedAt),
      },
      ended: result.ended,
      statements: result.statements,
      former: result.former,
      job: job.id,
    };
  } finally {
    lock.close();
  }
}

// Values that are given for once are somebody's, and not asked for again by a retry.
function requestOf({ profile, plain }: DressWish): { profile?: string; plain?: boolean } {
  return { ...(profile == null ? {} : { profile }), ...(plain === true ? { plain } : {}) };
}

interface Switched extends Swapped {
  readonly install: InstallRecord;
  readonly prepareMs: number;
  readonly statements: Applied;
  readonly former: ResetResult['former'];
}

async function prepareAndSwitch(
  parts: Parts,
  job: RunningJob,
  name: string,
  outfit: Outfit | null,
): Promise<Switched> {
  const startedAt = performance.now();
  const install = getInstall(parts.core.state, name);
  const server = await startServer(parts, install.server, job.signal);
  await using admin = await connect(server.admin, { signal: job.signal });
  const dressAndSwitch = async ({ spare, pristine, replaced }: Prepared): Promise<Switched> => {
    const statements = await dressSpare(parts, job, server, install, { spare, pristine }, outfit);
    const counted = await countEdits(parts, server, name);
    if (counted === null)
      job.log(
        'warn',
        'What was done to the live cannot be told: it is kept for a while, as if something was',
      );
    const edited = counted ?? [];
    const isEdited = counted === null || edited.length > 0;
    const keep = isEdited ? keepFormer(parts.core.state, install, 'before reset', edited) : null;
    const prepareMs = performance.now() - startedAt;
    const switched = await switchLive(parts, job, server, admin, {
      install: {
        ...install,
        profile: outfit === null ? install.profile : outfit.profile,
        pristine: pristine.id,
        sizeBytes: pristine.sizeBytes,
        spare: null,
        spareNote: null,
        resetAt: new Date().toISOString(),
        edited: [],
      },
      copy: spare,
      pristine,
      isNewPristine: replaced !== null,
      keep,
    });
    if (replaced !== null) job.willMake('database', { server: server.name, name: replaced });
    const former = keep === null ? null : { ...formerOf(keep), edited };
    return { ...switched, prepareMs, statements, former };
  };
  const prepared = await prepareCopy(parts, job, server, admin, install);
  try {
    return await dressAndSwitch(prepared);
  } catch (error) {
    if (prepared.spare !== install.spare || !hasNotAnswered(error)) throw error;
    job.log('warn', 'The spare does not answer as a live: it is dropped, and a fresh copy is made');
    claimSpare(parts, job, getInstall(parts.core.state, name));
    return await dressAndSwitch(await prepareCopy(parts, job, server, admin, { ...install, spare: null }));
  }
}

// From the first statement on it is no spare any more: what fails or is killed must not be taken by the next reset.
async function dressSpare(
  parts: Parts,
  job: RunningJob,
  server: RunningServer,
  install: InstallRecord,
  { spare, pristine }: Pick<Prepared, 'spare' | 'pristine'>,
  outfit: Outfit | null,
): Promise<Applied> {
  if (outfit !== null) claimSpare(parts, job, install);
  try {
    return await dressCopy(
      job,
      server,
      { database: spare.database, owner: pristine.owner, settings: pristine.settings },
      outfit,
    );
  } catch (error) {
    queueSpare(parts, install.name);
    throw error;
  }
}

interface Prepared {
  readonly spare: Spare;
  readonly pristine: PristineRecord;
  /** The database of a broken pristine in whose place `pristine` was restored; null where it was sound. */
  readonly replaced: string | null;
}

async function prepareCopy(
  parts: Parts,
  job: RunningJob,
  server: RunningServer,
  admin: Session,
  install: InstallRecord,
): Promise<Prepared> {
  const pristine = getPristine(parts.core.state, install.pristine);
  if (install.spare !== null) {
    const found = await findDatabase(admin, install.spare.database);
    if (found?.oid === install.spare.oid) return { spare: install.spare, pristine, replaced: null };
    job.log('warn', 'The spare is gone: a fresh copy is made');
  }
  try {
    const spare = await job.step('prepare', () => copyFrom(job, server, admin, pristine.database));
    return { spare: spare.made, pristine, replaced: null };
  } catch (error) {
    if (!isBroken(error)) throw error;
    job.log('warn', 'The clean copy is missing or damaged: it is restored again from the cache');
  }
  const archive = requireArchive(parts.core, pristine.archive);
  const contents = await openContents(parts.core, archive, {
    schema: install.options.schema,
    database: install.options.database,
    signal: job.signal,
  });
  const again = await makePristine(parts, job, {
    server,
    contents,
    archive,
    options: install.options,
    id: pristine.id,
    owner: pristine.owner,
  });
  const spare = await copyFrom(job, server, admin, again.database);
  return { spare: spare.made, pristine: again, replaced: pristine.database };
}

// What PostgreSQL says when a template is not there, or its files are not: undefined_database, undefined_file,
// data_corrupted, io_error.
const broken = ['3D000', '58P01', 'XX001', '58030'];

function isBroken(error: unknown): boolean {
  return isRockpoolError(error) && broken.includes(String(error.detail?.sqlstate));
}

function requireArchive(core: Core, id: string): Archive {
  const archive = findArchive(core, id);
  if (archive !== null) return archive;
  throw new RockpoolError(
    'pristine_missing',
    'The clean copy is gone, and so is the archive it was made from.',
    {
      hint: 'Remove the install and install it again; the live is untouched.',
      detail: { archive: id },
    },
  );
}
