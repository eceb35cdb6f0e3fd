import type { Archive, Publication } from '../archives/archive.ts';
import type { CachedWish } from '../archives/cached.ts';
import { RockpoolError } from '../contract/errors.ts';
import type { InstallResult } from '../contract/install.ts';
import type { Job } from '../contract/job.ts';
import { requireName } from '../contract/names.ts';
import type { ServerKind } from '../contract/server.ts';
import { type RunningJob, runJob } from '../jobs/run.ts';
import type { RunningServer } from '../servers/server.ts';
import { connect } from '../sql/connect.ts';
import { findDatabase } from '../sql/databases.ts';
import { roleExists } from '../sql/roles.ts';
import { afterStep } from './after-step.ts';
import { pullAndRestore } from './arrive.ts';
import { chooseServer } from './choose.ts';
import { ensureServer } from './connect.ts';
import { publishFirst } from './first.ts';
import { lockInstall } from './lock.ts';
import type { Parts, Watch } from './parts.ts';
import { recordPublication } from './publish.ts';
import { findInstall, type InstallOptions, type InstallRecord, type PristineRecord } from './records.ts';
import { relisting } from './relist.ts';
import { finishRemoval } from './remove.ts';
import { installOf } from './view.ts';

/** What a person wants installed, where, and under which name. */
export interface InstallWish {
  readonly name: string;
  /** The name of the source it comes from, null for a bare path or address. */
  readonly source: string | null;
  /** The path or URL then; empty for a source. */
  readonly place: string;
  /** Lists what is published; asked when the job has begun. */
  readonly publication: (signal: AbortSignal) => Promise<Publication>;
  /** What of it may be in the cache, for when the source does not answer. */
  readonly cached: CachedWish | null;
  /** How often the source is listed again where it changed while it was read. */
  readonly retries: number;
  /** Pulls everything again, whatever the cache has. */
  readonly fresh: boolean;
  /** Null for the one that fits. */
  readonly server: ServerKind | null;
  readonly port: number | undefined;
  readonly postgres: number | undefined;
  readonly image: string | undefined;
  readonly options: InstallOptions;
  /** What was typed, so that it can be asked again; null where it holds a password. */
  readonly asked: Job['request'] | null;
}

/**
 * Pulls a dataset, restores it, and opens it under its name. Until the last step nothing of it can be seen, and
 * whatever fails leaves nothing behind. Throws `name_taken` and whatever its parts throw.
 */
export async function installDataset(
  parts: Parts,
  wish: InstallWish,
  watch: Watch = {},
): Promise<InstallResult> {
  const { core } = parts;
  const name = requireName(wish.name);
  const lock = await lockInstall(parts, name, `Installing ${name}`, 'stop', watch.signal);
  try {
    refuseTaken(findInstall(core.state, name));
    await finishRemoval(parts, name, watch);
    const plan = {
      kind: 'install' as const,
      title: `Install ${name}`,
      install: name,
      request: { name, source: wish.source, server: wish.server, port: wish.port ?? null, asked: wish.asked },
      steps: [
        { key: 'server', title: 'Start the server', weight: 1 },
        { key: 'pull', title: 'Pull', weight: 2 },
        { key: 'restore', title: 'Restore', weight: 8 },
        ...afterStep(wish.options),
        { key: 'publish', title: 'Publish', weight: 1 },
      ],
    };
    const { job, result } = await runJob(core, plan, { cleaners: parts.cleaners, ...watch }, (running) =>
      pullRestorePublish(parts, running, wish),
    );
    return { install: await installOf(parts, result), report: result.report, job: job.id };
  } finally {
    lock.close();
  }
}

function refuseTaken(taken: InstallRecord | null): void {
  if (taken === null) return;
  throw new RockpoolError(
    'name_taken',
    `There is an install called ${taken.name} already (${taken.dataset} @ ${taken.revision}).`,
    {
      hint: `Choose another name with --as NAME, bring it back to clean with rockpool reset ${taken.name}, or remove it first.`,
      detail: { name: taken.name, dataset: taken.dataset, revision: taken.revision },
    },
  );
}

async function pullRestorePublish(parts: Parts, job: RunningJob, wish: InstallWish): Promise<InstallRecord> {
  const startedAt = performance.now();
  const listed = listOnce(wish.publication);
  // The server comes first: a port that is taken is known before a byte is pulled.
  const server = await job.step('server', async (progress) => {
    const fitting = await chooseServer(job, { ...wish, publication: listed });
    const started = await ensureServer(parts, job, progress, { ...fitting, install: wish.name });
    await refuseStranger(started, wish.name);
    return started;
  });
  const { cached, options, fresh } = wish;
  const arrived = await relisting(job, wish.retries, () =>
    pullAndRestore(parts, job, { server, publication: listed, cached, options, fresh }),
  );
  const { archive, pristine, isNew, pullMs } = arrived;
  const publishAt = performance.now();
  return job.step('publish', async () => {
    const draft = draftOf(wish, server, archive, pristine);
    const publish = await publishFirst(parts, job, server, {
      install: draft,
      pristine,
      isNew,
    });
    const ms = {
      pull: Math.round(pullMs),
      restore: isNew ? pristine.report.ms.restore : 0,
      check: 0,
      publish: Math.round(performance.now() - publishAt),
      total: Math.round(performance.now() - startedAt),
    };
    const warnings = [...arrived.warnings, ...pristine.report.warnings];
    const install = { ...publish.install, report: { ...pristine.report, warnings, ms } };
    recordPublication(parts.core, { ...publish, install });
    return install;
  });
}

// What was listed to choose the server is what is pulled; where that has changed it is listed again.
function listOnce(publication: InstallWish['publication']): InstallWish['publication'] {
  let first: Promise<Publication> | null = null;
  let uses = 0;
  return async (signal) => {
    uses += 1;
    if (uses > 2) return publication(signal);
    first ??= publication(signal);
    return first;
  };
}

function draftOf(
  wish: InstallWish,
  server: RunningServer,
  archive: Archive,
  pristine: PristineRecord,
): Omit<InstallRecord, 'liveOid'> {
  return {
    name: wish.name,
    server: server.name,
    pristine: pristine.id,
    source: wish.source,
    place: wish.place,
    origin: archive.origin,
    dataset: archive.dataset,
    revision: archive.revision,
    options: wish.options,
    sizeBytes: pristine.sizeBytes,
    spare: null,
    spareNote: null,
    report: pristine.report,
    createdAt: new Date().toISOString(),
    resetAt: null,
    edited: [],
    profile: null,
    removedUntil: null,
  };
}

async function refuseStranger(server: RunningServer, name: string): Promise<void> {
  await using admin = await connect(server.admin);
  if ((await findDatabase(admin, name)) === null && !(await roleExists(admin, name))) return;
  throw new RockpoolError(
    'name_taken',
    `The server ${server.name} has a database or role called ${name} already.`,
    {
      hint: 'Choose another name with --as NAME.',
      detail: { name, server: server.name },
    },
  );
}
