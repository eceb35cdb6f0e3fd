import { RockpoolError } from '../contract/errors.ts';
import type { SampleUser } from '../contract/impersonation.ts';
import type { Session } from '../sql/connect.ts';
import { sqlState } from '../sql/errors.ts';
import { quoteName, quoteQualified } from '../sql/quote.ts';
import type { Gone } from './columns.ts';
import { readKey, writeKey } from './keys.ts';
import { nameOfTable, type UsersTable } from './users.ts';

const longestText = 200;
/** Counting stops here: one user can have millions of rows. */
const mostCounted = 1000;

interface Shown {
  readonly title: string;
  readonly sql: string;
  readonly isNumber: boolean;
}

const user = 'rp_user';

/** A column of the users' table within our own statements. */
export function columnOf(name: string): string {
  return `${user}.${quoteName(name)}`;
}

/** `FROM` with the users' table under the name that `columnOf` uses. */
export function fromUsers(users: UsersTable): string {
  return `FROM ${quoteQualified(users.table)} AS ${user}`;
}

/** `column = $1 AND …` for all columns of the key. */
export function whereKey(users: UsersTable): string {
  return users.table.key.map((column, at) => `${columnOf(column)} = $${at + 1}`).join(' AND ');
}

/** Reads users with everything that is shown of them. `rest` is what follows FROM, such as WHERE and LIMIT. */
export async function readUsers(
  session: Session,
  users: UsersTable,
  rest: string,
  values: readonly unknown[],
): Promise<SampleUser[]> {
  const shown = shownOf(users);
  const { table, roles } = users;
  const select = [
    ...table.key.map((column, at) => `${columnOf(column)}::text AS k${at}`),
    ...shown.map(({ sql }, at) => `${sql} AS c${at}`),
    `${labelOf(users)} AS label`,
    `${goneOf(roles.gone)}::int AS gone`,
  ];
  const { rows } = await session.query<Record<string, string | null>>(
    `SELECT ${select.join(', ')} ${fromUsers(users)} ${rest}`,
    values,
  );
  return rows.map((row) => {
    const id = writeKey(table.key.map((_, at) => row[`k${at}`] ?? ''));
    const columns = shown.map(({ title, isNumber }, at) => {
      const value = row[`c${at}`] ?? null;
      return [title, isNumber && value !== null ? Number(value) : value] as const;
    });
    return { id, label: row.label || id, columns: Object.fromEntries(columns), gone: row.gone === '1' };
  });
}

// Types that cannot hold the text that was typed as a key: that key is nobody's.
const notOfType = ['22P02', '22003', '22007', '22008', '22023', '22021'];

/**
 * The user of this id; where there is none, the one who alone has this e-mail or user name, whatever the case. Wants a
 * transaction that is open. Throws `user_not_found`, also where several have it.
 */
export async function getUser(session: Session, users: UsersTable, wanted: string): Promise<SampleUser> {
  const key = readKey(wanted, users.table.key.length);
  if (key !== null) {
    await session.query('SAVEPOINT rp_key');
    const byKey = await readUsers(session, users, `WHERE ${whereKey(users)} LIMIT 2`, key).catch(
      async (error: unknown) => {
        if (!notOfType.includes(sqlState(error) ?? '')) throw error;
        await session.query('ROLLBACK TO SAVEPOINT rp_key');
        return [];
      },
    );
    if (byKey.length > 1) throw several(users, byKey);
    if (byKey[0] !== undefined) return byKey[0];
  }
  const names = [users.roles.email, users.roles.username].filter((column) => column !== null);
  const same = names.map(
    (column) => `pg_catalog.lower(${columnOf(column)}::text) = pg_catalog.lower($1::text)`,
  );
  const byName =
    same.length === 0 ? [] : await readUsers(session, users, `WHERE ${same.join(' OR ')} LIMIT 4`, [wanted]);
  const [only, second] = byName;
  if (only === undefined) {
    throw new RockpoolError('user_not_found', `${nameOfTable(users.table)} has no such user.`, {
      hint: 'Look for one: rockpool users NAME --search TEXT',
      detail: { table: nameOfTable(users.table) },
    });
  }
  if (second !== undefined) throw several(users, byName);
  return only;
}

function several(users: UsersTable, found: readonly SampleUser[]): RockpoolError {
  const table = nameOfTable(users.table);
  return new RockpoolError('user_not_found', `Several users of ${table} go by that name.`, {
    hint: `Choose one by its id: ${found.map(({ id }) => id).join(', ')}`,
    detail: { table, found: found.length },
  });
}

function shownOf({ show, related, belongs }: UsersTable): Shown[] {
  const columns = show.map((name) => ({
    title: name,
    sql: `pg_catalog.left(${columnOf(name)}::text, ${longestText})`,
    isNumber: false,
  }));
  const places = belongs.map(({ link, title, column }) => ({
    title,
    sql: `(SELECT pg_catalog.left(b.${quoteName(column)}::text, ${longestText}) FROM ${quoteQualified(link.to)} AS b
      WHERE b.${quoteName(link.toColumn)} = ${columnOf(link.fromColumn)} LIMIT 1)`,
    isNumber: false,
  }));
  const counts = related.map(({ from, fromColumn, toColumn }) => ({
    title: from.name,
    sql: `(SELECT pg_catalog.count(*) FROM (SELECT FROM ${quoteQualified(from)} AS r
      WHERE r.${quoteName(fromColumn)} = ${columnOf(toColumn)} LIMIT ${mostCounted}) AS few)`,
    isNumber: true,
  }));
  const taken = new Set<string>();
  return [...columns, ...places, ...counts].filter(({ title }) => !taken.has(title) && taken.add(title));
}

function labelOf({ roles }: UsersTable): string {
  const names = roles.names.map((column) => `nullif(${columnOf(column)}::text, '')`);
  const whole = names.length === 0 ? [] : [`nullif(pg_catalog.concat_ws(' ', ${names.join(', ')}), '')`];
  const single = [roles.email, roles.username]
    .filter((column) => column !== null)
    .map((column) => `nullif(${columnOf(column)}::text, '')`);
  return `coalesce(${[...single, ...whole, "''"].join(', ')})`;
}

function goneOf(gone: Gone | null): string {
  if (gone === null) return 'false';
  const column = columnOf(gone.column);
  if (gone.when === 'set') return `(${column} IS NOT NULL AND ${column} <= pg_catalog.now())`;
  return `(${column} IS ${gone.when === 'true' ? 'TRUE' : 'FALSE'})`;
}
