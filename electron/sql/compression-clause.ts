import type { SqlParser } from './parser.ts';
import type { SqlStatement } from './split-items.ts';

/**
 * A definition without its clauses `COMPRESSION lz4`, for servers that are built without that method; null where nothing
 * of the statement is left. Null too for a statement that has none.
 */
export function withoutCompression(
  parser: SqlParser,
  statement: SqlStatement,
): { readonly text: string | null } | null {
  const tokens = parser.scan(statement);
  const words = tokens.map((token) => token.text.toLowerCase());
  const found = words.flatMap((word, at) =>
    word === 'compression' && /^"?lz4"?$/.test(words[at + 1] ?? '') ? [at] : [],
  );
  if (found.length === 0) return null;
  if (found.some((at) => words[at - 1] === 'set')) return { text: null };
  const bytes = Buffer.from(statement.text);
  let text = '';
  let from = 0;
  for (const at of found) {
    text += bytes.subarray(from, tokens[at]?.start).toString();
    from = tokens[at + 1]?.end ?? bytes.length;
  }
  return { text: text + bytes.subarray(from).toString() };
}

/** True for the error of a server that lacks a method of compression. */
export function lacksCompression(error: unknown): boolean {
  return error instanceof Error && /compression method lz4 not supported/.test(error.message);
}
