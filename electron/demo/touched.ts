import type { Session } from '../sql/connect.ts';
import { type DemoSession, runBound } from './bound.ts';
import type { DemoStatement } from './script.ts';

const telling: ReadonlySet<string> = new Set(['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']);

/** The kind of a statement as the parser calls it, such as `UpdateStmt`. */
export function kindOf({ node }: DemoStatement): string {
  return Object.keys(node)[0] ?? '';
}

/**
 * Runs a statement and returns how many rows it touched: what its own tag tells where it writes rows itself, else what
 * the server counted meanwhile, since a function or a block writes unseen.
 */
export async function runCounted(
  within: DemoSession,
  demo: DemoStatement,
  values: ReadonlyMap<string, string>,
): Promise<number> {
  if (telling.has(kindOf(demo))) return runBound(within, demo, values);
  const before = await countTouched(within.session);
  await runBound(within, demo, values);
  return Math.max(0, (await countTouched(within.session)) - before);
}

// In this transaction and in all tables but temporary ones. What was undone is counted too; TRUNCATE is not.
async function countTouched(session: Session): Promise<number> {
  const { rows } = await session.query<{ touched: string | null }>(
    `SELECT pg_catalog.sum(n_tup_ins + n_tup_upd + n_tup_del) AS touched
     FROM pg_catalog.pg_stat_xact_user_tables WHERE schemaname !~ '^pg_temp'`,
  );
  return Number(rows[0]?.touched ?? 0);
}
