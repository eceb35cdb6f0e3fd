import { RockpoolError } from '../contract/errors.ts';
import type { Session } from '../sql/connect.ts';
import { type QualifiedName, quoteName, quoteQualified } from '../sql/quote.ts';
import { withTriggersOff } from './aside.ts';
import { type KeptRow, keyOf, valuesOf } from './kept.ts';

/** What putting rows back came to. */
export interface Undone {
  /** Rows that are again what they were. */
  readonly restored: number;
  /** Rows that somebody took away meanwhile, which stay away. */
  readonly gone: number;
}

interface Column {
  readonly name: string;
  /** The server itself works out its value, so that none can be given. */
  readonly generated: boolean;
  readonly identity: boolean;
  /** Its type is one of PostgreSQL's own, whose operators are found whatever the search path. */
  readonly builtIn: boolean;
}

/**
 * Puts rows back to what they were, the last change first, in the transaction that is open: changed ones in every column,
 * made ones go, those taken away come back. No trigger or rule of people's own acts on it. What was put back is read
 * again and compared byte for byte; throws `sql_failed` where it differs.
 */
export async function undoChanges(session: Session, kept: readonly KeptRow[]): Promise<Undone> {
  if (kept.length === 0) return { restored: 0, gone: 0 };
  const columns = await readColumns(session, kept);
  const present = kept.filter((row) => columns.has(quoteQualified(row)));
  const tables = new Map<string, QualifiedName>(present.map((row) => [quoteQualified(row), row]));
  await session.query('SET CONSTRAINTS ALL DEFERRED');
  return withTriggersOff(session, [...tables.values()], async () => {
    const undone: KeptRow[] = [];
    for (const row of present.toReversed()) {
      if (await undoRow(session, row, columns.get(quoteQualified(row)) ?? [])) undone.push(row);
    }
    for (const row of undone) await verify(session, row, columns.get(quoteQualified(row)) ?? []);
    return { restored: undone.length, gone: kept.length - undone.length };
  });
}

// False where the row is not there any more.
async function undoRow(session: Session, row: KeptRow, columns: readonly Column[]): Promise<boolean> {
  const table = quoteQualified(row);
  const { former, current } = row;
  if (former === null) {
    if (current === null) return false;
    const place = locate(row, current, columns, 0);
    const { rowCount } = await session.query(
      `DELETE FROM ONLY ${table} AS rp_row WHERE ${place.sql}`,
      place.values,
    );
    return rowCount === 1;
  }
  const values = valuesOf(row, former);
  const known = columns.filter(({ name, generated }) => values.has(name) && !generated);
  if (current === null) {
    const names = known.map(({ name }) => quoteName(name)).join(', ');
    const places = known.map((_, at) => `$${at + 1}`).join(', ');
    const insert = `INSERT INTO ${table} (${names}) OVERRIDING SYSTEM VALUE VALUES (${places}) ON CONFLICT DO NOTHING`;
    const { rowCount } = await session.query(
      insert,
      known.map(({ name }) => values.get(name)),
    );
    return rowCount === 1;
  }
  // An identity that is always made by the server cannot have been changed.
  const settable = known.filter(({ identity }) => !identity);
  const set = settable.map(({ name }, at) => `${quoteName(name)} = $${at + 1}`).join(', ');
  const place = locate(row, current, columns, settable.length);
  const { rowCount } = await session.query(`UPDATE ONLY ${table} AS rp_row SET ${set} WHERE ${place.sql}`, [
    ...settable.map(({ name }) => values.get(name)),
    ...place.values,
  ]);
  return rowCount === 1;
}

interface Place {
  readonly sql: string;
  readonly values: readonly string[];
}

// A row of a table without a key is told by all of its values; of several that are the same any will do.
function locate(row: KeptRow, text: string, columns: readonly Column[], taken: number): Place {
  if (row.key.length === 0) {
    const sql = `rp_row.ctid = (SELECT rp_same.ctid FROM ONLY ${quoteQualified(row)} AS rp_same
      WHERE rp_same::text = $${taken + 1} LIMIT 1)`;
    return { sql, values: [text] };
  }
  const sql = row.key.map((name, at) => {
    const builtIn = columns.find((column) => column.name === name)?.builtIn === true;
    return `rp_row.${quoteName(name)}${builtIn ? '' : '::text'} = $${taken + at + 1}`;
  });
  return { sql: sql.join(' AND '), values: keyOf(row, text) };
}

async function verify(session: Session, row: KeptRow, columns: readonly Column[]): Promise<void> {
  const { former } = row;
  const sameColumns = columns.map(({ name }) => name).join('\0') === row.columns.join('\0');
  if (former === null || !sameColumns) return;
  const place = locate(row, former, columns, 0);
  const { rows } = await session.query<{ text: string }>(
    `SELECT rp_row::text AS text FROM ONLY ${quoteQualified(row)} AS rp_row WHERE ${place.sql}`,
    place.values,
  );
  if (rows[0]?.text === former) return;
  throw new RockpoolError('sql_failed', `A row of ${row.schema}.${row.name} cannot be put back as it was.`, {
    hint: 'Nothing was changed. A reset brings all of the data back.',
    detail: { schema: row.schema, table: row.name },
  });
}

async function readColumns(session: Session, kept: readonly KeptRow[]): Promise<Map<string, Column[]>> {
  const names = [...new Set(kept.map(quoteQualified))];
  const { rows } = await session.query<
    Record<'table' | 'name' | 'generated' | 'identity' | 'schema', string>
  >(
    `SELECT t.name AS table, a.attname AS name, (a.attgenerated <> '')::int AS generated,
       (a.attidentity = 'a')::int AS identity, coalesce(b.typnamespace, y.typnamespace)::pg_catalog.regnamespace AS schema
     FROM pg_catalog.unnest($1::text[]) AS t (name)
     JOIN pg_catalog.pg_attribute a ON a.attrelid = pg_catalog.to_regclass(t.name)
     JOIN pg_catalog.pg_type y ON y.oid = a.atttypid LEFT JOIN pg_catalog.pg_type b ON b.oid = nullif(y.typbasetype, 0)
     WHERE a.attnum > 0 AND NOT a.attisdropped ORDER BY t.name, a.attnum`,
    [names],
  );
  const byTable = Map.groupBy(rows, ({ table }) => table);
  const read = (row: (typeof rows)[number]): Column => ({
    name: row.name,
    generated: row.generated === '1',
    identity: row.identity === '1',
    builtIn: row.schema === 'pg_catalog',
  });
  return new Map([...byTable].map(([table, columns]) => [table, columns.map(read)]));
}
