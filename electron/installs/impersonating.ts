import { sayFailure } from '../impersonation/failures.ts';
import { type Current, endImpersonation, findCurrent, openKept } from '../impersonation/records.ts';
import { type Live, withLiveRole } from '../impersonation/session.ts';
import { applyIntent, type Intent } from '../impersonation/settle.ts';
import { undoChanges } from '../impersonation/undo.ts';
import type { RunningJob } from '../jobs/run.ts';
import { connect, type Session } from '../sql/connect.ts';
import { lockInstall } from './lock.ts';
import type { Parts, Watch } from './parts.ts';
import { getInstall, type InstallRecord } from './records.ts';

/** The impersonation that is on; one that belongs to an earlier live went with it. */
export function currentOf(parts: Parts, job: RunningJob, install: InstallRecord): Current | null {
  const current = findCurrent(parts.core.state, install.name);
  if (current === null || current.liveOid === install.liveOid) return current;
  endImpersonation(parts.core.state, install.name);
  job.log('info', `The impersonation by ${current.recipe} had ended with the live that it was in`);
  return null;
}

/** Puts back the rows that an impersonation changed, in the transaction that is open, and returns what could not be. */
export async function putBack(
  parts: Parts,
  job: RunningJob,
  install: string,
  session: Session,
  current: Current,
): Promise<string[]> {
  const { rows } = openKept(parts.core, install, current);
  const undone = await undoChanges(session, rows).catch((error: unknown) => {
    throw sayFailure(error, 'Putting the former user back');
  });
  job.log('info', `${undone.restored} ${undone.restored === 1 ? 'row' : 'rows'} put back`);
  if (undone.gone === 0) return [];
  const what = undone.gone === 1 ? 'One row is' : `${undone.gone} rows are`;
  return [`${what} not there any more and could not be put back.`];
}

/**
 * Runs `work` in one transaction in the live, which `preview` undoes. What is about to be true is written down with the
 * number of the transaction, so that after a kill it can be told whether it became so.
 */
export async function withTransaction<T>(
  parts: Parts,
  job: RunningJob,
  live: Live,
  act: Intent['act'] | 'preview',
  work: (session: Session, xid: string) => Promise<T>,
): Promise<T> {
  const { core } = parts;
  await using admin = await connect(live.server.admin);
  return await withLiveRole(admin, job, live, async (session) => {
    await session.query('BEGIN');
    if (act === 'preview') {
      const result = await work(session, '');
      await session.query('ROLLBACK');
      return result;
    }
    const { rows } = await session.query<{ xid: string }>('SELECT pg_catalog.txid_current() AS xid');
    const xid = rows[0]?.xid ?? '';
    const intent: Intent = { server: live.server.name, install: live.name, xid, act };
    const leftover = job.willMake('impersonation', { ...intent });
    const result = await work(session, xid);
    try {
      await session.query('COMMIT');
    } catch (error) {
      throw sayFailure(error, 'Ending the transaction');
    }
    core.state.transaction(() => {
      applyIntent(core.state, intent);
      job.settle(leftover);
    });
    return result;
  });
}

/** Runs `work` as the only writer of an install. */
export async function alone<T>(
  parts: Parts,
  name: string,
  what: string,
  watch: Watch,
  work: (install: InstallRecord) => Promise<T>,
): Promise<T> {
  getInstall(parts.core.state, name);
  const lock = await lockInstall(parts, name, what, 'wait', watch.signal);
  try {
    return await work(getInstall(parts.core.state, name));
  } finally {
    lock.close();
  }
}
