import { z } from 'zod';
import { type Impersonation, NextStep } from '../contract/impersonation.ts';
import type { Core } from '../state/core.ts';
import { parseRecord, type StateDb } from '../state/database.ts';
import { KeptRow } from './kept.ts';
import { seal, unseal } from './sealed.ts';

/** What state.db says in clear of an impersonation: nothing of any row. */
const ImpersonationRecord = z.object({
  recipe: z.string(),
  since: z.iso.datetime(),
  /** The number of the live in which it is; another live knows nothing of it. */
  liveOid: z.string(),
  job: z.string(),
  /** True until it is known that its transaction has held. */
  pending: z.boolean(),
});
type ImpersonationRecord = z.infer<typeof ImpersonationRecord>;

/** What is sealed beside it: who it is, what to do to be them, and the rows as they were. */
export const Kept = z.object({
  user: z.string(),
  label: z.string(),
  next: NextStep,
  rows: z.array(KeptRow),
});
export type Kept = z.infer<typeof Kept>;

/** The impersonation that is on in an install. */
export interface Current extends ImpersonationRecord {
  readonly xid: string;
  readonly sealed: Uint8Array;
}

/** The impersonation that is on, null where nobody is impersonated. */
export function findCurrent(state: StateDb, install: string): Current | null {
  const rows = state.rows('SELECT xid, record, kept FROM impersonations WHERE install = ?', install);
  const all = rows.map((row) => ({
    ...parseRecord(ImpersonationRecord, row),
    xid: String(row.xid),
    sealed: row.kept as Uint8Array,
  }));
  return all.find(({ pending }) => !pending) ?? null;
}

/** Opens what was kept of the impersonation that is on. Throws `file_unreadable`. */
export function openKept(core: Core, install: string, { sealed }: Current): Kept {
  return unseal(core, placeOf(install), sealed, Kept);
}

/** Who is impersonated in an install, as a shell shows it; null for nobody. */
export function impersonationOf(core: Core, install: string): Impersonation | null {
  const current = findCurrent(core.state, install);
  if (current === null) return null;
  const { recipe, since } = current;
  try {
    const { user, label } = openKept(core, install, current);
    return { user, label, recipe, since };
  } catch {
    // It must be seen that somebody is impersonated, also where it cannot be read who.
    return { user: '', label: '', recipe, since };
  }
}

/**
 * Writes down who is about to be impersonated, under the number of the transaction that makes it true. Until
 * `settleImpersonation` says that it has held, what was on before stays on.
 */
export async function prepareImpersonation(
  core: Core,
  install: string,
  xid: string,
  record: Omit<ImpersonationRecord, 'pending'>,
  kept: Kept,
): Promise<void> {
  const sealed = await seal(core, placeOf(install), kept);
  core.state.run(
    'INSERT OR REPLACE INTO impersonations (install, xid, record, kept) VALUES (?, ?, ?, ?)',
    install,
    xid,
    JSON.stringify({ ...record, pending: true }),
    sealed,
  );
}

/** The transaction has held: the impersonation of that number is on, any other is over. */
export function settleImpersonation(state: StateDb, install: string, xid: string): void {
  state.transaction(() => {
    state.run('DELETE FROM impersonations WHERE install = ? AND xid <> ?', install, xid);
    state.run(
      "UPDATE impersonations SET record = json_set(record, '$.pending', json('false')) WHERE install = ? AND xid = ?",
      install,
      xid,
    );
  });
}

/** The transaction has not held: what it was about to make true never was. */
export function dropImpersonation(state: StateDb, install: string, xid: string): void {
  state.run('DELETE FROM impersonations WHERE install = ? AND xid = ?', install, xid);
}

/** Nobody is impersonated in an install any more; true where somebody was. */
export function endImpersonation(state: StateDb, install: string): boolean {
  return state.run('DELETE FROM impersonations WHERE install = ?', install) > 0;
}

function placeOf(install: string): string {
  return `the impersonation in ${install}`;
}
