import type { Node } from 'libpg-query';
import { isRockpoolError, RockpoolError } from '../contract/errors.ts';
import { loadParser } from '../sql/parser.ts';

/**
 * Says whether PostgreSQL's own grammar reads a text as one statement that only reads: SELECT, VALUES, TABLE, SHOW, or
 * EXPLAIN of one. Null where it cannot parse the text at all. What functions do is bounded by the transaction.
 */
export async function readsOnly(sql: string): Promise<boolean | null> {
  const parser = await loadParser();
  try {
    return isReading(parser.parse({ text: sql, file: 'the console', line: 1 }));
  } catch (error) {
    if (isRockpoolError(error, 'sql_invalid')) return null;
    throw error;
  }
}

function isReading(node: Node): boolean {
  if ('SelectStmt' in node) return node.SelectStmt.intoClause === undefined;
  if ('VariableShowStmt' in node) return true;
  const explained = 'ExplainStmt' in node ? node.ExplainStmt.query : undefined;
  return explained !== undefined && 'SelectStmt' in explained && isReading(explained);
}

/** What is thrown for a statement that does more than read. */
export function notReading(): RockpoolError {
  return new RockpoolError(
    'sql_refused',
    'The console runs one statement at a time, and only such as read.',
    {
      hint: 'Use SELECT, VALUES, TABLE, SHOW or EXPLAIN here; to change data connect with rockpool url or rockpool psql.',
    },
  );
}
