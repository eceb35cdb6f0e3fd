import type { RunningJob, StepProgress } from '../jobs/run.ts';
import { connect } from '../sql/connect.ts';
import type { Core } from '../state/core.ts';
import { readSetting } from '../state/settings.ts';
import { closeBuild, reopenBuild } from './build.ts';
import { Meter } from './effort.ts';
import { readPlan } from './plan.ts';
import { refill } from './refill.ts';
import type { ReloadRequest, ReloadResult } from './reloadrequest.ts';
import { Room, watchRoom } from './room.ts';
import { openCrew } from './sessions.ts';

/**
 * Brings a copy of a pristine to a revision in which only rows differ: loads the tables whose files changed and does
 * anew what stands around them, so that it is what a whole restore would have made. The copy must be on the caller's
 * list of leftovers; it is left open to nobody but admin, for the caller to seal, and after a failure to throw away.
 * Throws what a restore throws for rows and columns that do not fit.
 */
export async function reloadTables(
  core: Core,
  job: RunningJob,
  progress: StepProgress,
  request: ReloadRequest,
): Promise<ReloadResult> {
  const { server, contents } = request;
  const meter = new Meter(progress);
  meter.describe('Reading the schema');
  const plan = await readPlan(contents, job.signal);
  await using admin = await connect(server.admin, { settings: [['search_path', 'pg_catalog']] });
  const build = await reopenBuild(admin, job, request);
  const result: ReloadResult = { tables: [], kept: [], orphans: [], warnings: [], skipped: [] };
  {
    const keepFreeBytes = readSetting(core.state, 'keepFreeBytes');
    using watch = watchRoom(server, keepFreeBytes, job.signal);
    await using crew = await openCrew(server.admin, build, request, watch.signal);
    const room = await Room.open(server, keepFreeBytes);
    await refill({ crew, plan, result, meter, room, request });
  }
  await closeBuild(server.admin, admin, build);
  core.log.write('info', 'Tables were reloaded', {
    job: job.id,
    database: build.database,
    tables: result.tables.length,
    kept: result.kept.length,
    warnings: result.warnings.length,
    orphans: result.orphans.length,
  });
  return result;
}
