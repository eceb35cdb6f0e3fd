import type { LeftoverRecord } from '../jobs/leftovers.ts';
import type { Session } from '../sql/connect.ts';
import type { StateDb } from '../state/database.ts';
import { dropImpersonation, endImpersonation, settleImpersonation } from './records.ts';

/** What a job writes down before it commits: by the number of its transaction anybody can tell later what became of it. */
export interface Intent {
  readonly server: string;
  readonly install: string;
  readonly xid: string;
  readonly act: 'become' | 'stop';
}

/** Makes true in state.db what a transaction that has held made true in the live. */
export function applyIntent(state: StateDb, { install, xid, act }: Omit<Intent, 'server'>): void {
  if (act === 'become') settleImpersonation(state, install, xid);
  else endImpersonation(state, install);
}

const patienceMs = 5000;

/** Finds out whether the transaction of an intent has held, and follows it. `later` where it still goes on. */
export async function finishIntent(
  state: StateDb,
  admin: Session,
  record: LeftoverRecord,
): Promise<'done' | 'later'> {
  const install = String(record.install);
  const xid = String(record.xid);
  const act = record.act === 'stop' ? 'stop' : 'become';
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const { rows } = await admin.query<{ status: string | null }>(
      'SELECT pg_catalog.txid_status($1::bigint) AS status',
      [xid],
    );
    const status = rows[0]?.status ?? null;
    if (status === 'committed') {
      applyIntent(state, { install, xid, act });
      return 'done';
    }
    // Without a status it is too long ago to be told; what was pending is then taken for what never was.
    if (status !== 'in progress') {
      if (act === 'become') dropImpersonation(state, install, xid);
      return 'done';
    }
    if (Date.now() > deadline) return 'later';
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
