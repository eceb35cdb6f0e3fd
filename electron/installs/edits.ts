import type { Edited } from '../contract/install.ts';
import { findDemo } from '../demo/records.ts';
import { readerAddress } from '../servers/reader.ts';
import type { RunningServer } from '../servers/server.ts';
import { type Address, withSession } from '../sql/connect.ts';
import { sqlState } from '../sql/errors.ts';
import { beginReading } from '../sql/reading.ts';
import type { Parts } from './parts.ts';
import { getInstall, type InstallRecord } from './records.ts';

interface Table {
  readonly schema: string;
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Tables of a live with about how many rows were written to since it was copied, and how much they take now:
 * PostgreSQL's statistics start at zero in a copy, count what was rolled back and miss TRUNCATE and DROP. Asked of the
 * catalogue alone. The size of a table that somebody holds is not waited for: what they are about to do to it ends with
 * their session.
 */
async function readTables(address: Address): Promise<Table[]> {
  const settings = [
    ['search_path', 'pg_catalog'],
    ['lock_timeout', '2s'],
  ] as const;
  return withSession(address, { settings }, async (session) => {
    await beginReading(session.client);
    const { rows } = await session.query<{ schema: string; name: string; rows: string; bytes: string }>(
      `SELECT schemaname AS schema, relname AS name, n_tup_ins + n_tup_upd + n_tup_del AS rows,
         coalesce(CASE WHEN relid IN (
           SELECT relation FROM pg_catalog.pg_locks WHERE mode = 'AccessExclusiveLock' AND relation IS NOT NULL
         ) THEN 1 ELSE pg_relation_size(relid) END, 0) AS bytes
       FROM pg_catalog.pg_stat_user_tables`,
    );
    return rows.map((row) => ({ ...row, rows: Number(row.rows), bytes: Number(row.bytes) }));
  });
}

/**
 * What was done to an install's live since it was clean, the most first, with about how many rows: written ones, and all
 * of a table that was emptied or dropped. Null where it cannot be told, which must not stop what it is asked for; a live
 * that is gone has nothing.
 */
export async function countEdits(
  parts: Parts,
  server: RunningServer,
  name: string,
): Promise<Edited[] | null> {
  const { secrets, state } = parts.core;
  const password = secrets.get(`${server.name}/${name}`) ?? '';
  try {
    const tables = await readTables(server.address(name, password, name)).catch(async (error) => {
      if (sqlState(error) === isGone) throw error;
      // Code in the live can keep its user from connecting, and what was edited is to be kept all the same.
      return readTables(await readerAddress(parts.core, server, name));
    });
    const install = getInstall(state, name);
    const written = sumOf([...tables, ...install.edited]);
    return sumOf([...written, ...goneOf(parts, install, tables, written)]);
  } catch (error) {
    return sqlState(error) === isGone ? [] : null;
  }
}

const isGone = '3D000';

/** The same for those to whom it makes no difference that nothing could be told. */
export async function editsOf(parts: Parts, server: RunningServer, name: string): Promise<Edited[]> {
  return (await countEdits(parts, server, name)) ?? [];
}

// Of a table that was emptied or dropped all rows count; those that were written to are counted already.
function goneOf(
  parts: Parts,
  install: InstallRecord,
  tables: readonly Table[],
  written: readonly Edited[],
): Edited[] {
  const filled = new Set(tables.filter(({ bytes }) => bytes > 0).map(idOf));
  const counted = new Map(written.map((table) => [idOf(table), table.rows]));
  const isOwn = ownScript(parts, install);
  return install.report.tables.flatMap(({ schema, name, rows }) => {
    const id = idOf({ schema, name });
    if (rows === null || filled.has(id) || isOwn(name)) return [];
    return [{ schema, name, rows: Math.max(0, rows - (counted.get(id) ?? 0)) }];
  });
}

// A table that the install's own scripts name may be empty or away by their doing, and so may any where they make SQL.
function ownScript({ core }: Parts, { name, options }: InstallRecord): (table: string) => boolean {
  const script = `${options.after?.sql ?? ''}\n${findDemo(core.state, name)?.sql ?? ''}`;
  if (/\bexecute\b/i.test(script)) return () => true;
  return (table) => script.includes(table);
}

function sumOf(edited: readonly Edited[]): Edited[] {
  const sums = new Map<string, Edited>();
  for (const { schema, name, rows } of edited) {
    const id = idOf({ schema, name });
    sums.set(id, { schema, name, rows: rows + (sums.get(id)?.rows ?? 0) });
  }
  return [...sums.values()]
    .filter(({ rows }) => rows > 0)
    .sort((a, b) => b.rows - a.rows || idOf(a).localeCompare(idOf(b)));
}

function idOf({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return `${schema}.${name}`;
}

/** All edits in a few words, as `about 214 rows in 3 tables`. */
export function sumOfEdits(edited: readonly Edited[]): string {
  const rows = edited.reduce((sum, table) => sum + table.rows, 0);
  return `about ${rows} ${rows === 1 ? 'row' : 'rows'} in ${edited.length} ${edited.length === 1 ? 'table' : 'tables'}`;
}
