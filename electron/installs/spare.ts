import { formatBytes } from '../contract/bytes.ts';
import type { Job } from '../contract/job.ts';
import { cleanLeftovers } from '../jobs/leftovers.ts';
import type { JobPlan, RunningJob } from '../jobs/run.ts';
import { queueJob, runJob } from '../jobs/run.ts';
import type { RunningServer } from '../servers/server.ts';
import { connect, type Session } from '../sql/connect.ts';
import { copyDatabase, findDatabase } from '../sql/databases.ts';
import { forgetSnapshot } from './forget.ts';
import { newId } from './live.ts';
import { lockForBackground } from './lock.ts';
import type { Parts } from './parts.ts';
import { changeInstall, findInstall, getPristine, type InstallRecord, type Spare } from './records.ts';
import { listExpired } from './snapshot-records.ts';
import { tidyUp } from './tidy.ts';

/** The background's job after an install or a reset: drop the old live, make the next spare. */
export function sparePlan(install: string, former: string | null): JobPlan {
  return {
    kind: 'spare',
    title: `Prepare the next reset of ${install}`,
    install,
    request: { install, former },
    steps: [
      { key: 'tidy', title: 'Remove the former copy', weight: former === null ? 0.1 : 1 },
      { key: 'copy', title: 'Make a spare', weight: 4 },
    ],
  };
}

/** Runs a queued spare job to its end. An install or a server that is gone by now makes it end without work. */
export async function runSpareJob(parts: Parts, queued: Job, signal?: AbortSignal): Promise<void> {
  const name = queued.install ?? '';
  const former = queued.request.former;
  const plan = sparePlan(name, typeof former === 'string' ? former : null);
  await runJob(parts.core, plan, { cleaners: parts.cleaners, queued, signal }, async (job) => {
    // Inside the job, so that whoever waits for the job finds the lock free when it has ended.
    const lock = await lockForBackground(parts.core, name, job.signal);
    try {
      // The lock may have come from a killed process, whose work is finished or undone first.
      await tidyUp(parts);
      await tidyAndCopy(parts, job, name);
    } finally {
      lock.close();
    }
  });
}

async function tidyAndCopy(parts: Parts, job: RunningJob, name: string): Promise<void> {
  const { state } = parts.core;
  const install = findInstall(state, name);
  if (install === null) return;
  forgetExpired(parts, name, job.id);
  const server = await parts.servers.running(install.server);
  if (server === null) {
    job.log('info', `${install.server} is stopped: the spare is made after the next reset`);
    return;
  }
  await using admin = await connect(server.admin, { signal: job.signal });
  await job.step('tidy', () =>
    cleanLeftovers(state, job.id, parts.cleaners, (leftover) => {
      job.log('warn', `A ${leftover.kind} could not be removed yet: the next command tries again`);
    }),
  );
  await job.step('copy', () => makeSpare(parts, job, server, admin, install));
}

async function makeSpare(
  parts: Parts,
  job: RunningJob,
  server: RunningServer,
  admin: Session,
  install: InstallRecord,
): Promise<void> {
  const { state } = parts.core;
  if (install.spare !== null) return;
  const note = await whyNoSpare(server, install);
  if (note !== null) {
    job.log('warn', note);
    changeInstall(state, install.name, { spareNote: note });
    return;
  }
  const pristine = getPristine(state, install.pristine);
  const spare = await copyFrom(job, server, admin, pristine.database);
  state.transaction(() => {
    const now = findInstall(state, install.name);
    if (now?.pristine !== install.pristine || now.spare !== null) return;
    changeInstall(state, install.name, { spare: spare.made, spareNote: null });
    job.settle(spare.leftover);
  });
}

async function whyNoSpare(server: RunningServer, install: InstallRecord): Promise<string | null> {
  const free = await server.freeBytes();
  const wanted = 2 * install.sizeBytes;
  if (free === null || free >= wanted) return null;
  return `No spare is kept: it wants ${formatBytes(wanted, Math.ceil)} of free space and there are ${formatBytes(free, Math.floor)}. A reset copies first, so it takes longer.`;
}

/** Copies a sealed database into a new closed one, written down as a leftover until the caller settles it. */
export async function copyFrom(
  job: RunningJob,
  server: RunningServer,
  admin: Session,
  sealed: string,
): Promise<{ made: Spare; leftover: number }> {
  const database = `rp_spare_${newId()}`;
  const leftover = job.willMake('database', { server: server.name, name: database });
  await copyDatabase(admin, sealed, database);
  const facts = await findDatabase(admin, database);
  return { made: { database, oid: facts?.oid ?? '0' }, leftover };
}

function forgetExpired({ core }: Parts, name: string, job: string): void {
  core.state.transaction(() => {
    for (const snapshot of listExpired(core.state)) {
      if (snapshot.install === name) forgetSnapshot(core.state, snapshot, job);
    }
  });
}

/** Makes the spare of an install a leftover of a job that is about to change it, so that no reset takes it for clean. */
export function claimSpare({ core }: Parts, job: RunningJob, { name, server, spare }: InstallRecord): void {
  if (spare === null) return;
  core.state.transaction(() => {
    job.willMake('database', { server, name: spare.database });
    changeInstall(core.state, name, { spare: null });
  });
}

/** Has the background make a spare where one was used up. */
export function queueSpare({ core }: Parts, install: string): Job {
  return queueJob(core.state, sparePlan(install, null));
}
