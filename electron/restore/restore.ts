import type { ArchiveContents } from '../archives/contents.ts';
import type { TableReport } from '../contract/report.ts';
import type { RunningJob, StepProgress } from '../jobs/run.ts';
import { connect } from '../sql/connect.ts';
import { type DatabaseSetting, settingText } from '../sql/database-settings.ts';
import { sqlState } from '../sql/errors.ts';
import type { Core } from '../state/core.ts';
import { readSetting } from '../state/settings.ts';
import { requireAllAccounted } from './accounted.ts';
import { type Build, closeBuild, openBuild, prepareBuild } from './build.ts';
import { listTables } from './catalog.ts';
import { Meter } from './effort.ts';
import { type Filled, fillBuild } from './fill.ts';
import { readPlan } from './plan.ts';
import { replayScript } from './replay-script.ts';
import { reportTables } from './report.ts';
import type { RestoreReport, RestoreRequest, RestoreResult } from './request.ts';
import { Room, watchRoom } from './room.ts';
import { defaultDeadlineMs, openCrew } from './sessions.ts';
import type { Worker } from './worker.ts';

/**
 * Makes a database out of an archive: all that it holds, in a database that nobody has entered but the job's own role,
 * which is gone in the end. Database and role are written down before they are made; settling the database is the
 * caller's, and after a failure the cleaners remove both. Nothing is left out in silence: the result names it.
 */
export async function restoreArchive(
  core: Core,
  job: RunningJob,
  progress: StepProgress,
  request: RestoreRequest,
): Promise<RestoreResult> {
  const { server, contents } = request;
  const meter = new Meter(progress);
  meter.describe('Reading the schema');
  const plan = await readPlan(contents, job.signal);
  const report: RestoreReport = {
    tables: [],
    skipped: [...contents.skipped, ...plan.skipped],
    warnings: [...contents.warnings],
    orphans: [],
  };
  let settings: readonly DatabaseSetting[] = [];
  await using admin = await connect(server.admin, { settings: [['search_path', 'pg_catalog']] });
  const build = await openBuild(admin, job, { ...request, encoding: contents.encoding });
  await prepareBuild(server.admin, build, plan, report, job.signal);
  const refusedSettings = new Set<string>();
  const { connections, deadlineMs } = request;
  const wish = { connections, deadlineMs, onSettingProblem: (name: string) => refusedSettings.add(name) };
  {
    const keepFreeBytes = readSetting(core.state, 'keepFreeBytes');
    using watch = watchRoom(server, keepFreeBytes, job.signal);
    await using crew = await openCrew(server.admin, build, wish, watch.signal);
    const room = await Room.open(server, keepFreeBytes);
    // A script that is run as it stands may need the rows of every table.
    const { tables: _tables, ...whole } = request;
    const fillingRequest = contents.replay === undefined ? request : whole;
    const filling = { crew, plan, report, meter, room, request: fillingRequest, refusedSettings };
    const filled = await fillBuild(filling);
    requireAllAccounted(plan);
    if (contents.replay !== undefined) {
      const script = contents.replay;
      const names = request.tables ?? null;
      await replayScript(filling, {
        admin,
        build,
        script,
        names,
        deadlineMs: deadlineMs ?? defaultDeadlineMs,
      });
    }
    settings = await crew.run(0, (worker) => keepAccepted(worker, plan.databaseSettings, report));
    report.tables.push(...(await crew.run(0, (worker) => listResults(worker, filled, contents))));
  }
  await closeBuild(server.admin, admin, build);
  logResult(core, job, build, report);
  return { ...report, settings };
}

// Behind a script that was run as it stands nothing is known of the tables but what is in them.
async function listResults(
  worker: Worker,
  filled: Filled,
  { replay }: ArchiveContents,
): Promise<TableReport[]> {
  if (replay === undefined)
    return await reportTables(worker, filled.tables, filled.loaded, filled.countsRows);
  return await reportTables(worker, await listTables(worker.session), new Map(), true);
}

// One that the server does not take would keep everybody out of the live.
async function keepAccepted(
  worker: Worker,
  settings: readonly DatabaseSetting[],
  { skipped }: RestoreReport,
): Promise<readonly DatabaseSetting[]> {
  await worker.clear();
  const kept: DatabaseSetting[] = [];
  for (const setting of settings) {
    const words = [setting.name, settingText(setting)];
    try {
      await worker.session.query('SELECT pg_catalog.set_config($1, $2, true)', words);
      kept.push(setting);
    } catch (error) {
      if (sqlState(error) === null) throw error;
      const reason = `the server does not take its value (SQLSTATE ${sqlState(error)})`;
      skipped.push({ what: 'database setting', name: setting.name, reason });
    }
  }
  return kept;
}

function logResult(core: Core, job: RunningJob, { database }: Build, report: RestoreReport): void {
  core.log.write('info', 'An archive was restored', {
    job: job.id,
    database,
    tables: report.tables.length,
    skipped: report.skipped.length,
    warnings: report.warnings.length,
    orphans: report.orphans.length,
  });
}
