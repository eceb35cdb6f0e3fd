import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CacheEntry, Pruned, PruneWish } from '../contract/cache.ts';
import type { Core } from '../state/core.ts';
import { fileError } from '../state/files.ts';
import { requireLock } from '../state/locks.ts';
import { forgetArchive, listArchives } from './archive.ts';
import { listCache, sumArchives } from './entries.ts';
import { listParts } from './incoming.ts';
import { listJournals } from './journal.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** How long what a pull left that did not end waits for the next one to go on from it. */
const unfinishedMs = 7 * dayMs;

/**
 * Removes archives by count, age or size, and what no archive and no pull needs, such as files of pulls that did not
 * end and were not taken up again for 7 days. What is pinned stays. Without a wish for archives only the latter goes.
 * Throws `busy` where another process prunes.
 */
export async function pruneCache(core: Core, wish: PruneWish): Promise<Pruned> {
  const lock = requireLock(core.state, 'prune', 'Pruning the cache');
  try {
    // In one transaction: who takes a lock or a pin meanwhile either comes first or finds the archive gone.
    const removed = core.state.transaction(() => {
      const picked = pickRemoved(core, wish);
      if (wish.dryRun !== true) for (const { archive } of picked) forgetArchive(core, archive);
      return picked;
    });
    const gone = new Set(removed.map(({ archive }) => archive));
    return { removed, freedBytes: await sweepCache(core, gone, wish.dryRun === true) };
  } finally {
    lock.close();
  }
}

function pickRemoved(core: Core, { keep, olderThanMs, maxBytes }: PruneWish): CacheEntry[] {
  const entries = listCache(core);
  const gone = new Set<string>();
  const take = (entry: CacheEntry): void => {
    if (!entry.pinned) gone.add(entry.archive);
  };
  if (keep !== undefined) {
    for (const [, same] of Map.groupBy(entries, ({ origin, dataset }) => `${origin}\0${dataset}`)) {
      const latest = same.toSorted((a, b) => b.pulledAt.localeCompare(a.pulledAt));
      for (const entry of latest.slice(keep)) take(entry);
    }
  }
  if (olderThanMs !== undefined) {
    for (const entry of entries) if (Date.now() - Date.parse(entry.lastUsedAt) > olderThanMs) take(entry);
  }
  if (maxBytes !== undefined) {
    const archives = listArchives(core);
    const held = () => sumArchives(archives.filter(({ id }) => !gone.has(id)));
    for (const entry of entries.toReversed()) {
      if (held() <= maxBytes) break;
      take(entry);
    }
  }
  return entries.filter(({ archive }) => gone.has(archive));
}

/** Removes files that nothing needs once these archives are gone; returns their bytes. */
async function sweepCache(core: Core, gone: ReadonlySet<string>, dryRun: boolean): Promise<number> {
  const limit = Date.now() - unfinishedMs;
  let freed = 0;
  const remove = async (path: string): Promise<void> => {
    const stats = await stat(path).catch(() => null);
    if (stats === null) return;
    freed += stats.size;
    if (dryRun) return;
    await rm(path, { force: true }).catch((error) => {
      throw fileError(error, path, 'removed');
    });
  };
  for (const journal of await listJournals(core)) {
    if (!journal.isLive && journal.changedAt.getTime() < limit) await remove(journal.path);
  }
  for (const part of await listParts(core)) {
    if (!part.isLive && part.changedAt.getTime() < limit) await remove(part.path);
  }
  const needed = await listNeeded(core, gone, limit);
  for (const { path, sha256 } of await listObjects(core)) {
    if (needed.has(sha256)) continue;
    // Asked anew for each: a pull may have begun meanwhile, and writes down a file before it puts it here.
    if (dryRun || !(await listNeeded(core, gone, limit)).has(sha256)) await remove(path);
  }
  return freed;
}

async function listNeeded(core: Core, gone: ReadonlySet<string>, limit: number): Promise<Set<string>> {
  const archives = listArchives(core).filter(({ id }) => !gone.has(id));
  const journals = await listJournals(core);
  const fresh = journals.filter(({ isLive, changedAt }) => isLive || changedAt.getTime() >= limit);
  return new Set([...archives, ...fresh].flatMap(({ files }) => files.map(({ sha256 }) => sha256)));
}

async function listObjects(core: Core): Promise<{ path: string; sha256: string }[]> {
  const folder = join(core.paths.cache, 'objects');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && /^[0-9a-f]{64}$/.test(entry.name))
    .map((entry) => ({ path: join(entry.parentPath, entry.name), sha256: entry.name }));
}
