import { isRockpoolError, RockpoolError } from '../contract/errors.ts';
import type { Core } from '../state/core.ts';
import { type Archive, listArchives } from './archive.ts';
import { listingOf } from './identity.ts';

/** What is looked for in the cache while its source is not asked. */
export interface CachedWish {
  /** The place it came from, null for any. */
  readonly origin: string | null;
  /** Null for the only one that there is of this origin. */
  readonly dataset: string | null;
  /** A revision, or `latest`: the newest of those that are here. */
  readonly revision: string;
}

/** The archive in the cache that answers a wish, null where there is none, or several datasets would. */
export function findCached(core: Core, wish: CachedWish): Archive | null {
  const cached = listCached(core, wish);
  const isOne = new Set(cached.map(({ origin, dataset }) => `${origin}\0${dataset}`)).size === 1;
  if (wish.dataset === null && !isOne) return null;
  if (wish.revision === 'latest') return cached[0] ?? null;
  return (
    cached.find(({ revision }) => revision === wish.revision) ??
    cached.find((archive) => listingOf(archive) === wish.revision) ??
    null
  );
}

/**
 * The archive in the cache that answers a wish, for when its source did not answer. Where there is none it throws the
 * source's failure again, with what revisions are in the cache.
 */
export function requireCached(core: Core, wish: CachedWish, failure: unknown): Archive {
  const found = findCached(core, wish);
  if (found !== null) return found;
  if (!isRockpoolError(failure)) throw failure;
  const cached = listCached(core, wish);
  const names = cached.map(({ dataset, revision }) => `${dataset}@${revision}`);
  const wanted = `${wish.dataset ?? 'This dataset'} @ ${wish.revision}`;
  const there =
    names.length === 0
      ? 'nothing of it'
      : `${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}`;
  throw new RockpoolError(failure.code, `${failure.message} ${wanted} is not in the cache either.`, {
    hint: `The cache has ${there}. ${failure.hint ?? ''}`.trim(),
    detail: { ...failure.detail, cached: names.length },
    cause: failure,
  });
}

/** Archives in the cache of an origin, or any, and a dataset, or any; the newest revision first. */
export function listCached(
  core: Core,
  { origin, dataset }: Pick<CachedWish, 'origin' | 'dataset'>,
): Archive[] {
  return listArchives(core)
    .filter((archive) => origin === null || archive.origin === origin)
    .filter((archive) => dataset === null || archive.dataset === dataset)
    .toSorted(newestFirst);
}

// Revisions of a repository count up; of others only their dates tell which is newer.
function newestFirst(a: Archive, b: Archive): number {
  const isNumber = /^\d{1,15}$/;
  if (isNumber.test(a.revision) && isNumber.test(b.revision)) return Number(b.revision) - Number(a.revision);
  return timeOf(b).localeCompare(timeOf(a));
}

// What was pulled first may be published once more: when it was last seen counts.
function timeOf({ seenAt, publishedAt, pulledAt }: Archive): string {
  return seenAt ?? publishedAt ?? pulledAt;
}
