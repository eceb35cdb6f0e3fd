import { findCurrent } from '../impersonation/records.ts';
import { addLeftover } from '../jobs/leftovers.ts';
import type { RunningJob } from '../jobs/run.ts';
import type { RunningServer } from '../servers/server.ts';
import type { Session } from '../sql/connect.ts';
import { findDatabase } from '../sql/databases.ts';
import { layAndHold } from './hold.ts';
import { layLive, newId, probeLive } from './live.ts';
import type { Parts } from './parts.ts';
import { type Publish, recordPublication } from './publish.ts';
import type { InstallRecord, PristineRecord, Spare } from './records.ts';
import { openAs, type Swapped, swapDatabases } from './swap.ts';

/** What is to become the live of an install that is there already. */
export interface NextLive {
  /** The install as it will be; `liveOid` is filled in here. A spare that it no longer names is dropped. */
  readonly install: InstallRecord;
  readonly copy: Spare;
  /** What `install.pristine` names. */
  readonly pristine: PristineRecord;
  /** True where the pristine's record is new or other than it was. */
  readonly isNewPristine: boolean;
  /** Under which label the old live is kept, and until when; null lets the background drop it. */
  readonly keep: Publish['keep'];
}

const unanswered = new WeakSet<object>();

/** True for what `switchLive` throws where the new live did not answer: the former one is in its place again. */
export function hasNotAnswered(error: unknown): boolean {
  return typeof error === 'object' && error !== null && unanswered.has(error);
}

/**
 * Makes a copy the live of an install: password, settings and grants laid anew, the publication written down, the
 * databases swapped, the new live asked for an answer. Whatever fails, the old live is what it was.
 */
export async function switchLive(
  parts: Parts,
  job: RunningJob,
  server: RunningServer,
  admin: Session,
  next: NextLive,
): Promise<Swapped & { readonly install: InstallRecord }> {
  const { core } = parts;
  const { copy, pristine } = next;
  const { name } = next.install;
  const isThere = (await findDatabase(admin, name)) !== null;
  const password = await core.secrets.ensure(`${server.name}/${name}`);
  await using _held = await layAndHold(server.admin, admin, { user: name, copy: copy.database }, () =>
    layLive(core, server, admin, {
      database: copy.database,
      install: name,
      owner: pristine.owner,
      settings: pristine.settings,
    }),
  );
  const publish: Publish = {
    job: job.id,
    server: server.name,
    install: { ...next.install, liveOid: copy.oid },
    pristine: next.isNewPristine ? pristine : null,
    next: copy.database,
    former: isThere ? `rp_former_${newId()}` : null,
    keep: next.keep,
  };
  const impersonated = findCurrent(core.state, name);
  const swapped = await job.step('switch', () => swapAndRecord(parts, job, server, admin, publish, password));
  job.log('info', `Unreachable for ${Math.round(swapped.switchMs)} ms, ${swapped.ended} sessions ended`);
  if (impersonated !== null) {
    job.log('info', `The impersonation by ${impersonated.recipe} ended with the former live`);
  }
  return { ...swapped, install: publish.install };
}

async function swapAndRecord(
  parts: Parts,
  job: RunningJob,
  server: RunningServer,
  admin: Session,
  publish: Publish,
  password: string,
): Promise<Swapped> {
  const { install, next, former } = publish;
  const live = install.name;
  addLeftover(parts.core.state, job.id, 'publish', { ...publish });
  const probe = async (): Promise<void> => {
    try {
      await probeLive(server, live, password);
    } catch (error) {
      if (typeof error === 'object' && error !== null) unanswered.add(error);
      throw error;
    }
  };
  const swapped =
    former === null
      ? await openAs(admin, next, live)
      : await swapDatabases(admin, server.admin, { live, next, former }, probe);
  if (former === null) await probe();
  recordPublication(parts.core, publish);
  return swapped;
}
