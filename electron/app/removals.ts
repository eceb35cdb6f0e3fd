import type { RemovedInstall } from '../contract/card.ts';
import type { Install, RemoveResult, Snapshot } from '../contract/install.ts';
import { hideInstall, unremoveInstall } from '../installs/hide.ts';
import type { Parts, Watch } from '../installs/parts.ts';
import { listRemoved } from '../installs/records.ts';
import { removeInstall } from '../installs/remove.ts';
import {
  listRemovedSnapshots,
  type RemovedSnapshot,
  removeSnapshot,
  unremoveSnapshot,
} from '../installs/snapshot-removal.ts';
import { totals } from '../installs/view.ts';

/** Removing installs and snapshots, at once or so that it can be undone for a while. */
export interface RemovalApp {
  /** With `keep` it can be undone for a while; without, a removal that could be undone until now is finished. */
  removeInstall(name: string, watch: Watch, options?: { readonly keep?: boolean }): Promise<RemoveResult>;
  unremoveInstall(name: string, watch: Watch): Promise<{ install: Install }>;
  /** With `keep` it can be had back for a while. */
  deleteSnapshot(
    name: string,
    label: string,
    watch: Watch,
    options?: { readonly keep?: boolean },
  ): Promise<RemovedSnapshot>;
  listRemovedSnapshots(name: string): { label: string; until: string }[];
  undeleteSnapshot(name: string, label: string, watch: Watch): Promise<Snapshot>;
}

export function openRemovals(parts: Parts): RemovalApp {
  return {
    removeInstall: async (name, watch, { keep = false } = {}) =>
      keep
        ? hideInstall(parts, name, watch)
        : { ...(await removeInstall(parts, name, watch)), until: null, changedRows: null },
    unremoveInstall: async (name, watch) => ({ install: await unremoveInstall(parts, name, watch) }),
    deleteSnapshot: (name, label, watch, options) => removeSnapshot(parts, name, label, watch, options),
    listRemovedSnapshots: (name) => listRemovedSnapshots(parts, name),
    undeleteSnapshot: (name, label, watch) => unremoveSnapshot(parts, name, label, watch),
  };
}

/** Removals that can still be undone, with what goes for good. */
export function removedInstalls({ core }: Parts): RemovedInstall[] {
  return listRemoved(core.state).map(({ name, removedUntil: until, dataset, report }) => ({
    name,
    until,
    dataset,
    ...totals(report),
  }));
}
