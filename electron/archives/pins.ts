import { randomBytes } from 'node:crypto';
import { RockpoolError } from '../contract/errors.ts';
import type { Core } from '../state/core.ts';
import { type Lock, lockHolder, tryLock } from '../state/locks.ts';
import { findArchive, touchArchive } from './archive.ts';

/**
 * Keeps an archive in the cache until the pin is closed, or its process is gone (D18), and notes that it is used. Any number of pins may stand at
 * once. Throws `cache_damaged` where the archive was pruned before.
 */
export function pinArchive(core: Core, id: string, what: string): Lock {
  return core.state.transaction(() => {
    if (findArchive(core, id) === null) {
      throw new RockpoolError('cache_damaged', 'The archive is no longer in the cache.', {
        hint: 'Install the dataset again: what is missing is pulled anew.',
        detail: { archive: id },
      });
    }
    touchArchive(core, id);
    const pin = tryLock(core.state, `pin:${id}:${randomBytes(6).toString('hex')}`, what);
    if ('close' in pin) return pin;
    throw new Error('two pins have one name');
  });
}

/** Ids of the archives that must stay: pinned by a process that lives, or what a pristine was restored from. */
export function listPinned(core: Core): Set<string> {
  const pinned = new Set<string>();
  for (const { name } of core.state.rows("SELECT name FROM locks WHERE name LIKE 'pin:%'")) {
    const [, id = ''] = String(name).split(':');
    if (lockHolder(core.state, String(name)) !== null) pinned.add(id);
    // Nobody takes a lock of this name again, so it would lie there for ever.
    else core.state.run('DELETE FROM locks WHERE name = ?', String(name));
  }
  for (const row of core.state.rows("SELECT json_extract(record, '$.archive') AS id FROM pristines")) {
    pinned.add(String(row.id));
  }
  return pinned;
}
