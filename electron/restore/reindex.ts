import { sqlState, translateError } from '../sql/errors.ts';
import { quoteLiteral, quoteName, quoteQualified } from '../sql/quote.ts';
import type { Crew } from './crew.ts';
import { effort, type Meter } from './effort.ts';
import type { Load } from './load.ts';
import { nameOf } from './match.ts';
import { sayReadError } from './rowerrors.ts';
import type { Worker } from './worker.ts';

/** An index that was taken off its table, as the statements that make it again. */
interface TakenIndex {
  readonly name: string;
  readonly make: string;
  /** Makes the constraint that stands on it, and lays comments. */
  readonly finish: readonly string[];
}

/** The indexes that were taken off, by the oid of their table. */
export type TakenIndexes = ReadonlyMap<string, readonly TakenIndex[]>;

interface IndexRow extends Record<string, unknown> {
  readonly name: string;
  readonly definition: string;
  readonly constraint: string | null;
  readonly contype: string | null;
  readonly timing: string;
  readonly index_comment: string | null;
  readonly constraint_comment: string | null;
}

// Measured with two indexes: 20 MB of rows came in in half the time, 5 MB in 0.6 of it; far below it is all the same.
const leastBytes = 1_000_000;

/**
 * Takes off the indexes of big tables, whose rows come in quicker without. What others stand on stays: an index that
 * belongs to one of a partitioned table, that a view needs to group by its key, that replication or clustering names,
 * and any that has settings of its own which no definition tells.
 */
export async function takeIndexes(worker: Worker, loads: readonly Load[]): Promise<TakenIndexes> {
  const taken = new Map<string, TakenIndex[]>();
  await worker.clear();
  for (const { table, data } of loads) {
    if (table.partitioned || data.sizeBytes < leastBytes) continue;
    const { rows } = await worker.session.query<IndexRow>(movable, [table.oid]);
    const title = quoteQualified(table);
    for (const row of rows) {
      const drop =
        row.constraint === null
          ? `DROP INDEX ${quoteQualified({ schema: table.schema, name: row.name })}`
          : `ALTER TABLE ${title} DROP CONSTRAINT ${quoteName(row.constraint)}`;
      await worker.runOurs(`taking off ${row.name}`, drop);
    }
    taken.set(
      table.oid,
      rows.map((row) => takenOf(row, table.schema, title)),
    );
  }
  return taken;
}

// What depends internally is part of the index: a constraint's own index, and the trigger of a key that is deferrable.
const movable = `SELECT c.relname AS name, pg_catalog.pg_get_indexdef(i.indexrelid) AS definition,
    k.conname AS constraint, k.contype,
    CASE WHEN k.condeferred THEN ' DEFERRABLE INITIALLY DEFERRED' WHEN k.condeferrable THEN ' DEFERRABLE' ELSE '' END AS timing,
    pg_catalog.obj_description(i.indexrelid, 'pg_class') AS index_comment,
    pg_catalog.obj_description(k.oid, 'pg_constraint') AS constraint_comment
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  JOIN pg_catalog.pg_am a ON a.oid = c.relam
  LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype <> 'f'
  WHERE i.indrelid = $1 AND i.indisvalid AND NOT i.indisreplident AND NOT i.indisclustered AND NOT i.indisexclusion
    AND (k.oid IS NULL OR k.contype IN ('p', 'u') AND a.amname = 'btree')
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhrelid = i.indexrelid)
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute t WHERE t.attrelid = i.indexrelid AND t.attstattarget >= 0)
    AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend d
      WHERE (d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = i.indexrelid
          OR d.refclassid = 'pg_catalog.pg_constraint'::regclass AND d.refobjid = k.oid)
        AND d.deptype <> 'i')
  ORDER BY i.indexrelid`;

function takenOf(row: IndexRow, schema: string, table: string): TakenIndex {
  const { name, definition, constraint, contype, timing } = row;
  const finish: string[] = [];
  if (constraint !== null) {
    const kind = contype === 'p' ? 'PRIMARY KEY' : 'UNIQUE';
    finish.push(
      `ALTER TABLE ${table} ADD CONSTRAINT ${quoteName(constraint)} ${kind} USING INDEX ${quoteName(name)}${timing}`,
    );
  }
  if (row.index_comment !== null) {
    const index = quoteQualified({ schema, name });
    finish.push(`COMMENT ON INDEX ${index} IS ${quoteLiteral(row.index_comment)}`);
  }
  if (constraint !== null && row.constraint_comment !== null) {
    const text = quoteLiteral(row.constraint_comment);
    finish.push(`COMMENT ON CONSTRAINT ${quoteName(constraint)} ON ${table} IS ${text}`);
  }
  return { name, make: definition, finish };
}

/** Makes the indexes of a table again whose rows are in, all at once. An error says no value of a row. */
export async function makeIndexes(
  crew: Crew,
  { table, data }: Load,
  indexes: readonly TakenIndex[],
  meter: Meter,
): Promise<void> {
  const cost = effort.index(data.sizeBytes);
  await crew.runAll(
    indexes.map(({ name, make }) => ({
      cost,
      work: async (worker) => {
        meter.describe(`Making the index ${name}`);
        try {
          await worker.runOurs(`making ${name}`, make);
        } catch (error) {
          throw sayReadError(error, `The index ${name} on ${nameOf(table)}`, {
            file: data.file,
            index: name,
          });
        }
        meter.done(cost);
      },
    })),
  );
  await crew.run(0, async (worker) => {
    for (const { name, finish } of indexes) {
      for (const statement of finish) {
        try {
          await worker.runOurs(`finishing ${name}`, statement);
        } catch (error) {
          if (sqlState(error) === null) throw error;
          throw translateError(error, { what: `Making ${name} on ${nameOf(table)}` });
        }
      }
    }
  });
}
