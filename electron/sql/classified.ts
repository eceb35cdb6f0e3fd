import type { MaybeQualified } from './nodes.ts';
import type { SqlStatement } from './split.ts';

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
  | (Base & { readonly phase: 'refresh' })
  | (Base & { readonly phase: 'skip'; readonly reason: string })
  | (Base & { readonly phase: 'refuse'; readonly reason: string });
