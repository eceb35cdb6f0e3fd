import { RockpoolError } from '../contract/errors.ts';
import type { Session } from '../sql/connect.ts';
import { quoteName, quoteQualified } from '../sql/quote.ts';
import { type Change, type KeptRow, sumChanges } from './kept.ts';

/** A table by the number it has in its database. */
export interface Relation {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly string[];
  readonly key: readonly string[];
}

// Triggers of one kind fire in the order of their names, so a space lets ours see each change before the others act on it.
const trigger = ' rp_capture';
const mostRounds = 6;

/**
 * Runs `work` in the transaction that is open and returns every row that it changed, in whatever table and by whatever
 * trigger: triggers of ours write them down. Tables are known by what the server counts, so where one was missed `work`
 * is undone and run once more. All that is needed for it is gone in the end. Constraints are checked before it returns.
 */
export async function captureChanges(
  session: Session,
  tables: readonly string[],
  work: () => Promise<void>,
): Promise<KeptRow[]> {
  await session.query(`CREATE TEMP TABLE rp_changes (at int GENERATED ALWAYS AS IDENTITY, relid oid,
    former text, current text) ON COMMIT DROP`);
  await session.query(`CREATE FUNCTION pg_temp.rp_capture() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog AS $$ BEGIN
      INSERT INTO pg_temp.rp_changes (relid, former, current) VALUES (TG_RELID, OLD::text, NEW::text);
      RETURN NULL;
    END; $$`);
  await attach(session, tables);
  for (let round = 1; ; round += 1) {
    await session.query('SAVEPOINT rp_before');
    await work();
    // Those who wait for the end of the transaction act now, and no trigger may be waiting when ours go.
    await session.query('SET CONSTRAINTS ALL IMMEDIATE');
    const missed = await findMissed(session);
    if (missed.length === 0) break;
    if (round === mostRounds) throw unsteady();
    await session.query('ROLLBACK TO SAVEPOINT rp_before');
    await attach(session, missed);
  }
  const changes = await session.query<{ relid: string; former: string | null; current: string | null }>(
    'SELECT relid, former, current FROM pg_temp.rp_changes ORDER BY at',
  );
  const kept = await describe(session, sumChanges(changes.rows));
  await session.query('DROP FUNCTION pg_temp.rp_capture() CASCADE');
  await session.query('DROP TABLE pg_temp.rp_changes');
  return kept;
}

async function attach(session: Session, oids: readonly string[]): Promise<void> {
  const { rows } = await session.query<{ schema: string; name: string }>(
    `SELECT n.nspname AS schema, c.relname AS name FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.oid = ANY ($1::pg_catalog.oid[]) AND c.relkind = 'r'
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = $2)`,
    [oids, trigger],
  );
  for (const table of rows) {
    await session.query(`CREATE TRIGGER ${quoteName(trigger)} AFTER INSERT OR UPDATE OR DELETE
      ON ${quoteQualified(table)} FOR EACH ROW EXECUTE FUNCTION pg_temp.rp_capture()`);
  }
}

// The counts hold what was undone too, and then a table is watched for nothing.
async function findMissed(session: Session): Promise<string[]> {
  const { rows } = await session.query<{ oid: string }>(
    `SELECT s.relid AS oid FROM pg_catalog.pg_stat_xact_user_tables s
     JOIN pg_catalog.pg_class c ON c.oid = s.relid
     WHERE s.n_tup_ins + s.n_tup_upd + s.n_tup_del > 0 AND c.relpersistence <> 't'
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid = s.relid AND t.tgname = $1)`,
    [trigger],
  );
  return rows.map(({ oid }) => oid);
}

async function describe(session: Session, changes: readonly Change[]): Promise<KeptRow[]> {
  const relations = await readRelations(
    session,
    changes.map(({ relid }) => relid),
  );
  return changes.map(({ relid, former, current }) => {
    const relation = relations.get(relid);
    if (relation === undefined) throw unsteady();
    const { schema, name, columns, key } = relation;
    return { schema, name, columns: [...columns], key: [...key], former, current };
  });
}

/** Reads names, columns and keys of tables by their numbers. A key is the primary key, or another that is never empty. */
async function readRelations(session: Session, oids: readonly string[]): Promise<Map<string, Relation>> {
  const { rows } = await session.query<Record<'oid' | 'schema' | 'name' | 'columns' | 'key', string>>(
    `SELECT c.oid, n.nspname AS schema, c.relname AS name,
       (SELECT coalesce(pg_catalog.json_agg(a.attname ORDER BY a.attnum), '[]') FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)::text AS columns,
       coalesce((SELECT (SELECT pg_catalog.json_agg(a.attname ORDER BY k.at)
           FROM pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY AS k (num, at)
           JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.num WHERE k.at <= i.indnkeyatts)
         FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
           AND i.indexprs IS NULL AND NOT EXISTS (SELECT FROM pg_catalog.unnest(i.indkey::int2[]) AS k (num)
             JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.num WHERE NOT a.attnotnull)
         ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid LIMIT 1), '[]')::text AS key
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.oid = ANY ($1::pg_catalog.oid[])`,
    [[...new Set(oids)]],
  );
  const read = (row: (typeof rows)[number]): Relation => ({
    oid: row.oid,
    schema: row.schema,
    name: row.name,
    columns: JSON.parse(row.columns) as string[],
    key: JSON.parse(row.key) as string[],
  });
  return new Map(rows.map((row) => [row.oid, read(row)]));
}

function unsteady(): RockpoolError {
  return new RockpoolError(
    'sql_refused',
    'What the recipe changes cannot be followed: each time it is another table.',
    {
      hint: 'Nothing was changed. Look at the triggers of the tables that it writes to.',
    },
  );
}
