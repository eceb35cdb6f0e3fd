import type { PreviewChange, PreviewedStatement } from '../contract/demo.ts';
import { rangeName } from '../sql/nodes.ts';
import type { QualifiedName } from '../sql/quote.ts';
import type { DemoSession } from './bound.ts';
import { noteTruncate, openCapture, takeChanges, watchTables } from './capture.ts';
import type { Outfit } from './outfit.ts';
import type { DemoStatement } from './script.ts';
import { kindOf, runCounted } from './touched.ts';

/**
 * Runs an outfit's statements as a reset would and tells what each of them does; then takes all of it back. The
 * sequences that were drawn from stay drawn from, so the copy is none for a reset any more.
 */
export async function previewOutfit(
  within: DemoSession,
  { script, values }: Outfit,
  onDone: () => void = () => {},
): Promise<PreviewedStatement[]> {
  const { session } = within;
  const names = new Set(script.flatMap(({ node }) => relationsOf(node)));
  const previewed: PreviewedStatement[] = [];
  await session.query('BEGIN');
  try {
    await openCapture(session);
    await watchTables(session, names);
    for (const demo of script) {
      if (kindOf(demo) === 'TruncateStmt') await noteTruncate(session, truncatedBy(demo));
      const counted = await runCounted(within, demo, values);
      const changes = await takeChanges(session);
      previewed.push(describe(demo, counted, changes));
      if (!plainKinds.has(kindOf(demo))) await watchTables(session, names);
      onDone();
    }
  } finally {
    await session.client.query('ROLLBACK').catch(() => {
      // The session is gone, and its transaction with it.
    });
  }
  return previewed;
}

// They make no table and switch no trigger off.
const plainKinds: ReadonlySet<string> = new Set([
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
  'TruncateStmt',
]);
const writing: ReadonlySet<string> = new Set([...plainKinds, 'DoStmt', 'CallStmt']);

function describe(demo: DemoStatement, counted: number, changes: PreviewChange[]): PreviewedStatement {
  const { statement } = demo;
  const kind = kindOf(demo);
  const ordered = ownFirst(demo, changes);
  const truncated = changes.filter((change) => change.kind === 'truncate');
  const rows = kind === 'TruncateStmt' ? truncated.reduce((sum, change) => sum + change.rows, 0) : counted;
  const touchesNothing = rows === 0 && changes.length === 0 && writing.has(kind);
  return {
    line: statement.line,
    sql: statement.text,
    rows,
    before: ordered[0]?.before ?? [],
    after: ordered[0]?.after ?? [],
    changes: ordered,
    warnings: touchesNothing ? ['touches nothing'] : [],
  };
}

// A trigger of the dataset writes elsewhere before the statement's own change is noted. What the statement names comes
// first; where that is a view, the change that was noted last is the statement's own.
function ownFirst(demo: DemoStatement, changes: PreviewChange[]): PreviewChange[] {
  const target = relationsOf(demo.node)[0];
  const isOwn = (change: PreviewChange): boolean =>
    target !== undefined && change.table.endsWith(`.${target}`);
  const last = changes.at(-1);
  if (plainKinds.has(kindOf(demo)) && last !== undefined && !changes.some(isOwn)) {
    return [last, ...changes.slice(0, -1)];
  }
  return changes.toSorted((one, other) => Number(isOwn(other)) - Number(isOwn(one)));
}

function truncatedBy({ node }: DemoStatement): QualifiedName[] {
  if (!('TruncateStmt' in node)) return [];
  return (node.TruncateStmt.relations ?? []).flatMap((relation) => {
    const name = 'RangeVar' in relation ? rangeName(relation.RangeVar) : null;
    return name === null ? [] : [{ schema: name.schema ?? 'public', name: name.name }];
  });
}

/** The names of all tables that a statement speaks of, the one that it writes first. */
function relationsOf(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(relationsOf);
  if (typeof node !== 'object' || node === null) return [];
  const { relname } = node as { relname?: unknown };
  const own = typeof relname === 'string' ? [relname] : [];
  return [...own, ...Object.values(node).flatMap(relationsOf)];
}
