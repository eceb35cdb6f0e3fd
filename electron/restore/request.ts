import type { ArchiveContents } from '../archives/contents.ts';
import type { Orphan, Skipped, TableReport, Warning } from '../contract/report.ts';
import type { RunningServer } from '../servers/server.ts';
import type { DatabaseSetting } from '../sql/database-settings.ts';

/** What is to be restored, and into what. */
export interface RestoreRequest {
  readonly server: RunningServer;
  /** The name of the database to make. */
  readonly database: string;
  /** The owner's role, which exists. */
  readonly owner: string;
  readonly contents: ArchiveContents;
  readonly connections: number;
  /** Only the rows of these tables, as `table` or `schema.table`, and of what their foreign keys lead to. */
  readonly tables?: readonly string[];
  /** How long one statement of the archive may take. */
  readonly deadlineMs?: number;
}

/** What is said of it, as it goes on. */
export interface RestoreReport {
  readonly tables: TableReport[];
  readonly skipped: Skipped[];
  readonly warnings: Warning[];
  readonly orphans: Orphan[];
}

/** What became of it. */
export interface RestoreResult extends RestoreReport {
  /** What sessions of the database begin with. */
  readonly settings: readonly DatabaseSetting[];
}
