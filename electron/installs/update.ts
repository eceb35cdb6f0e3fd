import { pullPublication } from '../archives/pull.ts';
import type { DressWish } from '../contract/demo.ts';
import type { Known, UpdateResult, UpdateWish } from '../contract/install.ts';
import type { Outfit } from '../demo/outfit.ts';
import { type RunningJob, runJob } from '../jobs/run.ts';
import { connect } from '../sql/connect.ts';
import { readSetting } from '../state/settings.ts';
import { afterStep } from './after-step.ts';
import { startServer } from './connect.ts';
import { dressCopy, dressStep, standingOutfit } from './dress.ts';
import { editsOf, sumOfEdits } from './edits.ts';
import { findPublished } from './find.ts';
import { keepFormer } from './former.ts';
import { lockInstall } from './lock.ts';
import type { Parts, Watch } from './parts.ts';
import { getInstall, type InstallRecord } from './records.ts';
import { relisting } from './relist.ts';
import { copyFrom } from './spare.ts';
import {
  comparePulled,
  type Found,
  findStanding,
  type Standing,
  sayNewer,
  titleOf,
  warnReplaced,
} from './standing.ts';
import { nextPristine } from './successor.ts';
import { switchLive } from './switch.ts';
import { madeFrom, requireTables } from './verdict.ts';
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
  wish: DressWish & UpdateWish = {},
): Promise<UpdateResult> {
  const { core } = parts;
  getInstall(core.state, name);
  const lock = await lockInstall(parts, name, `Updating ${name}`, 'wait', watch.signal);
  try {
    const install = getInstall(core.state, name);
    const { fresh = false, gone = [] } = wish;
    const find = async (signal?: AbortSignal): Promise<Found> => {
      const before = madeFrom(core, install);
      const published = await findPublished(core, install, to ?? 'latest', signal);
      requireTables(install, before, published.publication, gone);
      return { ...published, before, find };
    };
    const found = await find(watch.signal);
    const standing = fresh ? null : await findStanding(core, install, found, watch.signal);
    if (standing !== null) return nothingNewer(parts, standing.install, standing.known, null);
    const outfit = await standingOutfit(parts, install, wish);
    const plan = {
      kind: 'update' as const,
      title: titleOf(name, found),
      install: name,
      request: { name, to, fresh, gone: [...gone] },
      steps: [
        { key: 'pull', title: 'Pull', weight: 2 },
        { key: 'restore', title: 'Restore', weight: 8 },
        ...afterStep(install.options),
        { key: 'prepare', title: 'Copy', weight: 1 },
        ...dressStep(outfit),
        { key: 'switch', title: 'Switch', weight: 0.5 },
      ],
    };
    const { job, result } = await runJob(core, plan, { cleaners: parts.cleaners, ...watch }, (running) =>
      pullAndSwitch(parts, running, install, { ...found, fresh }, outfit),
    );
    if ('known' in result) return nothingNewer(parts, result.install, result.known, job.id);
    const { reloaded, kept, former } = result;
    return {
      changed: true,
      known: sayNewer(install, found),
      install: await installOf(parts, result.install),
      report: { ...result.install.report, reloaded, kept },
      former,
      job: job.id,
    };
  } finally {
    lock.close();
  }
}

async function nothingNewer(
  parts: Parts,
  install: InstallRecord,
  known: Known,
  job: string | null,
): Promise<UpdateResult> {
  const kept = install.report.tables.map(({ schema, name }) => `${schema}.${name}`);
  return {
    changed: false,
    known,
    install: await installOf(parts, install),
    report: { ...install.report, reloaded: [], kept },
    former: null,
    job,
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
  found: Found & { readonly fresh: boolean },
  outfit: Outfit | null,
): Promise<Updated | Standing> {
  const { core } = parts;
  const { state } = core;
  const startedAt = performance.now();
  const server = await startServer(parts, install.server, job.signal);
  const pulling = { signal: job.signal, keepFreeBytes: readSetting(state, 'keepFreeBytes') };
  const { fresh } = found;
  let listed: Found = found;
  const archive = await relisting(job, found.retries, async (again) => {
    if (again) listed = await found.find(job.signal);
    return job.step('pull', (progress) =>
      pullPublication(core, listed.publication, { ...pulling, progress, fresh, checksHeldTables: false }),
    );
  });
  const standing = comparePulled(core, install, listed, archive);
  if (standing !== null) return standing;
  const pullMs = performance.now() - startedAt;
  await using admin = await connect(server.admin, { signal: job.signal });
  // Tables that did not change are read by nobody, unless all has to be restored.
  const recheck = () => pullPublication(core, listed.publication, { ...pulling, brought: archive });
  const next = await nextPristine(parts, job, { server, admin, install, archive, recheck });
  const publishAt = performance.now();
  const copy = await job.step('prepare', () => copyFrom(job, server, admin, next.pristine.database));
  await dressCopy(
    job,
    server,
    { database: copy.made.database, owner: next.pristine.owner, settings: next.pristine.settings },
    outfit,
  );
  const edited = await editsOf(parts, server, install.name);
  if (edited.length > 0)
    job.log('warn', `Done since the last reset and not in the new live: ${sumOfEdits(edited)}`);
  const keep = keepFormer(state, install, 'before update', edited);
  const { pristine } = next;
  const report = {
    ...pristine.report,
    warnings: [...pristine.report.warnings, ...warnReplaced(install, archive)],
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
      profile: outfit === null ? install.profile : outfit.profile,
      pristine: pristine.id,
      revision: archive.revision,
      report,
      sizeBytes: pristine.sizeBytes,
      spare: null,
      spareNote: null,
      resetAt: null,
      edited: [],
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
