import { RockpoolError } from '../contract/errors.ts';
import type { ResetResult, Snapshot, SnapshotSaved } from '../contract/install.ts';
import { longestTitle, titleProblem } from '../contract/title-problem.ts';
import { findCurrent } from '../impersonation/records.ts';
import { type RunningJob, runJob } from '../jobs/run.ts';
import { connect } from '../sql/connect.ts';
import { copyDatabase, findDatabase, openDatabase } from '../sql/databases.ts';
import { emptyDatabase, whileEnding } from '../sql/endings.ts';
import { startServer } from './connect.ts';
import { editsOf } from './edits.ts';
import { formerOf, keepFormer } from './former.ts';
import { newId } from './live.ts';
import { alone } from './lock.ts';
import type { Parts, Watch } from './parts.ts';
import { getInstall, getPristine, type InstallRecord } from './records.ts';
import {
  findSnapshot,
  getSnapshot,
  listSnapshots,
  putSnapshot,
  type SnapshotRecord,
  snapshotOf,
} from './snapshot-records.ts';
import { copyFrom } from './spare.ts';
import { switchLive } from './switch.ts';
import { installOf } from './view.ts';

/**
 * Keeps a copy of the live as it is under a label. The live is closed to everybody while it is copied, since one
 * with sessions cannot be; `ms.closed` says for how long. Throws `name_taken` for a label that is in use.
 */
export async function saveSnapshot(
  parts: Parts,
  name: string,
  label: string,
  watch: Watch = {},
): Promise<SnapshotSaved> {
  const { state } = parts.core;
  requireLabel(label);
  return alone(parts, name, `Saving a snapshot of ${name}`, watch, async () => {
    if (findSnapshot(state, name, label) !== null) {
      throw new RockpoolError(
        'name_taken',
        `${name} has a snapshot called ${JSON.stringify(label)} already.`,
        {
          hint: `Choose another label, or delete it first: rockpool snapshot delete ${name} ${JSON.stringify(label)}`,
          detail: { install: name, label },
        },
      );
    }
    const plan = {
      kind: 'snapshot' as const,
      title: `Save ${label} of ${name}`,
      install: name,
      request: { name, label, act: 'save' },
      steps: [{ key: 'copy', title: 'Copy the live, closed meanwhile', weight: 1 }],
    };
    const { job, result } = await runJob(
      parts.core,
      plan,
      { cleaners: parts.cleaners, ...watch },
      (running) => running.step('copy', () => copyLive(parts, running, getInstall(state, name), label)),
    );
    return { snapshot: snapshotOf(result.record), ms: { closed: Math.round(result.closedMs) }, job: job.id };
  });
}

async function copyLive(
  parts: Parts,
  job: RunningJob,
  install: InstallRecord,
  label: string,
): Promise<{ record: SnapshotRecord; closedMs: number }> {
  const { state } = parts.core;
  const server = await startServer(parts, install.server, job.signal);
  await using admin = await connect(server.admin, { signal: job.signal });
  await using second = await connect(server.admin);
  const database = `rp_snapshot_${newId()}`;
  const leftover = job.willMake('database', { server: server.name, name: database });
  job.log('info', `${install.name} is closed while it is copied`);
  if (findCurrent(state, install.name) !== null)
    job.log(
      'warn',
      'A user is impersonated: the snapshot holds that user as changed, and going back to it does not undo it',
    );
  const edited = await editsOf(parts, server, install.name);
  const startedAt = performance.now();
  let closedMs = 0;
  try {
    const live = await emptyDatabase(admin, install.name);
    await whileEnding(second, live, () => copyDatabase(admin, install.name, database));
  } finally {
    // On a session that no cancel ends: whatever happened, the live opens again.
    await using opener = await connect(server.admin);
    await openDatabase(opener, install.name);
    closedMs = performance.now() - startedAt;
  }
  const facts = await findDatabase(admin, database);
  const record: SnapshotRecord = {
    install: install.name,
    label,
    server: server.name,
    database,
    sizeBytes: facts?.sizeBytes ?? 0,
    pristine: install.pristine,
    revision: install.revision,
    report: install.report,
    createdAt: new Date().toISOString(),
    expiresAt: null,
    edited,
    removed: null,
  };
  state.transaction(() => {
    putSnapshot(state, record);
    job.settle(leftover);
  });
  return { record, closedMs };
}

/** Puts a copy of a snapshot in the live's place, as a reset does; the former live stays for a while. */
export async function restoreSnapshot(
  parts: Parts,
  name: string,
  label: string,
  watch: Watch = {},
): Promise<ResetResult> {
  const { core } = parts;
  getSnapshot(core.state, name, label);
  return alone(parts, name, `Going back to ${label} of ${name}`, watch, async () => {
    const startedAt = performance.now();
    const plan = {
      kind: 'snapshot' as const,
      title: `Go back to ${label} of ${name}`,
      install: name,
      request: { name, label, act: 'restore' },
      steps: [
        { key: 'prepare', title: 'Copy the snapshot', weight: 4 },
        { key: 'switch', title: 'Switch', weight: 1 },
      ],
    };
    const { job, result } = await runJob(core, plan, { cleaners: parts.cleaners, ...watch }, (running) =>
      goBack(parts, running, name, label),
    );
    return {
      install: await installOf(parts, result.install),
      ms: {
        prepare: Math.round(result.prepareMs),
        switch: Math.round(result.switchMs),
        total: Math.round(performance.now() - startedAt),
      },
      ended: result.ended,
      statements: { applied: 0, rows: 0 },
      former: result.former,
      job: job.id,
    };
  });
}

async function goBack(parts: Parts, job: RunningJob, name: string, label: string) {
  const { state } = parts.core;
  const startedAt = performance.now();
  const install = getInstall(state, name);
  const snapshot = getSnapshot(state, name, label);
  const server = await startServer(parts, install.server, job.signal);
  await using admin = await connect(server.admin, { signal: job.signal });
  const copy = await job.step('prepare', () => copyFrom(job, server, admin, snapshot.database));
  const pristine = getPristine(state, snapshot.pristine);
  const edited = await editsOf(parts, server, name);
  const keep = keepFormer(state, install, 'before going back', edited);
  const prepareMs = performance.now() - startedAt;
  const switched = await switchLive(parts, job, server, admin, {
    install: {
      ...install,
      pristine: pristine.id,
      revision: snapshot.revision,
      report: snapshot.report,
      sizeBytes: snapshot.sizeBytes,
      edited: snapshot.edited,
      // A spare of another revision would make the next reset jump to it.
      spare: pristine.id === install.pristine ? install.spare : null,
    },
    copy: copy.made,
    pristine,
    isNewPristine: false,
    keep,
  });
  return { ...switched, prepareMs, former: { ...formerOf(keep), edited } };
}

export function listSnapshotsOf(parts: Parts, name: string): Snapshot[] {
  getInstall(parts.core.state, name);
  return listSnapshots(parts.core.state, name).map(snapshotOf);
}

function requireLabel(label: string): void {
  const problem = titleProblem(label);
  if (problem === null) return;
  throw new RockpoolError('name_invalid', `That cannot be the label of a snapshot. ${problem}`, {
    hint: 'Choose another label.',
    detail: { label: label.slice(0, longestTitle) },
  });
}
