import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CacheEntry, Pruned, PruneWish } from '../contract/cache.ts';
import { RockpoolError } from '../contract/errors.ts';
import type { Core } from '../state/core.ts';
import { fileError } from '../state/files.ts';
import { requireLock } from '../state/locks.ts';
import { forgetArchive, listArchives } from './archive.ts';
import { listCache, sumArchives } from './entries.ts';
import { listParts } from './incoming.ts';
import { type LeftJournal, listJournals } from './journal.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** How long what a pull left that did not end waits for the next one to go on from it. */
const unfinishedMs = 7 * dayMs;

/**
 * Removes archives by dataset, count, age or size, and what no archive and no pull needs, such as files of pulls that did not
 * end and were not taken up again for 7 days. What is pinned stays. Without a wish for archives only the latter goes.
 * Throws `busy` where another process prunes, and `dataset_not_found` and `revision_not_found`.
 */
export async function pruneCache(core: Core, wish: PruneWish): Promise<Pruned> {
  const lock = requireLock(core.state, 'prune', 'Pruning the cache');
  try {
    // In one transaction: who takes a lock or a pin meanwhile either comes first or finds the archive gone.
    const { removed, kept } = core.state.transaction(() => {
      const picked = pickWished(core, wish);
      if (wish.dryRun !== true) for (const { archive } of picked.removed) forgetArchive(core, archive);
      return picked;
    });
    const gone = new Set(removed.map(({ archive }) => archive));
    const freedBytes = await sweepCache(core, gone, wish);
    return { removed, ...(wish.dataset !== undefined && { kept }), freedBytes };
  } finally {
    lock.close();
  }
}

type Picked = Pick<Pruned, 'removed' | 'kept'>;

function pickWished(core: Core, { dataset, revision, keep, olderThanMs, maxBytes }: PruneWish): Picked {
  const all = listCache(core);
  const entries = dataset === undefined ? all : entriesOf(all, dataset, revision);
  const gone = new Set<string>();
  const pinned = new Set<string>();
  const take = (entry: CacheEntry): void => {
    (entry.pinned ? pinned : gone).add(entry.archive);
  };
  if (dataset !== undefined && keep === undefined && olderThanMs === undefined && maxBytes === undefined)
    entries.forEach(take);
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
    const ids = new Set(entries.map(({ archive }) => archive));
    const archives = listArchives(core).filter(({ id }) => ids.has(id));
    const held = () => sumArchives(archives.filter(({ id }) => !gone.has(id)));
    for (const entry of entries.toReversed()) {
      if (held() <= maxBytes) break;
      take(entry);
    }
  }
  return {
    removed: entries.filter(({ archive }) => gone.has(archive)),
    kept: entries.filter(({ archive }) => pinned.has(archive)),
  };
}

const shownAtMost = 20;

function entriesOf(all: readonly CacheEntry[], dataset: string, revision?: string): CacheEntry[] {
  const own = all.filter((entry) => entry.dataset === dataset);
  const found = own.filter((entry) => revision === undefined || entry.revision === revision);
  if (found.length > 0) return found;
  const isKnown = own.length > 0;
  const names = [
    ...new Set(isKnown ? own.map((entry) => entry.revision) : all.map((entry) => entry.dataset)),
  ];
  const listed = names.slice(0, shownAtMost).join(', ') + (names.length > shownAtMost ? ', …' : '');
  throw new RockpoolError(
    isKnown ? 'revision_not_found' : 'dataset_not_found',
    `The cache has no ${isKnown ? `revision ${revision} of ${dataset}` : `dataset ${dataset}`}.`,
    {
      hint: names.length === 0 ? 'Nothing has been pulled yet.' : `It has ${listed}: rockpool cache list`,
      detail: { dataset, revision: revision ?? null },
    },
  );
}

/** Removes files that nothing needs once these archives are gone; returns their bytes. */
async function sweepCache(
  core: Core,
  gone: ReadonlySet<string>,
  { dataset, revision, dryRun = false }: PruneWish,
): Promise<number> {
  const limit = Date.now() - unfinishedMs;
  // Who wants a dataset gone means what a pull of it has left as well.
  const isUnwanted = ({ dataset: of, isLive, changedAt }: LeftJournal): boolean =>
    !isLive && (changedAt.getTime() < limit || (of === dataset && of !== null && revision === undefined));
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
    if (isUnwanted(journal)) await remove(journal.path);
  }
  for (const part of await listParts(core)) {
    if (!part.isLive && part.changedAt.getTime() < limit) await remove(part.path);
  }
  const needed = await listNeeded(core, gone, isUnwanted);
  for (const { path, sha256 } of await listObjects(core)) {
    if (needed.has(sha256)) continue;
    // Asked anew for each: a pull may have begun meanwhile, and writes down a file before it puts it here.
    if (dryRun || !(await listNeeded(core, gone, isUnwanted)).has(sha256)) await remove(path);
  }
  return freed;
}

async function listNeeded(
  core: Core,
  gone: ReadonlySet<string>,
  isUnwanted: (journal: LeftJournal) => boolean,
): Promise<Set<string>> {
  const archives = listArchives(core).filter(({ id }) => !gone.has(id));
  const journals = await listJournals(core);
  const fresh = journals.filter((journal) => !isUnwanted(journal));
  return new Set([...archives, ...fresh].flatMap(({ files }) => files.map(({ sha256 }) => sha256)));
}

async function listObjects(core: Core): Promise<{ path: string; sha256: string }[]> {
  const folder = join(core.paths.cache, 'objects');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && /^[0-9a-f]{64}$/.test(entry.name))
    .map((entry) => ({ path: join(entry.parentPath, entry.name), sha256: entry.name }));
}
