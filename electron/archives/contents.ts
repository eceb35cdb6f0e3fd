import type { SqlStatement } from '../sql/split-items.ts';

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
  /** Rows that the archive holds as INSERTs, to be run in their order before `data`. */
  readonly statements?: readonly RowStatements[];
  readonly largeObjects?: readonly LargeObjects[];
  /** What stands behind all that and is run as it stands, in order; absent where nothing does. */
  readonly replay?: ScriptReplay;
  /** True where the archive says all by itself: sequences and materialized views are what it makes of them, and no more. */
  readonly isComplete?: boolean;
  /** The encoding that the database is made in, UTF8 where it is not given. */
  readonly encoding?: string;
  /** What was seen and left out on purpose, or has to be said. */
  readonly skipped: readonly { what: string; name: string; reason: string }[];
  readonly warnings: readonly { code: string; message: string }[];
  /** Lets go of what was unpacked to read it. Nothing of the contents can be opened after that. */
  close?(): Promise<void>;
}

/** SQL of the archive: untrusted text that is to be split and classified, never run whole. */
export interface Script {
  /** The file it comes from, for messages. */
  readonly file: string;
  readonly purpose: 'schema' | 'constraints' | 'sequences';
  read(): Promise<string>;
  /** The same taken apart already, where its reader has to do that anyway. */
  statements?(): Promise<readonly SqlStatement[]>;
}

/** Statements that are run one after another, as psql would run them. */
export interface ScriptReplay {
  readonly file: string;
  /** Where they begin. */
  readonly line: number;
  /** What stands there and cannot be restored side by side, for people. */
  readonly what: string;
  /** How many there are, those of COPY included. */
  readonly statements: number;
  readonly sizeBytes: number;
  /** Of them, what has to be known before: extensions that are made, settings of the database, the search path. */
  readonly ahead: readonly SqlStatement[];
  open(signal?: AbortSignal): AsyncIterable<ReplayItem>;
}

export type ReplayItem =
  | { readonly kind: 'statement'; readonly statement: SqlStatement }
  /** The session begins anew. */
  | { readonly kind: 'connect'; readonly line: number }
  | {
      readonly kind: 'copy';
      readonly statement: SqlStatement;
      /** PostgreSQL's name of the encoding that the rows have. */
      readonly encoding: string;
      readonly sizeBytes: number;
      /** Each chunk is good until the next one is asked for. */
      rows(): AsyncIterable<Buffer>;
    };

/** INSERTs of an archive, and the settings that stand between them. */
export interface RowStatements {
  readonly file: string;
  /** The tables that they are for. */
  readonly tables: readonly { readonly schema: string | null; readonly table: string }[];
  readonly sizeBytes: number;
  open(signal?: AbortSignal): AsyncIterable<SqlStatement>;
}

/** Large objects of an archive. */
export interface LargeObjects {
  readonly file: string;
  readonly sizeBytes: number;
  open(signal?: AbortSignal): AsyncIterable<LargeObject>;
}

/** One large object; `body` is to be read before the next one is asked for. */
export interface LargeObject {
  readonly oid: number;
  readonly body: AsyncIterable<Buffer>;
}

/** The rows of one table. */
export interface TableData {
  readonly file: string;
  /** Null where the name alone does not tell; the schema scripts do then. */
  readonly schema: string | null;
  readonly table: string;
  readonly sizeBytes: number;
  /** Resolves once the rows have come, where they may still be on their way; absent where they are there. */
  ready?(signal?: AbortSignal): Promise<unknown>;
  /** Opens the rows anew. */
  open(signal?: AbortSignal): Promise<TableRows>;
}

/** How rows are written; what is not given is as COPY has it by default. */
export interface RowFormat {
  readonly kind: 'csv' | 'text';
  readonly delimiter?: string;
  /** What stands for NULL. */
  readonly nullText?: string;
  /** PostgreSQL's name of the encoding, UTF8 where it is not given. */
  readonly encoding?: string;
}

/** Bytes in their order, each chunk good until the next one is asked for. */
export interface RowBytes extends AsyncIterable<Buffer> {
  destroy(): void;
}

/** Rows on their way into COPY, without a header. */
export interface TableRows {
  /** Null for all columns of the table, in their order. */
  readonly columns: readonly string[] | null;
  /** CSV with commas where it is not given. */
  readonly format?: RowFormat;
  /** Fails where the file is not what was pulled, or ends early. */
  readonly body: RowBytes;
  /** Records that went through `body` so far; all of them once it has ended. */
  records(): number;
  /** Bytes of the file, header included, that went through so far. */
  bytes(): number;
}
