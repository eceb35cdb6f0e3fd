import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { Core } from '../state/core.ts';
import { parseRecord, type StateDb } from '../state/database.ts';
import { hasSameContent, listingOf } from './identity.ts';

const count = z.number().int().nonnegative();

/** What a source says of the bytes of a whole file. */
export const FileChecksum = z.object({
  algorithm: z.enum(['sha256', 'crc64nvme', 'crc32', 'crc32c', 'sha1', 'md5']),
  base64: z.string(),
});
export type FileChecksum = z.infer<typeof FileChecksum>;

/** One file of an archive. Its bytes are in the cache, under their hash. */
export const ArchiveFile = z.object({
  name: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  sizeBytes: count,
  /** What told this content from a later one at the source, null where nothing does. */
  fingerprint: z.string().nullable(),
  /** What the source said of its bytes, and they agreed with this or its quick one; null where it said nothing. */
  checksum: FileChecksum.nullable().default(null),
});
export type ArchiveFile = z.infer<typeof ArchiveFile>;

/** The files of one revision, as pulled into the cache. */
export const Archive = z.object({
  id: z.string(),
  origin: z.string(),
  dataset: z.string(),
  revision: z.string(),
  publishedAt: z.string().nullable(),
  pulledAt: z.iso.datetime(),
  /** What the source's listing called it where that is not its content; null where the revision is the source's own. */
  listing: z.string().nullish(),
  /** When a pull last found it published, where only a pull can tell. */
  seenAt: z.iso.datetime().nullish(),
  files: z.array(ArchiveFile),
});
export type Archive = z.infer<typeof Archive>;

/** What a pull needs to know of a published file; a source's files have this shape. */
export interface PublishedFile {
  readonly name: string;
  readonly sizeBytes: number | null;
  readonly fingerprint: string | null;
  lineCount(signal?: AbortSignal): Promise<number | null>;
  open(signal?: AbortSignal): Promise<Readable>;
  /** The SHA-256 of its bytes, in hexadecimal, where reading it costs less than keeping a second copy: on a disk of ours. */
  digest?(signal?: AbortSignal): Promise<string>;
  /** Throws `source_changed` where the content is another by now, `pull_mismatch` where ranges are not given. */
  openRange?(range: ByteRange, signal?: AbortSignal): Promise<Readable>;
  readonly checksum?: FileChecksum | null;
  readonly quickChecksum?: FileChecksum | null;
}

/** Bytes of a file from `start` up to, not including, `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What a pull needs to know of a publication; a source's publications have this shape. */
export interface Publication {
  readonly origin: string;
  readonly dataset: string;
  readonly revision: string;
  readonly publishedAt: string | null;
  readonly files: readonly PublishedFile[];
  /** True where `revision` is of the listing alone: what is pulled is called by its content. */
  readonly namedByContent?: boolean;
  /** The revision that the content must have, where it was asked for by that. */
  readonly expected?: string;
  confirm(signal?: AbortSignal): Promise<void>;
}

/** Which publication an archive is of. */
export type ArchiveKey = Pick<Archive, 'origin' | 'dataset' | 'revision'>;

/** The archive with this id, null where it is gone. */
export function findArchive(core: Core, id: string): Archive | null {
  const row = core.state.rows('SELECT record FROM archives WHERE id = ?', id)[0];
  return row === undefined ? null : parseRecord(Archive, row);
}

/** The archive of a publication, null where it was never pulled. */
export function findPulled(core: Core, { origin, dataset, revision }: ArchiveKey): Archive | null {
  const row = core.state.rows(
    'SELECT record FROM archives WHERE origin = ? AND dataset = ? AND revision = ?',
    origin,
    dataset,
    revision,
  )[0];
  return row === undefined ? null : parseRecord(Archive, row);
}

/** All archives, the latest pulled first. */
export function listArchives(core: Core): Archive[] {
  return core.state
    .rows('SELECT record FROM archives ORDER BY pulled_at DESC, id')
    .map((row) => parseRecord(Archive, row));
}

/** Archives that the source's listing calls, or called, so: of a source that names nothing there can be several. */
export function findListed(core: Core, { origin, dataset, revision }: ArchiveKey): Archive[] {
  return listArchives(core)
    .filter((archive) => archive.origin === origin && archive.dataset === dataset)
    .filter((archive) => listingOf(archive) === revision);
}

/** What `recordArchive` writes down, beside which publication it is of. */
export type Pulled = Pick<Archive, 'publishedAt' | 'files'> & Partial<Pick<Archive, 'listing' | 'seenAt'>>;

/**
 * Remembers what was pulled, in place of what was known of the same publication. Where the content is what it was
 * the id stays, as pristines name it.
 */
export function recordArchive(core: Core, key: ArchiveKey & Pulled): Archive {
  const former = findPulled(core, key);
  const isSame = former !== null && hasSameContent(former.files, key.files);
  const pulledAt = isSame ? former.pulledAt : new Date().toISOString();
  const archive: Archive = {
    id: isSame ? former.id : randomBytes(5).toString('hex'),
    pulledAt,
    origin: key.origin,
    dataset: key.dataset,
    revision: key.revision,
    publishedAt: key.publishedAt,
    listing: key.listing ?? null,
    seenAt: key.seenAt ?? null,
    files: key.files,
  };
  const { id, origin, dataset, revision } = archive;
  core.state.transaction(() => {
    forget(core.state, archive);
    core.state.run(
      `INSERT INTO archives (id, origin, dataset, revision, pulled_at, last_used_at, record)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      ...[id, origin, dataset, revision, pulledAt, new Date().toISOString(), JSON.stringify(archive)],
    );
  });
  return archive;
}

/** Writes down what tells the files of an archive from later ones now, where their content was found to be the same. */
export function refreshFingerprints(
  core: Core,
  archive: Archive,
  published: readonly Pick<PublishedFile, 'name' | 'fingerprint'>[],
): void {
  const now = new Map(published.map(({ name, fingerprint }) => [name, fingerprint] as const));
  const files = archive.files.map((file) => ({ ...file, fingerprint: now.get(file.name) ?? null }));
  core.state.run(
    'UPDATE archives SET record = ? WHERE id = ?',
    JSON.stringify({ ...archive, files }),
    archive.id,
  );
}

/** Notes that an archive was used just now. */
export function touchArchive(core: Core, id: string): void {
  core.state.run('UPDATE archives SET last_used_at = ? WHERE id = ?', new Date().toISOString(), id);
}

/** Forgets an archive; its bytes stay until `removeObjects` takes those that nobody needs. */
export function forgetArchive(core: Core, id: string): boolean {
  return core.state.run('DELETE FROM archives WHERE id = ?', id) > 0;
}

function forget(state: StateDb, { origin, dataset, revision }: ArchiveKey): void {
  state.run(
    'DELETE FROM archives WHERE origin = ? AND dataset = ? AND revision = ?',
    origin,
    dataset,
    revision,
  );
}
