import type { ReplayItem } from '../archives/contents.ts';
import { RockpoolError } from '../contract/errors.ts';
import { rangeName } from '../sql/nodes.ts';
import type { SqlParser } from '../sql/parser.ts';
import { quoteName, quoteQualified } from '../sql/quote.ts';
import type { SqlStatement } from '../sql/split-items.ts';
import type { Meter } from './effort.ts';
import { countRecords } from './record-count.ts';
import { sayReplayFailure } from './replay-failure.ts';
import type { ReplaySession } from './replay-session.ts';

/**
 * Loads the rows of a COPY as the script has it, and holds their number against what came in. Throws `sql_failed` with
 * the line of the row, and `rows_mismatch`.
 */
export async function copyRows(
  session: ReplaySession,
  parser: SqlParser,
  item: Extract<ReplayItem, { kind: 'copy' }>,
  meter: Meter,
): Promise<void> {
  const { statement } = item;
  const counter = countRecords(parser, statement);
  const rows = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of item.rows()) {
      counter.push(chunk);
      yield chunk;
    }
  };
  let came = 0;
  try {
    came = await session.copy({ ...item, rows }, (bytes) => meter.loaded(bytes));
  } catch (error) {
    throw sayReplayFailure(statement, error);
  }
  meter.rows(came);
  const expected = counter.records();
  if (came === expected || (came < expected && (await mayDropRows(session, parser, statement)))) return;
  const { file, line } = statement;
  throw new RockpoolError(
    'rows_mismatch',
    `The COPY in line ${line} of ${file} has ${expected} rows, but ${came} came in.`,
    {
      hint: 'Nothing was kept. Have it exported again.',
      detail: { file, line, records: expected, rows: came },
    },
  );
}

// With a condition, or with triggers of its own, a table takes fewer rows than it is given.
async function mayDropRows(
  session: ReplaySession,
  parser: SqlParser,
  statement: SqlStatement,
): Promise<boolean> {
  const node = parser.parse(statement);
  if (!('CopyStmt' in node)) return false;
  if (node.CopyStmt.whereClause !== undefined) return true;
  const target = rangeName(node.CopyStmt.relation);
  if (target === null) return false;
  const { schema, name } = target;
  const found = await session.ours(
    `SELECT FROM pg_catalog.pg_trigger t LEFT JOIN pg_catalog.pg_inherits i ON i.inhrelid = t.tgrelid
     WHERE NOT t.tgisinternal AND pg_catalog.to_regclass($1) IN (t.tgrelid, i.inhparent)`,
    [schema === null ? quoteName(name) : quoteQualified({ schema, name })],
  );
  return found.length > 0;
}
