/** One statement of a script, without its semicolon. */
export interface SqlStatement {
  readonly text: string;
  /** The line of its first token, counted from 1. */
  readonly line: number;
  readonly file: string;
}

/** A statement and where it begins, so that a reader can start again there. */
export interface PlacedStatement {
  readonly kind: 'statement' | 'copy';
  readonly statement: SqlStatement;
  /** The byte of the script at which it begins. */
  readonly at: number;
  /** Whether plain strings take backslashes as escapes there. */
  readonly plainEscapes: boolean;
  /** True for a last statement without its semicolon. */
  readonly isOpen: boolean;
}

/** What a script is made of, in order. After a `copy` come its rows as `copyData`, `at` a byte of the script, and then `copyEnd`. */
export type SplitItem =
  | PlacedStatement
  | { readonly kind: 'copyData'; readonly at: number; readonly sizeBytes: number }
  | { readonly kind: 'copyEnd' }
  | { readonly kind: 'skipped'; readonly text: string; readonly line: number; readonly at: number };
