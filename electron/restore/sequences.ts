import type { Warning } from '../contract/report.ts';
import type { Session } from '../sql/connect.ts';
import { sqlState } from '../sql/errors.ts';
import { quoteName, quoteQualified } from '../sql/quote.ts';
import { accountFor } from './accounted.ts';
import type { TableFacts } from './catalog.ts';
import type { PlannedStatement } from './plan.ts';
import type { Worker } from './worker.ts';

interface SequenceColumn {
  readonly schema: string;
  readonly name: string;
  readonly rises: boolean;
  readonly limit: string;
  readonly table: string;
  readonly column: string;
}

/**
 * Sets sequences as the archive says. Unless it says all of them, those that are behind the columns that they feed are
 * moved on, so that the next insert takes a free number. None is ever moved back.
 */
export async function setSequences(
  worker: Worker,
  statements: readonly PlannedStatement[],
  { tables, saysAll }: { readonly tables: readonly TableFacts[]; readonly saysAll: boolean },
  warnings: Warning[],
): Promise<void> {
  for (const planned of statements) {
    try {
      await worker.run(planned);
    } catch (error) {
      const state = sqlState(error);
      if (state === null) throw error;
      const { file, line } = planned.statement;
      accountFor(planned);
      warnings.push({
        code: 'sequence_not_set',
        message: `Line ${line} of ${file} could not set a sequence (SQLSTATE ${state}); columns that it feeds set it instead.`,
      });
    }
  }
  if (saysAll) return;
  await worker.clear();
  const groups = Object.values(
    Object.groupBy(await listSequenceColumns(worker.session), ({ schema, name }) => `${schema}\0${name}`),
  );
  for (const columns of groups) {
    if (columns !== undefined) await moveSequence(worker, columns, tables, warnings);
  }
}

// A sequence feeds the columns that own it and those whose default takes from it.
async function listSequenceColumns(session: Session): Promise<SequenceColumn[]> {
  const { rows } = await session.query<
    Record<'schema' | 'name' | 'rises' | 'limit' | 'table' | 'column', string>
  >(
    `WITH fed AS (
       SELECT d.objid AS sequence, d.refobjid AS relation, d.refobjsubid AS number FROM pg_catalog.pg_depend d
       WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
         AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
       UNION
       SELECT d.refobjid, f.adrelid, f.adnum FROM pg_catalog.pg_attrdef f
       JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_attrdef'::regclass AND d.objid = f.oid
         AND d.refclassid = 'pg_catalog.pg_class'::regclass
     )
     SELECT n.nspname AS schema, c.relname AS name, (s.seqincrement > 0)::int AS rises,
       CASE WHEN s.seqincrement > 0 THEN s.seqmax ELSE s.seqmin END AS limit, fed.relation AS table, a.attname AS column
     FROM fed JOIN pg_catalog.pg_sequence s ON s.seqrelid = fed.sequence
     JOIN pg_catalog.pg_class c ON c.oid = fed.sequence JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_catalog.pg_attribute a ON a.attrelid = fed.relation AND a.attnum = fed.number
     WHERE a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype)
     ORDER BY 1, 2, 5`,
  );
  return rows.map((row) => ({ ...row, rises: row.rises === '1' }));
}

async function moveSequence(
  { session }: Worker,
  columns: readonly SequenceColumn[],
  tables: readonly TableFacts[],
  warnings: Warning[],
): Promise<void> {
  const [first] = columns;
  if (first === undefined) return;
  const fed = columns.flatMap(({ table, column }) => {
    const facts = tables.find(({ oid }) => oid === table);
    return facts === undefined ? [] : [{ facts, column }];
  });
  // The rows of partitions are seen through their root.
  const read = fed.filter(({ facts }) => !fed.some((other) => facts.roots.includes(other.facts.oid)));
  if (read.length === 0) return;
  const extreme = first.rises ? 'max' : 'min';
  const beyond = first.rises ? '>=' : '<=';
  const within = first.rises ? '<=' : '>=';
  const parts = read.map(
    ({ facts, column }) => `SELECT ${extreme}(${quoteName(column)}) AS v FROM ${quoteQualified(facts)}`,
  );
  const sequence = quoteQualified(first);
  try {
    await session.query(
      `SELECT pg_catalog.setval($1::regclass, m.v) FROM (SELECT ${extreme}(x.v)::bigint AS v FROM (${parts.join(' UNION ALL ')}) x) m,
       ${sequence} s WHERE m.v ${beyond} s.last_value AND m.v ${within} $2::bigint`,
      [sequence, first.limit],
    );
  } catch (error) {
    const state = sqlState(error);
    if (state === null) throw error;
    warnings.push({
      code: 'sequence_not_set',
      message: `The sequence ${first.schema}.${first.name} could not be set from its columns (SQLSTATE ${state}).`,
    });
  }
}
