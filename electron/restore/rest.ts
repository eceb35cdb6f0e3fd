import { quoteName, quoteQualified } from '../sql/quote.ts';
import type { TableFacts } from './catalog.ts';
import type { Worker } from './worker.ts';

/** What would watch, change or hide the rows that come and go, as it was before it was put to rest. */
export interface Resting {
  readonly triggers: readonly { readonly table: string; readonly name: string; readonly state: string }[];
  readonly forced: readonly string[];
}

// By pg_trigger.tgenabled; D, which is none of these, is how all of them rest.
const enable: Readonly<Record<string, string>> = {
  O: 'ENABLE',
  R: 'ENABLE REPLICA',
  A: 'ENABLE ALWAYS',
};

/**
 * Puts the triggers of these tables to rest, and row security for the owner on all tables: with it COPY is refused, and
 * orphans would be counted among the visible rows only.
 */
export async function restTables(worker: Worker, tables: readonly TableFacts[]): Promise<Resting> {
  await worker.clear();
  const { session } = worker;
  const names = new Map(tables.map((table) => [table.oid, quoteQualified(table)]));
  const found = await session.query<{ table: string; name: string; state: string }>(
    `SELECT tgrelid AS table, tgname AS name, tgenabled AS state FROM pg_catalog.pg_trigger
     WHERE NOT tgisinternal AND tgrelid = ANY ($1::oid[]) ORDER BY oid`,
    [[...names.keys()]],
  );
  const hidden = await session.query<{ schema: string; name: string }>(
    `SELECT n.nspname AS schema, c.relname AS name FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relforcerowsecurity ORDER BY 1, 2`,
  );
  const triggers = found.rows.map((row) => ({ ...row, table: names.get(row.table) ?? '' }));
  for (const table of new Set(triggers.map((trigger) => trigger.table))) {
    await worker.runOurs(
      `resting the triggers of ${table}`,
      `ALTER TABLE ONLY ${table} DISABLE TRIGGER USER`,
    );
  }
  const forced = hidden.rows.map(quoteQualified);
  for (const table of forced) {
    await worker.runOurs(
      `resting the row security of ${table}`,
      `ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY`,
    );
  }
  return { triggers, forced };
}

/** Wakes what was put to rest, each to the state that it had. */
export async function wakeTables(worker: Worker, { triggers, forced }: Resting): Promise<void> {
  for (const { table, name, state } of triggers) {
    const verb = enable[state];
    if (verb === undefined) continue;
    const sql = `ALTER TABLE ONLY ${table} ${verb} TRIGGER ${quoteName(name)}`;
    await worker.runOurs(`waking the trigger ${name}`, sql);
  }
  for (const table of forced) {
    await worker.runOurs(
      `waking the row security of ${table}`,
      `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
    );
  }
}
