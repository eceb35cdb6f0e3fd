import type { CacheEntry } from '../contract/cache.ts';
import type { Core } from '../state/core.ts';
import { lockHolder } from '../state/locks.ts';
import { type Archive, type ArchiveFile, listArchives } from './archive.ts';
import { listingOf } from './identity.ts';
import { pullLock } from './journal.ts';
import { listPinned } from './pins.ts';

/** What the cache holds, the latest used first. */
export function listCache(core: Core): CacheEntry[] {
  const pinned = listPinned(core);
  const usedAt = new Map(
    core.state
      .rows('SELECT id, last_used_at FROM archives')
      .map((row) => [String(row.id), String(row.last_used_at)] as const),
  );
  return listArchives(core)
    .map((archive) => ({
      dataset: archive.dataset,
      revision: archive.revision,
      origin: archive.origin,
      archive: archive.id,
      bytes: sumSizes(archive.files),
      pulledAt: archive.pulledAt,
      lastUsedAt: usedAt.get(archive.id) ?? archive.pulledAt,
      pinned:
        pinned.has(archive.id) ||
        lockHolder(core.state, pullLock({ ...archive, revision: listingOf(archive) })) !== null,
    }))
    .toSorted((a, b) => b.lastUsedAt.localeCompare(a.lastUsedAt));
}

/** Bytes of all files of these archives; what several of them share counts once. */
export function sumArchives(archives: readonly Archive[]): number {
  return sumSizes(archives.flatMap(({ files }) => files));
}

/** Bytes of files, a content that several have counted once. */
export function sumSizes(files: readonly Pick<ArchiveFile, 'sha256' | 'sizeBytes'>[]): number {
  const sizes = new Map(files.map(({ sha256, sizeBytes }) => [sha256, sizeBytes] as const));
  return [...sizes.values()].reduce((sum, sizeBytes) => sum + sizeBytes, 0);
}
