import type { Orphan, Skipped, Warning } from '../contract/report.ts';
import { readAlterTable } from '../sql/commands.ts';
import type { Session } from '../sql/connect.ts';
import { sqlState } from '../sql/errors.ts';
import type { SqlParser } from '../sql/parser.ts';
import { type QualifiedName, quoteName, quoteQualified } from '../sql/quote.ts';
import { leaveOut } from './absent.ts';
import { accountFor } from './accounted.ts';
import type { TableFacts } from './catalog.ts';
import { isAlready, isMissing, sayFailure } from './define.ts';
import type { Plan, PlannedStatement } from './plan.ts';
import { tableOf } from './plan.ts';
import { sayReadError } from './rowerrors.ts';
import { firstSettings } from './settings.ts';
import type { Worker } from './worker.ts';

/** A foreign key that is to be laid once all rows are in. */
export interface ForeignKey {
  readonly table: TableFacts;
  readonly name: string | null;
  /** What follows ALTER TABLE and the table. */
  readonly command: string;
  readonly planned: PlannedStatement;
  /** It was not validated where it comes from, and stays so. */
  readonly notValid: boolean;
}

/**
 * Takes off the foreign keys that came with their tables, which would stop TRUNCATE and slow every row; with `touching`
 * only those that leave these tables or lead to them.
 */
export async function takeForeignKeys(
  worker: Worker,
  tables: readonly TableFacts[],
  touching: readonly string[] | null = null,
): Promise<ForeignKey[]> {
  await worker.clear();
  const { rows } = await worker.session.query<{ table: string; name: string; definition: string }>(
    `SELECT conrelid AS table, conname AS name, pg_catalog.pg_get_constraintdef(oid) AS definition
     FROM pg_catalog.pg_constraint WHERE contype = 'f' AND conparentid = 0
       AND ($1::oid[] IS NULL OR conrelid = ANY ($1) OR confrelid = ANY ($1)) ORDER BY oid`,
    [touching],
  );
  const taken: ForeignKey[] = [];
  for (const { table: oid, name, definition } of rows) {
    const table = tables.find((one) => one.oid === oid);
    if (table === undefined) continue;
    const alter = `ALTER TABLE ${table.partitioned ? '' : 'ONLY '}${quoteQualified(table)}`;
    await worker.runOurs(`taking off ${name}`, `${alter} DROP CONSTRAINT ${quoteName(name)}`);
    const notValid = / NOT VALID$/.test(definition);
    const command = `ADD CONSTRAINT ${quoteName(name)} ${definition.replace(/ NOT VALID$/, '')}`;
    taken.push({
      table,
      name,
      command,
      notValid,
      planned: planOf(table, name, `${alter} ${command}`, notValid),
    });
  }
  return taken;
}

function planOf(table: TableFacts, name: string, text: string, notValid: boolean): PlannedStatement {
  const statement = { text, line: 0, file: `${table.schema}.${table.name}` };
  return {
    statement,
    phase: 'foreign-key',
    what: 'foreign key',
    name,
    table,
    makes: name,
    roles: [],
    notValid,
    settings: firstSettings,
  };
}

/** The foreign keys of the scripts; those that stand or were taken off already are left out. */
export function listForeignKeys(
  parser: SqlParser,
  plan: Plan,
  tables: readonly TableFacts[],
  standing: ReadonlySet<string>,
): { keys: ForeignKey[]; skipped: Skipped[] } {
  const byName = new Map(tables.map((table) => [`${table.schema}\0${table.name}`, table]));
  const find = ({ schema, name }: QualifiedName) => byName.get(`${schema}\0${name}`);
  const keys: ForeignKey[] = [];
  const skipped: Skipped[] = [];
  for (const planned of plan.statements['foreign-key']) {
    const named = tableOf(planned, (name) => find(name) !== undefined);
    const table = named === null ? undefined : find(named);
    const command = readAlterTable(parser, planned.statement)?.commands[0];
    if (table === undefined || command === undefined) {
      accountFor(planned);
      skipped.push({ what: 'foreign key', name: planned.name, reason: 'its table is not in the dataset' });
    } else if (planned.makes === null || !standing.has(`${table.schema}\0${table.name}\0${planned.makes}`)) {
      keys.push({ table, name: planned.makes, command, planned, notValid: planned.notValid });
    } else {
      // It came with its table.
      accountFor(planned);
    }
  }
  return { keys, skipped };
}

