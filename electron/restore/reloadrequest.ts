import type { ArchiveContents } from '../archives/contents.ts';
import type { Orphan, Skipped, TableReport, Warning } from '../contract/report.ts';
import type { RunningServer } from '../servers/server.ts';

/** What is to be reloaded, and into what. */
export interface ReloadRequest {
  readonly server: RunningServer;
  /** A closed copy of an earlier revision's pristine. */
  readonly database: string;
  /** The owner's role, to which all in the copy belongs. */
  readonly owner: string;
  /** The new revision, whose schema is that of the copy. */
  readonly contents: ArchiveContents;
  /** The files of `contents.data` whose rows are others. */
  readonly changedFiles: readonly string[];
  readonly connections: number;
  /** The choice of tables with which the copy was restored, if it was. */
  readonly tables?: readonly string[];
  /** How long one statement may take. */
  readonly deadlineMs?: number;
}

/** What became of it. */
export interface ReloadResult {
  /** The reloaded tables; with a partitioned one its partitions. */
  readonly tables: TableReport[];
  /** All other tables, as `schema.name`. */
  readonly kept: string[];
  /** Of the whole database, those of unchanged tables among them. */
  readonly orphans: Orphan[];
  readonly warnings: Warning[];
  readonly skipped: Skipped[];
}
