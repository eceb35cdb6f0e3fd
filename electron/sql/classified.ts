import type { DatabaseSetting } from './database-settings.ts';
import type { MaybeQualified } from './nodes.ts';
import type { SqlStatement } from './split-items.ts';

/** When in a restore a statement has its turn. */
export type RunPhase =
  | 'define'
  | 'data'
  | 'sequence'
  | 'index'
  | 'constraint'
  | 'foreign-key'
  | 'late'
  | 'matview';

interface Base {
  readonly statement: SqlStatement;
  /** What it is, for people: `table`, `foreign key`, `comment`. */
  readonly what: string;
  /** The object it is about, for people. */
  readonly name: string;
}

/** A statement that is run by the restoring role. */
export interface RunnableStatement extends Base {
  readonly phase: RunPhase;
  /** The table, view or index it belongs to, as it is written there. */
  readonly table: MaybeQualified | null;
  /** What it makes there: an index or a constraint. */
  readonly makes: string | null;
  /** Roles that it names and that have to be there. */
  readonly roles: readonly string[];
  /** For a foreign key: it is written as NOT VALID. */
  readonly notValid: boolean;
  /** For a materialized view: it is made WITH NO DATA. */
  readonly isEmpty?: boolean;
}

export type Classified =
  | RunnableStatement
  /** Sets or, with `sql` null, resets a setting; `path` is its value where it is `search_path`. */
  | (Base & {
      readonly phase: 'setting';
      readonly sql: string | null;
      readonly path: readonly string[] | null;
    })
  | (Base & { readonly phase: 'extension'; readonly schema: string | null })
  | (Base & { readonly phase: 'schema' })
  /** Fills a materialized view, or with `empties` empties it. */
  | (Base & { readonly phase: 'refresh'; readonly table: MaybeQualified | null; readonly empties: boolean })
  /** Sets what sessions of the database begin with; `value` is null where it is reset. */
  | (Base & {
      readonly phase: 'database setting';
      readonly database: string;
      readonly value: DatabaseSetting['value'] | null;
    })
  | (Base & { readonly phase: 'skip'; readonly reason: string })
  | (Base & { readonly phase: 'refuse'; readonly reason: string });
