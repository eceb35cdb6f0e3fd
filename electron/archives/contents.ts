import type { Readable } from 'node:stream';

/**
 * What an archive holds, whatever its format: SQL to run around the data, and the data a table. `restore/` knows
 * archives by this alone.
 */
export interface ArchiveContents {
  /** For people: `data repository`, `file store`, `CSV files`. */
  readonly format: string;
  /** In the order in which they should be tried. */
  readonly scripts: readonly Script[];
  readonly data: readonly TableData[];
  /** What was seen and left out on purpose, or has to be said. */
  readonly skipped: readonly { what: string; name: string; reason: string }[];
  readonly warnings: readonly { code: string; message: string }[];
}

/** SQL of the archive: untrusted text that is to be split and classified, never run whole. */
export interface Script {
  /** The file it comes from, for messages. */
  readonly file: string;
  readonly purpose: 'schema' | 'constraints' | 'sequences';
  read(): Promise<string>;
}

/** The rows of one table. */
export interface TableData {
  readonly file: string;
  /** Null where the name alone does not tell; the schema scripts do then. */
  readonly schema: string | null;
  readonly table: string;
  readonly sizeBytes: number;
  /** Opens the rows anew. */
  open(signal?: AbortSignal): Promise<TableRows>;
}

/** Rows on their way into COPY: CSV without its header. */
export interface TableRows {
  readonly columns: readonly string[];
  /** Fails where the file is not what was pulled, or ends inside a quoted field. */
  readonly body: Readable;
  /** Records that went through `body` so far; all of them once it has ended. */
  records(): number;
  /** Bytes of the file, header included, that went through so far. */
  bytes(): number;
}
