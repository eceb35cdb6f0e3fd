import type { Edited } from '../contract/install.ts';
import type { StateDb } from '../state/database.ts';
import { readSetting } from '../state/settings.ts';
import type { Publish } from './publish.ts';
import type { InstallRecord } from './records.ts';
import { findSnapshot } from './snapshot-records.ts';

/** How long a former live stays: ten minutes, unless the setting `formerMinutes` says otherwise. */
export function formerMinutes(state: StateDb): number {
  return readSetting(state, 'formerMinutes');
}

/** Until when what a click takes away can be had back: a minute at least, since nothing goes without a way back. */
export function undoableUntil(state: StateDb): string {
  return new Date(Date.now() + Math.max(1, formerMinutes(state)) * 60_000).toISOString();
}

/**
 * How the live that is about to be replaced stays as a snapshot for a while. One that an earlier switch left under
 * the same label goes.
 */
export function keepFormer(
  state: StateDb,
  install: InstallRecord,
  label: string,
  edited: readonly Edited[],
): NonNullable<Publish['keep']> {
  const now = Date.now();
  return {
    snapshot: {
      install: install.name,
      label,
      server: install.server,
      database: '',
      sizeBytes: install.sizeBytes,
      pristine: install.pristine,
      revision: install.revision,
      report: install.report,
      createdAt: new Date(now).toISOString(),
      expiresAt: new Date(now + formerMinutes(state) * 60_000).toISOString(),
      edited: [...edited],
      removed: null,
    },
    replaced: findSnapshot(state, install.name, label)?.database ?? null,
  };
}

/** Under which label a kept live can be gone back to, and until when. */
export function formerOf({ snapshot }: NonNullable<Publish['keep']>): { label: string; expiresAt: string } {
  const { label, expiresAt, createdAt } = snapshot;
  return { label, expiresAt: expiresAt ?? createdAt };
}
