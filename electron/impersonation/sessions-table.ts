import type { Recipe } from '../contract/impersonation.ts';
import { type QualifiedName, quoteName, quoteQualified } from '../sql/quote.ts';
import { plainName } from './columns.ts';
import { type DatabaseFacts, isSame } from './facts.ts';
import type { UsersTable } from './users.ts';

/**
 * A recipe that makes a row in a sessions table of which nothing but token, user and end must be known, as the database
 * adapters of NextAuth have it. Null where there is none: what other frameworks keep in a session is made by their code.
 */
export function findSessions(
  users: UsersTable,
  facts: DatabaseFacts,
): { recipe: Pick<Recipe, 'name' | 'title' | 'sql' | 'cookie'>; table: QualifiedName } | null {
  const link = facts.links.find(
    ({ from, to }) => isSame(to, users.table) && /^(user|auth)?sessions?$/.test(plainName(from.name)),
  );
  const table = link && facts.tables.find((each) => isSame(each, link.from));
  if (link === undefined || table === undefined) return null;
  const columnFor = (pattern: RegExp) => table.columns.find(({ name }) => pattern.test(plainName(name)));
  const token = columnFor(/^sessiontoken$/);
  const ends = columnFor(/^(expires|expiresat)$/);
  if (token === undefined || ends === undefined || ends.category !== 'D') return null;
  const id = columnFor(/^id$/);
  const withId = id !== undefined && (id.category === 'S' || id.type === 'uuid');
  const values: [column: string, parameter: string][] = [
    ...(withId ? ([[id.name, 'session_id']] as [string, string][]) : []),
    [token.name, 'session_token'],
    [link.fromColumn, 'user_id'],
    [ends.name, 'expires_at'],
  ];
  const columns = values.map(([column]) => quoteName(column)).join(', ');
  const places = values.map(([, parameter]) => `%(${parameter})s`).join(', ');
  const into = `${quoteQualified(table)} (${columns})`.replaceAll('%', '%%');
  const recipe = {
    name: 'session',
    title: 'A session of that user',
    sql: `INSERT INTO ${into} VALUES (${places})`,
    cookie: 'next-auth.session-token=%(session_token)s',
  };
  return { recipe, table };
}
