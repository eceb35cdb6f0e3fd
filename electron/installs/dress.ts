import type { DressWish } from '../contract/demo.ts';
import { isRockpoolError } from '../contract/errors.ts';
import { type Applied, applyOutfit } from '../demo/apply.ts';
import type { DemoSession } from '../demo/bound.ts';
import { chooseOutfit, type Outfit } from '../demo/outfit.ts';
import type { StepPlan } from '../jobs/progress.ts';
import type { RunningJob } from '../jobs/run.ts';
import { closeBuild, reopenBuild } from '../restore/build.ts';
import type { RunningServer } from '../servers/server.ts';
import { connect } from '../sql/connect.ts';
import { type DatabaseSetting, settingText } from '../sql/database-settings.ts';
import { emptyDatabase } from '../sql/endings.ts';
import { translateError } from '../sql/errors.ts';
import { quoteName } from '../sql/quote.ts';
import type { Parts } from './parts.ts';
import type { InstallRecord } from './records.ts';

/** A closed copy of a pristine, and the role that owns all in it. */
export interface Copy {
  readonly database: string;
  readonly owner: string;
  /** What the dataset sets at its database: a person's own sessions begin with it. */
  readonly settings: readonly DatabaseSetting[];
}

const statementDeadlineMs = 120_000;

/** Chooses the statements and values for an install before anything is touched; null where none are to run. */
export function outfitOf(
  { core }: Parts,
  install: InstallRecord,
  wish: DressWish | undefined,
): Promise<Outfit | null> {
  return chooseOutfit(core.state, install.name, install.profile, wish);
}

/**
 * What a new live of an install is dressed in where nobody asked for a demo: statements that wait for their first values
 * keep it from nothing.
 */
export async function standingOutfit(
  parts: Parts,
  install: InstallRecord,
  wish?: DressWish,
): Promise<Outfit | null> {
  try {
    return await outfitOf(parts, install, wish);
  } catch (error) {
    if (install.profile === null && isRockpoolError(error, 'parameters_missing')) return null;
    throw error;
  }
}

/** The step of a job that dresses a copy, where it is to be dressed. */
export function dressStep(outfit: Outfit | null): StepPlan[] {
  return outfit === null ? [] : [{ key: 'dress', title: 'Run the demo statements', weight: 1 }];
}

/** Runs an outfit's statements on a closed copy, all or none of them, and closes it again. */
export async function dressCopy(
  job: RunningJob,
  server: RunningServer,
  copy: Copy,
  outfit: Outfit | null,
): Promise<Applied> {
  if (outfit === null || outfit.script.length === 0) return { applied: 0, rows: 0 };
  if (outfit.unused.length > 0)
    job.log('warn', `No statement asks for these values of the profile: ${outfit.unused.join(', ')}`);
  const applied = await job.step('dress', (progress) => {
    progress.setTotal(outfit.script.length);
    return insideCopy(job, server, copy, (within) =>
      applyOutfit(within, outfit, () => progress.add({ done: 1 })),
    );
  });
  job.log('info', `${applied.applied} demo statements, ${applied.rows} rows`);
  return applied;
}

/**
 * Opens a closed copy to a limited role of this job alone, as which `work` has a session (faults, findings 2 to 4), and
 * closes it again. After a failure copy and role are the job's leftovers.
 */
export async function insideCopy<T>(
  job: RunningJob,
  server: RunningServer,
  { database, owner, settings }: Copy,
  work: (within: DemoSession) => Promise<T>,
): Promise<T> {
  await using admin = await connect(server.admin, { settings: [['search_path', 'pg_catalog']] });
  const build = await reopenBuild(admin, job, { server, database, owner, connections: 1 });
  // As in a live, where it may make schemas and temporary tables.
  const onDatabase = `CREATE, TEMPORARY ON DATABASE ${quoteName(database)}`;
  await admin.query(`GRANT ${onDatabase} TO ${quoteName(owner)}`);
  const result = await withinSession();
  await emptyDatabase(admin, database);
  return result;

  async function withinSession(): Promise<T> {
    try {
      await using session = await connect(build.address, {
        settings: sessionSettings(settings),
        signal: job.signal,
      });
      const made = await work({
        session,
        admin: server.admin,
        deadlineMs: statementDeadlineMs,
        signal: job.signal,
      });
      await session.close();
      await admin.query(`REVOKE ${onDatabase} FROM ${quoteName(owner)}`);
      await closeBuild(server.admin, admin, build);
      await forgetEdits(server, database);
      return made;
    } catch (error) {
      throw translateError(error, { what: 'Running the demo statements' });
    }
  }
}

// What is counted from here on is what people do to the live; the demo's own rows are no edits of theirs.
async function forgetEdits({ admin }: RunningServer, database: string): Promise<void> {
  await using inside = await connect({ ...admin, database }, { settings: [['search_path', 'pg_catalog']] });
  await inside.query('SELECT pg_catalog.pg_stat_reset()');
}

// As people's own sessions have them, but for how long things may take: that is not the statements' to say.
function sessionSettings(
  settings: readonly DatabaseSetting[],
): readonly (readonly [name: string, value: string])[] {
  const path = settings.find(({ name }) => name === 'search_path');
  return [
    ['search_path', path === undefined ? 'public' : settingText(path)],
    ['client_min_messages', 'error'],
    ['statement_timeout', '0'],
    ['lock_timeout', '0'],
    ['standard_conforming_strings', 'on'],
    ['DateStyle', 'ISO, MDY'],
  ];
}
