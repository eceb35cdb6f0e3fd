import { requireAtRest } from '../agent/at-rest.ts';
import { findListed, findPulled, type Publication } from '../archives/archive.ts';
import type { CachedWish } from '../archives/cached.ts';
import { listingOf } from '../archives/identity.ts';
import { isRockpoolError } from '../contract/errors.ts';
import { proposeName } from '../contract/names.ts';
import { openPlace, openSource } from '../sources/open.ts';
import type { SourceReader } from '../sources/source.ts';
import type { Core } from '../state/core.ts';
import type { InstallRecord } from './records.ts';
import { readReference } from './reference.ts';

/** A dataset that was found by what a person typed; nothing of it has been read yet. */
export interface Wanted {
  readonly source: string | null;
  /** The path or URL that was typed; empty for a dataset of a source. */
  readonly place: string;
  /** What the install could be called. */
  readonly proposedName: string;
  readonly publication: (signal: AbortSignal) => Promise<Publication>;
  /** What of it may be in the cache; null for a folder, whose path is as likely to be mistyped as out of reach. */
  readonly cached: CachedWish | null;
  /** How often it is listed again where it changed while it was read. */
  readonly retries: number;
}

/** Finds the source of a dataset by reference. Throws `usage` or `source_not_found`. */
export function findWanted(core: Core, text: string): Wanted {
  const reference = readReference(text);
  if (reference.kind === 'source') {
    const { source, dataset, revision } = reference;
    return wanted(core, { source, place: '' }, openSource(core, source), dataset, revision, dataset);
  }
  const { place, revision } = reference;
  return wanted(core, { source: null, place }, openPlace(place), null, revision, place);
}

function wanted(
  core: Core,
  from: Pick<Wanted, 'source' | 'place'>,
  reader: SourceReader,
  dataset: string | null,
  revision: string,
  called: string,
): Wanted {
  return {
    ...from,
    proposedName: nameFor(called),
    publication: (signal) => publicationOf(core, reader, dataset, revision, signal),
    retries: retriesOf(reader),
    cached: reader.origin === null ? null : { origin: reader.origin, dataset, revision },
  };
}

// A run empties and refills a file store: where an agent says that one goes on, nothing is read at all.
async function publicationOf(
  core: Core,
  reader: SourceReader,
  dataset: string | null,
  revision: string,
  signal?: AbortSignal,
): Promise<FoundPublication> {
  const called = dataset ?? reader.url.split('/').at(-1) ?? '';
  if (reader.kind !== 'filestore') return reader.publication(dataset, revision, signal);
  await requireAtRest(core, called, signal);
  try {
    return await reader.publication(dataset, revision, signal);
  } catch (error) {
    if (!isRockpoolError(error, 'revision_not_found') || !/^[0-9a-f]{12}$/.test(revision)) throw error;
    const latest = await reader.publication(dataset, 'latest', signal);
    if (!canHave(core, latest, revision)) throw error;
    return { ...latest, expected: revision };
  }
}

/**
 * True where the content of this revision may be what a file store has: only a pull can tell, but for what was pulled
 * before under another listing, or is the name of a listing itself.
 */
function canHave(core: Core, { origin, dataset, revision: listing }: Publication, revision: string): boolean {
  if (findListed(core, { origin, dataset, revision }).length > 0) return false;
  const known = findPulled(core, { origin, dataset, revision });
  return known === null || listingOf(known) === listing;
}

// An upload feed on S3 is overwritten by each run, one object after the other, and at rest between runs.
function retriesOf({ kind }: SourceReader): number {
  return kind === 's3' ? 2 : 0;
}

// A revision's folder is called by a number, which says nothing: the workflow's folder above it does. Workflows
// are often called by a UUID, of which the first part is what people recognise.
function nameFor(called: string): string {
  // An address may hold a name and a password: they are no part of a name.
  const plain = called.replace(/^(\w+:\/\/)[^/]*@/, '$1');
  const parts = plain.split(/[\\/]/).filter((part) => part !== '' && !/^\d+$/.test(part));
  const last = withoutEndings(parts.at(-1) ?? '');
  const uuid = /^([0-9a-f]{8})-[0-9a-f]{4}-/i.exec(last);
  return proposeName(uuid === null ? last : `dataset_${uuid[1]}`);
}

const endings: ReadonlySet<string> = new Set(['csv', 'sql', 'dump', 'tar', 'gz', 'tgz', 'zip', 'zst']);

function withoutEndings(name: string): string {
  let end = name.length;
  for (;;) {
    const at = name.lastIndexOf('.', end - 1);
    if (at < 0 || end === 0 || !endings.has(name.slice(at + 1, end).toLowerCase())) return name.slice(0, end);
    end = at;
  }
}

/** What an install's source publishes now. */
export interface Published {
  /** What was asked for, usually `latest`. */
  readonly wanted: string;
  readonly publication: FoundPublication;
  readonly retries: number;
  readonly kind: SourceReader['kind'];
}

/** A publication, and whether each run overwrites what the one before had published. */
export type FoundPublication = Publication & { readonly inPlace?: boolean };

/**
 * Asks the install's source for a revision, usually `latest`. Throws what the source throws, and `source_not_found`
 * where the source's name is no longer known.
 */
export async function findPublished(
  core: Core,
  install: InstallRecord,
  revision: string,
  signal?: AbortSignal,
): Promise<Published> {
  const reader = install.source === null ? openPlace(install.place) : openSource(core, install.source);
  const publication = await publicationOf(core, reader, install.dataset, revision, signal);
  return { wanted: revision, publication, retries: retriesOf(reader), kind: reader.kind };
}
