import type { Session } from '../sql/connect.ts';
import { type QualifiedName, quoteName, quoteQualified } from '../sql/quote.ts';

interface Asleep {
  readonly table: QualifiedName;
  readonly off: readonly string[];
  readonly on: readonly string[];
}

const enable: Readonly<Record<string, string>> = { O: 'ENABLE', R: 'ENABLE REPLICA', A: 'ENABLE ALWAYS' };

/**
 * Runs `work` with the triggers of people's own and the rules of some tables switched off, and row security that would
 * hide rows from the owner too. Each is afterwards what it was, one that was off before included. All in the transaction
 * that is open: whoever else is there sees nothing of it.
 */
export async function withTriggersOff<T>(
  session: Session,
  tables: readonly QualifiedName[],
  work: () => Promise<T>,
): Promise<T> {
  const asleep: Asleep[] = [];
  for (const table of tables) {
    const found = await readAwake(session, table);
    if (found.off.length > 0) asleep.push(found);
  }
  for (const { table, off } of asleep)
    await session.query(`ALTER TABLE ${quoteQualified(table)} ${off.join(', ')}`);
  const result = await work();
  // ALTER TABLE is refused while triggers of the table wait.
  await session.query('SET CONSTRAINTS ALL IMMEDIATE');
  for (const { table, on } of asleep)
    await session.query(`ALTER TABLE ${quoteQualified(table)} ${on.join(', ')}`);
  return result;
}

/** Runs `work` with row security that binds the owner itself switched off for a table. */
export async function withoutForcedSecurity<T>(
  session: Session,
  table: QualifiedName,
  work: () => Promise<T>,
): Promise<T> {
  const { rows } = await session.query<{ forced: string }>(
    `SELECT c.relforcerowsecurity::int AS forced FROM pg_catalog.pg_class c
     WHERE c.oid = pg_catalog.to_regclass($1) AND c.relkind IN ('r', 'p')`,
    [quoteQualified(table)],
  );
  if (rows[0]?.forced !== '1') return work();
  const alter = `ALTER TABLE ${quoteQualified(table)}`;
  await session.query(`${alter} NO FORCE ROW LEVEL SECURITY`);
  const result = await work();
  await session.query('SET CONSTRAINTS ALL IMMEDIATE');
  await session.query(`${alter} FORCE ROW LEVEL SECURITY`);
  return result;
}

async function readAwake(session: Session, table: QualifiedName): Promise<Asleep> {
  const { rows } = await session.query<{ what: string; name: string; state: string }>(
    `SELECT 'TRIGGER' AS what, t.tgname AS name, t.tgenabled AS state FROM pg_catalog.pg_trigger t
     WHERE t.tgrelid = pg_catalog.to_regclass($1) AND NOT t.tgisinternal AND t.tgenabled <> 'D'
     UNION ALL
     SELECT 'RULE', r.rulename, r.ev_enabled FROM pg_catalog.pg_rewrite r
     WHERE r.ev_class = pg_catalog.to_regclass($1) AND r.rulename <> '_RETURN' AND r.ev_enabled <> 'D'
     UNION ALL
     SELECT 'SECURITY', '', '' FROM pg_catalog.pg_class c
     WHERE c.oid = pg_catalog.to_regclass($1) AND c.relforcerowsecurity`,
    [quoteQualified(table)],
  );
  const off = rows.map(({ what, name }) =>
    what === 'SECURITY' ? 'NO FORCE ROW LEVEL SECURITY' : `DISABLE ${what} ${quoteName(name)}`,
  );
  const on = rows.map(({ what, name, state }) =>
    what === 'SECURITY'
      ? 'FORCE ROW LEVEL SECURITY'
      : `${enable[state] ?? 'ENABLE'} ${what} ${quoteName(name)}`,
  );
  return { table, off, on };
}
