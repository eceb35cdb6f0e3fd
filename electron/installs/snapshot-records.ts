import { z } from 'zod';
import { RockpoolError } from '../contract/errors.ts';
import { Edited, type Snapshot } from '../contract/install.ts';
import { InstallReport } from '../contract/report.ts';
import { parseRecord, type StateDb } from '../state/database.ts';

/** A named copy of a live, sealed, as state.db remembers it. */
export const SnapshotRecord = z.object({
  install: z.string(),
  label: z.string(),
  server: z.string(),
  database: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  /** What the live was copied from when the snapshot was made: gone back to, it is that revision again. */
  pristine: z.string(),
  revision: z.string(),
  report: InstallReport,
  createdAt: z.iso.datetime(),
  /** When it may be dropped; null for one that a person saved. */
  expiresAt: z.iso.datetime().nullable(),
  /** What had been done to the live when it was copied. */
  edited: z.array(Edited).default([]),
  /** That it was deleted: what it was called, and when it would have gone by itself. It can be had back until `expiresAt`. */
  removed: z.object({ label: z.string(), expiresAt: z.iso.datetime().nullable() }).nullable().default(null),
});
export type SnapshotRecord = z.infer<typeof SnapshotRecord>;

/** The snapshots of an install, the newest first. */
export function listSnapshots(state: StateDb, install: string): SnapshotRecord[] {
  return listAllSnapshots(state, install).filter(({ removed }) => removed === null);
}

/** With those that were deleted and whose databases are still there. */
export function listAllSnapshots(state: StateDb, install: string): SnapshotRecord[] {
  return state
    .rows('SELECT record FROM snapshots WHERE install = ?', install)
    .map((row) => parseRecord(SnapshotRecord, row))
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}

/** The snapshot of this label, or `snapshot_not_found` naming those that there are. */
export function getSnapshot(state: StateDb, install: string, label: string): SnapshotRecord {
  const all = listSnapshots(state, install);
  const found = all.find((snapshot) => snapshot.label === label);
  if (found !== undefined) return found;
  throw new RockpoolError(
    'snapshot_not_found',
    `${install} has no snapshot called ${JSON.stringify(label)}.`,
    {
      hint:
        all.length === 0
          ? `Save one first: rockpool snapshot save ${install} LABEL`
          : `There are: ${all.map((snapshot) => snapshot.label).join(', ')}.`,
      detail: { install, label },
    },
  );
}

export function findSnapshot(state: StateDb, install: string, label: string): SnapshotRecord | null {
  return listSnapshots(state, install).find((snapshot) => snapshot.label === label) ?? null;
}

/** Writes a snapshot; the caller sees to the database of one that had its label. */
export function putSnapshot(state: StateDb, snapshot: SnapshotRecord): void {
  state.run(
    'INSERT OR REPLACE INTO snapshots (install, label, pristine, record) VALUES (?, ?, ?, ?)',
    snapshot.install,
    snapshot.label,
    snapshot.pristine,
    JSON.stringify(snapshot),
  );
}

export function deleteSnapshot(state: StateDb, install: string, label: string): void {
  state.run('DELETE FROM snapshots WHERE install = ? AND label = ?', install, label);
}

/** Snapshots of all installs whose time is over. */
export function listExpired(state: StateDb, now = new Date()): SnapshotRecord[] {
  return state
    .rows("SELECT record FROM snapshots WHERE json_extract(record, '$.expiresAt') <= ?", now.toISOString())
    .map((row) => parseRecord(SnapshotRecord, row));
}

/** A snapshot as shells show it. */
export function snapshotOf({ label, createdAt, sizeBytes, revision, expiresAt }: SnapshotRecord): Snapshot {
  return { label, createdAt, sizeBytes, revision, expiresAt };
}
