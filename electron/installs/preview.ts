import type { DressWish, Preview } from '../contract/demo.ts';
import type { Outfit } from '../demo/outfit.ts';
import { previewOutfit } from '../demo/preview.ts';
import { getDemo } from '../demo/records.ts';
import { addLeftover, listLeftovers } from '../jobs/leftovers.ts';
import { queueJob, type RunningJob, runJob } from '../jobs/run.ts';
import { connect } from '../sql/connect.ts';
import { findDatabase } from '../sql/databases.ts';
import { startServer } from './connect.ts';
import { insideCopy, outfitOf } from './dress.ts';
import { lockInstall, previewWork } from './lock.ts';
import type { Parts, Watch } from './parts.ts';
import { getInstall, getPristine } from './records.ts';
import { claimSpare, copyFrom, queueSpare, sparePlan } from './spare.ts';

/**
 * Tells what the demo statements of an install would do, by doing it on the spare, which is then made anew in the
 * background. The live is not touched, and nobody sees anything of it.
 */
export async function previewInstall(
  parts: Parts,
  name: string,
  watch: Watch = {},
  wish: DressWish = {},
): Promise<Preview> {
  const { core } = parts;
  const choose = async (): Promise<Outfit> => {
    const install = getInstall(core.state, name);
    getDemo(core.state, name);
    return (await outfitOf(parts, install, { ...wish, plain: false })) as Outfit;
  };
  await choose();
  const lock = await lockInstall(parts, name, previewWork(name), 'wait', watch.signal);
  try {
    const outfit = await choose();
    const plan = {
      kind: 'preview' as const,
      title: `Preview ${name}${outfit.profile === null ? '' : ` for ${outfit.profile}`}`,
      install: name,
      request: { name, ...(outfit.profile === null ? {} : { profile: outfit.profile }) },
      steps: [
        { key: 'prepare', title: 'Prepare a copy', weight: 1 },
        { key: 'preview', title: 'Run the demo statements', weight: 2 },
      ],
    };
    const startedAt = performance.now();
    const { job, result } = await runJob(core, plan, { cleaners: parts.cleaners, ...watch }, (running) =>
      previewOnCopy(parts, running, name, outfit),
    );
    const { statements, prepareMs, statementsMs } = result;
    const totalMs = performance.now() - startedAt;
    return {
      install: name,
      profile: outfit.profile,
      statements,
      unused: [...outfit.unused],
      ms: {
        prepare: Math.round(prepareMs),
        statements: Math.round(statementsMs),
        total: Math.round(totalMs),
      },
      job: job.id,
    };
  } finally {
    lock.close();
  }
}

async function previewOnCopy(parts: Parts, job: RunningJob, name: string, outfit: Outfit) {
  const startedAt = performance.now();
  const { state } = parts.core;
  const install = getInstall(state, name);
  const pristine = getPristine(state, install.pristine);
  const server = await startServer(parts, install.server, job.signal);
  const database = await job.step('prepare', async () => {
    await using admin = await connect(server.admin, { signal: job.signal });
    const { spare } = install;
    const found = spare === null ? null : await findDatabase(admin, spare.database);
    claimSpare(parts, job, install);
    if (spare !== null && found?.oid === spare.oid) return spare.database;
    return (await copyFrom(job, server, admin, pristine.database)).made.database;
  });
  const prepareMs = performance.now() - startedAt;
  let statementsMs = 0;
  try {
    const statements = await job.step('preview', (progress) => {
      progress.setTotal(outfit.script.length);
      return insideCopy(
        job,
        server,
        { database, owner: pristine.owner, settings: pristine.settings },
        async (within) => {
          const runAt = performance.now();
          const previewed = await previewOutfit(within, outfit, () => progress.add({ done: 1 }));
          statementsMs = performance.now() - runAt;
          return previewed;
        },
      );
    });
    leaveToBackground(parts, job, server.name, name, database);
    return { statements, prepareMs, statementsMs };
  } catch (error) {
    queueSpare(parts, name);
    throw error;
  }
}

// Dropping a large database takes a while that nobody needs to wait for.
function leaveToBackground(
  { core }: Parts,
  job: RunningJob,
  server: string,
  install: string,
  database: string,
): void {
  core.state.transaction(() => {
    const next = queueJob(core.state, sparePlan(install, database));
    addLeftover(core.state, next.id, 'database', { server, name: database });
    for (const leftover of listLeftovers(core.state, job.id)) {
      if (leftover.kind === 'database' && leftover.record.name === database) job.settle(leftover.id);
    }
  });
}
