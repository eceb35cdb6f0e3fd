import type { FoundUsers, SampleUser } from '../contract/impersonation.ts';
import type { Session } from '../sql/connect.ts';
import { columnOf, readUsers } from './rows.ts';
import { nameOfTable, type UsersTable } from './users.ts';

/** How many users one answer holds at most. */
export const mostFound = 50;

/** Up to this many rows all that fit are found and ordered; above it whoever is met first is answered. */
export const smallTable = 50_000;

/**
 * Users whose id, e-mail, names or other shown texts hold a text, whatever the case; with an empty text the first by
 * key. Those whose text begins so come first, those who are gone last.
 */
export async function searchUsers(session: Session, users: UsersTable, text: string): Promise<FoundUsers> {
  const wanted = text.trim();
  const key = users.table.key.map(columnOf).join(', ');
  if (wanted === '') {
    return toFound(users, await readUsers(session, users, `ORDER BY ${key} LIMIT ${mostFound + 1}`, []));
  }
  const columns = searchedOf(users).map((column) => `${column} ILIKE $1`);
  const begins = searchedOf(users).map((column) => `coalesce(${column} ILIKE $2, false)`);
  // Ordering needs all that fit, which takes long in a large table: there the scan ends with the last one wanted.
  const isSmall = (users.table.rows ?? 0) <= smallTable;
  const order = isSmall ? `ORDER BY ${begins.join(' OR ')} DESC, ${key}` : '';
  const pattern = escapeLike(wanted);
  const found = await readUsers(
    session,
    users,
    `WHERE (${columns.join(' OR ')}) ${isSmall ? '' : 'AND $2::text IS NOT NULL'} ${order} LIMIT ${mostFound + 1}`,
    [`%${pattern}%`, `${pattern}%`],
  );
  return toFound(users, found);
}

/** What is searched, as texts: the key's columns and those of the users' table that are texts. */
function searchedOf({ table, search }: UsersTable): string[] {
  return [...table.key, ...search].map((column) => `${columnOf(column)}::text`);
}

/** Cuts an answer to its length, with those who are gone last. */
export function toFound(users: UsersTable, found: readonly SampleUser[]): FoundUsers {
  const shown = found.slice(0, mostFound);
  return {
    table: nameOfTable(users.table),
    users: [...shown.filter(({ gone }) => !gone), ...shown.filter(({ gone }) => gone)],
    more: found.length > mostFound,
  };
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
