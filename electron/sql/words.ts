import type { Classified, RunnableStatement, RunPhase } from './classified.ts';
import { withoutComments } from './comments.ts';
import type { SqlStatement } from './split-items.ts';

const maxParsedLength = 1_000_000;
const maxParsedRowsLength = 20_000;

/**
 * True for a statement that is told by its first words instead of being parsed. The parser needs 40 times the size of
 * an INSERT as memory (187 MB for one of 4.3 MB), while the body of a function is one string to it.
 */
export function isTooLong({ text }: SqlStatement): boolean {
  return text.length > (/^insert\b/i.test(text) ? maxParsedRowsLength : maxParsedLength);
}

const beginnings: readonly (readonly [RegExp, RunPhase, string])[] = [
  [/^(insert|update|delete|merge)\b/, 'data', 'rows'],
  [/^create (or replace )?(function|procedure)\b/, 'define', 'function'],
  [/^create (or replace )?(recursive )?view\b/, 'define', 'view'],
  [/^create (unlogged )?table\b/, 'define', 'table'],
  [/^create type\b/, 'define', 'type'],
  [/^comment on (table|column|function|view|type|schema)\b/, 'define', 'comment'],
  [/^do\b/, 'define', 'block'],
];

/** Says what a very long statement is by its first words alone; what they do not tell is refused. */
export function classifyByWords(statement: SqlStatement): Classified {
  const head = withoutComments(statement.text.slice(0, 2000)).replace(/\s+/g, ' ').trimStart().toLowerCase();
  const found = beginnings.find(([words]) => words.test(head));
  if (found !== undefined) {
    const [, phase, what] = found;
    const name = '';
    return {
      statement,
      phase,
      what,
      name,
      table: null,
      makes: null,
      roles: [],
      notValid: false,
    } satisfies RunnableStatement;
  }
  if (/^select pg_catalog\.lo/.test(head)) {
    return {
      statement,
      phase: 'skip',
      what: 'large object',
      name: '',
      reason: 'large objects are not restored',
    };
  }
  return { statement, phase: 'refuse', what: 'statement', name: '', reason: 'it is too long to be read' };
}
