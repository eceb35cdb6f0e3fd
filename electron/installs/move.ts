import { findArchive } from '../archives/archive.ts';
import { openContents } from '../archives/layout.ts';
import { RockpoolError } from '../contract/errors.ts';
import type { Edited, MoveResult } from '../contract/install.ts';
import type { Outfit } from '../demo/outfit.ts';
import { addLeftover } from '../jobs/leftovers.ts';
import { type RunningJob, runJob } from '../jobs/run.ts';
import type { RunningServer, ServerWish } from '../servers/server.ts';
import { readerOf } from '../sql/access.ts';
import { afterStep } from './after-step.ts';
import { ensureServer, startServer } from './connect.ts';
import { dressStep, standingOutfit } from './dress.ts';
import { editsOf, sumOfEdits } from './edits.ts';
import { publishFirst } from './first.ts';
import { lockInstall } from './lock.ts';
import type { Parts, Watch } from './parts.ts';
import { makePristine, recipeOf } from './pristine.ts';
import { recordPublication } from './publish.ts';
import { findPristine, getInstall, getPristine, type InstallRecord, type PristineRecord } from './records.ts';
import { removeIdleServer } from './remove.ts';
import { listSnapshots } from './snapshot-records.ts';
import { installOf } from './view.ts';

/**
 * Brings an install to another server: the one command that changes host and port. It is restored there from the
 * cache and answers before anything is taken from the old server; user and password stay. What was done to the
 * live does not come along: `edited` says how much that was. Throws `snapshot_in_the_way` while there are
 * snapshots, which could not come along either.
 */
export async function moveInstall(
  parts: Parts,
  name: string,
  wish: ServerWish,
  watch: Watch = {},
): Promise<MoveResult> {
  const { core } = parts;
  getInstall(core.state, name);
  const lock = await lockInstall(parts, name, `Moving ${name}`, 'wait', watch.signal);
  try {
    const install = getInstall(core.state, name);
    refuseSnapshots(parts, name);
    const outfit = await standingOutfit(parts, install);
    const plan = {
      kind: 'move' as const,
      title: `Move ${name}`,
      install: name,
      request: {
        name,
        server: wish.kind,
        port: wish.port ?? null,
        postgres: wish.postgres ?? null,
        image: wish.image ?? null,
      },
      steps: [
        { key: 'server', title: 'Start the server', weight: 1 },
        { key: 'restore', title: 'Restore there', weight: 8 },
        ...afterStep(install.options),
        ...dressStep(outfit),
        { key: 'publish', title: 'Publish there', weight: 1 },
      ],
    };
    const { job, result } = await runJob(core, plan, { cleaners: parts.cleaners, ...watch }, (running) =>
      moveTo(parts, running, install, wish, outfit),
    );
    if (result !== null) await forgetOld(parts, install);
    const moved = await installOf(parts, getInstall(core.state, name));
    return { changed: result !== null, install: moved, edited: result ?? [], job: job.id };
  } finally {
    lock.close();
  }
}

function refuseSnapshots({ core }: Parts, name: string): void {
  const labels = listSnapshots(core.state, name).map((snapshot) => snapshot.label);
  if (labels.length === 0) return;
  throw new RockpoolError(
    'snapshot_in_the_way',
    `${name} has snapshots that a move would lose: ${labels.join(', ')}.`,
    {
      hint: `Delete them first: rockpool snapshot delete ${name} LABEL`,
      detail: { install: name, snapshots: labels.length },
    },
  );
}

async function moveTo(
  parts: Parts,
  job: RunningJob,
  install: InstallRecord,
  wish: ServerWish,
  outfit: Outfit | null,
): Promise<Edited[] | null> {
  const { core } = parts;
  const old = await startServer(parts, install.server, job.signal);
  const server = await job.step('server', (progress) =>
    ensureServer(parts, job, progress, { ...wish, install: install.name }),
  );
  if (server.name === old.name) return null;
  const edited = await editsOf(parts, old, install.name);
  if (edited.length > 0) job.log('warn', `Done to the live and not coming along: ${sumOfEdits(edited)}`);
  const { pristine, isNew } = await pristineOn(parts, job, server, install);
  const password = await core.secrets.ensure(`${old.name}/${install.name}`);
  await core.secrets.set(`${server.name}/${install.name}`, password);
  await job.step('publish', async () => {
    const there = { ...install, server: server.name, pristine: pristine.id, spare: null, spareNote: null };
    const publish = await publishFirst(parts, job, server, { install: there, pristine, isNew, outfit });
    core.state.transaction(() => {
      leaveBehind(parts, job, install);
      recordPublication(core, publish);
    });
  });
  return edited;
}

async function pristineOn(
  parts: Parts,
  job: RunningJob,
  server: RunningServer,
  install: InstallRecord,
): Promise<{ pristine: PristineRecord; isNew: boolean }> {
  const { core } = parts;
  const { options } = install;
  const archive = findArchive(core, getPristine(core.state, install.pristine).archive);
  if (archive === null) {
    throw new RockpoolError('pristine_missing', `The archive of ${install.name} is no longer in the cache.`, {
      hint: `Bring it up to date first: rockpool update ${install.name}`,
      detail: { install: install.name },
    });
  }
  const shared = findPristine(core.state, server.name, archive.id, recipeOf(options));
  if (shared !== null) return { pristine: shared, isNew: false };
  const contents = await openContents(core, archive, {
    schema: options.schema,
    database: options.database,
    signal: job.signal,
  });
  const pristine = await makePristine(parts, job, { server, contents, archive, options });
  return { pristine, isNew: true };
}

// What the install had on the old server is cleaned up like anything a job leaves, now or after a kill.
function leaveBehind({ core }: Parts, job: RunningJob, { server, name, spare }: InstallRecord): void {
  for (const role of [readerOf(name), name]) addLeftover(core.state, job.id, 'role', { server, name: role });
  addLeftover(core.state, job.id, 'database', { server, name });
  if (spare !== null) addLeftover(core.state, job.id, 'database', { server, name: spare.database });
}

async function forgetOld(parts: Parts, { server, name }: InstallRecord): Promise<void> {
  for (const role of [readerOf(name), name]) await parts.core.secrets.remove(`${server}/${role}`);
  await removeIdleServer(parts, server);
}
