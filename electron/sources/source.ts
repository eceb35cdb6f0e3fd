import type { Readable } from 'node:stream';
import type { Revision, SourceKind } from '../contract/source.ts';

/** One file that a source publishes. */
export interface PublishedFile {
  readonly name: string;
  readonly sizeBytes: number | null;
  /** Tells this very content from a later one, null where the source does not: tag and version, or times and inode. */
  readonly fingerprint: string | null;
  /** How many lines the source says it has, line ends inside quotes included; null where it does not count them. */
  lineCount(signal?: AbortSignal): Promise<number | null>;
  /** Its bytes, from the first. Throws where it cannot be opened; the stream fails where it does not come whole. */
  open(signal?: AbortSignal): Promise<Readable>;
  /** The SHA-256 of its bytes, in hexadecimal, where reading it costs less than keeping a second copy: on a disk of ours. */
  digest?(signal?: AbortSignal): Promise<string>;
  /**
   * Some of its bytes, `end` excluded, of the very content that was listed. Throws `source_changed` where it is another
   * by now, and `pull_mismatch` where the source does not give the range that was asked for.
   */
  openRange?(range: ByteRange, signal?: AbortSignal): Promise<Readable>;
  /** Of the whole file's bytes; null or absent where the source has none that means that. */
  readonly checksum?: FileChecksum | null;
  /** Another one of the whole file that takes next to no time to work out, where the source tells it: a CRC-32. */
  readonly quickChecksum?: FileChecksum | null;
}

/** Bytes of a file from `start` up to, not including, `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What a source says of the bytes of a whole file. */
export interface FileChecksum {
  readonly algorithm: 'sha256' | 'crc64nvme' | 'crc32' | 'crc32c' | 'sha1' | 'md5';
  readonly base64: string;
}

/** One revision of a dataset, as listed at one moment. */
export interface Publication {
  /** The place, stable and without secrets: with dataset and revision it names an archive. */
  readonly origin: string;
  readonly dataset: string;
  /** Never `latest`. */
  readonly revision: string;
  readonly publishedAt: string | null;
  readonly sizeBytes: number | null;
  readonly files: readonly PublishedFile[];
  /** True where `revision` is of the listing alone, and equal ones may have other content: what is pulled tells. */
  readonly namedByContent?: boolean;
  /** True where each run overwrites what the one before had published. */
  readonly inPlace?: boolean;
  /** Throws `source_changed` if what is published now is not what was listed. */
  confirm(signal?: AbortSignal): Promise<void>;
}

/** A dataset with its revisions, newest first. */
export interface ListedDataset {
  readonly dataset: string;
  readonly revisions: readonly Revision[];
}

/** A place where datasets are published, ready to be read. */
export interface SourceReader {
  readonly kind: SourceKind;
  readonly url: string;
  /** That of its publications, so that an archive is found without asking the source; null where only they can tell. */
  readonly origin: string | null;
  /** One line that says what is there. Throws what keeps the source from being read. */
  check(signal?: AbortSignal): Promise<string>;
  datasets(signal?: AbortSignal): Promise<ListedDataset[]>;
  /** `dataset` null takes the only one there is; `revision` may be `latest`. */
  publication(dataset: string | null, revision: string, signal?: AbortSignal): Promise<Publication>;
}