/** Lays one foreign key without looking at rows, as far as the server can do that. */
export async function addForeignKey(
  worker: Worker,
  key: ForeignKey,
  {
    tables,
    major,
    report,
  }: { tables: readonly TableFacts[]; major: number; report: { skipped: Skipped[]; warnings: Warning[] } },
): Promise<void> {
  const { planned, table } = key;
  accountFor(planned);
  const name = `${table.schema}.${table.name}.${planned.name}`;
  const withText = (text: string): PlannedStatement => ({
    ...planned,
    statement: { ...planned.statement, text },
  });
  const unchecked = key.notValid || /\bnot\s+enforced\b/i.test(key.command);
  const wholeOnly = table.partitioned && major < 18;
  try {
    if (unchecked || wholeOnly) await worker.run(planned);
    else await worker.run(withText(`${planned.statement.text}\nNOT VALID`));
  } catch (error) {
    if (isAlready(error)) return;
    if (wholeOnly && sqlState(error) === '23503') {
      for (const leaf of tables.filter(
        ({ partitioned, roots }) => !partitioned && roots.includes(table.oid),
      )) {
        await worker.run(withText(`ALTER TABLE ONLY ${quoteQualified(leaf)} ${key.command}\nNOT VALID`));
      }
      report.warnings.push({
        code: 'fk_on_partitions',
        message: `${name} has orphans, and PostgreSQL ${major} cannot leave it unchecked on a partitioned table: it stands on each partition instead.`,
      });
    } else if (isMissing(error) && sqlState(error) === '42P01') {
      report.skipped.push({
        what: 'foreign key',
        name,
        reason: 'the table that it points to is not in the dataset',
      });
    } else if (!leaveOut({ planned, error }, report.skipped)) throw sayFailure({ planned, error });
  }
}

/** A foreign key that stands and that no row has been held against. */
export interface Unchecked extends QualifiedName {
  readonly table: string;
  readonly partitioned: boolean;
  readonly countOrphans: string;
}

interface UncheckedRow extends Record<string, unknown> {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly relkind: string;
  readonly match: string;
  readonly target: string;
  readonly target_schema: string;
  readonly target_kind: string;
  readonly pairs: string;
}

/** Foreign keys that are enforced but not validated, each with the query that counts the rows it would complain of. */
export async function listUnchecked(session: Session): Promise<Unchecked[]> {
  const { rows } = await session.query<UncheckedRow>(
    `SELECT n.nspname AS schema, c.relname AS table, k.conname AS name, c.relkind, k.confmatchtype AS match,
       t.relname AS target, tn.nspname AS target_schema, t.relkind AS target_kind,
       (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('from', a.attname, 'to', ta.attname,
                 'operator', o.oprname, 'place', opn.nspname) ORDER BY p.ord)
        FROM ROWS FROM (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey), pg_catalog.unnest(k.conpfeqop))
          WITH ORDINALITY AS p (from_no, to_no, op, ord)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = p.from_no
        JOIN pg_catalog.pg_attribute ta ON ta.attrelid = k.confrelid AND ta.attnum = p.to_no
        JOIN pg_catalog.pg_operator o ON o.oid = p.op
        JOIN pg_catalog.pg_namespace opn ON opn.oid = o.oprnamespace) AS pairs
     FROM pg_catalog.pg_constraint k
     JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_catalog.pg_class t ON t.oid = k.confrelid JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
     WHERE k.contype = 'f' AND NOT k.convalidated AND k.conparentid = 0
       AND pg_catalog.pg_get_constraintdef(k.oid) !~ ' NOT ENFORCED$'
     ORDER BY n.nspname, c.relname, k.conname`,
  );
  return rows.map((row) => ({
    schema: row.schema,
    table: row.table,
    name: row.name,
    partitioned: row.relkind === 'p',
    countOrphans: countQuery(row),
  }));
}

function countQuery(row: UncheckedRow): string {
  const pairs = JSON.parse(row.pairs) as { from: string; to: string; operator: string; place: string }[];
  const only = (kind: string): string => (kind === 'p' ? '' : 'ONLY ');
  const filled = pairs.map(({ from }) => `f.${quoteName(from)} IS NOT NULL`);
  const equal = pairs.map(
    ({ from, to, operator, place }) =>
      `t.${quoteName(to)} OPERATOR(${quoteName(place)}.${operator}) f.${quoteName(from)}`,
  );
  // MATCH SIMPLE asks of rows with all columns filled, MATCH FULL of those with any.
  return `SELECT count(*) AS rows FROM ${only(row.relkind)}${quoteQualified({ schema: row.schema, name: row.table })} f
    WHERE (${filled.join(row.match === 'f' ? ' OR ' : ' AND ')}) AND NOT EXISTS (
      SELECT FROM ${only(row.target_kind)}${quoteQualified({ schema: row.target_schema, name: row.target })} t
      WHERE ${equal.join(' AND ')})`;
}

/** Holds all rows against a foreign key. Where some point nowhere the key stays NOT VALID and they are counted. */
export async function checkForeignKey(worker: Worker, key: Unchecked): Promise<Orphan | null> {
  const constraint = `${key.schema}.${key.table}.${key.name}`;
  const table = quoteQualified({ schema: key.schema, name: key.table });
  await worker.clear();
  try {
    await worker.session.query(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${quoteName(key.name)}`);
    return null;
  } catch (error) {
    if (sqlState(error) !== '23503') throw sayReadError(error, `Checking ${constraint}`, { constraint });
    return await countOrphans(worker, key);
  }
}

/** Counts the rows that point nowhere; null where there are none. */
export async function countOrphans(worker: Worker, key: Unchecked): Promise<Orphan | null> {
  await worker.clear();
  const { rows } = await worker.session.query<{ rows: string }>(key.countOrphans);
  const count = Number(rows[0]?.rows ?? 0);
  return count === 0 ? null : { constraint: `${key.schema}.${key.table}.${key.name}`, rows: count };
}
