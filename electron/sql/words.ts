import type { Classified, RunnableStatement, RunPhase } from './classify.ts';
import type { SqlStatement } from './split.ts';

/** Statements longer than this are told by their first words: the parser took 187 MB for one of 4.3 MB. */
export const maxParsedLength = 1_000_000;

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
  const head = statement.text
    .slice(0, 2000)
    .replace(/--[^\n\r]*|\/\*[^]*?\*\//g, ' ')
    .replace(/\s+/g, ' ')
    .trimStart()
    .toLowerCase();
  const found = beginnings.find(([words]) => words.test(head));
  if (found !== undefined) {
    const [, phase, what] = found;
    const name = '';
    return { statement, phase, what, name, table: null, makes: null, roles: [], notValid: false } satisfies RunnableStatement;
  }
  if (/^select pg_catalog\.lo/.test(head)) {
    return { statement, phase: 'skip', what: 'large object', name: '', reason: 'large objects are not restored' };
  }
  return { statement, phase: 'refuse', what: 'statement', name: '', reason: 'it is longer than 1 MB' };
}
