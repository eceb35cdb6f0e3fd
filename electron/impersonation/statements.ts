import type { Node } from 'libpg-query';
import { RockpoolError } from '../contract/errors.ts';
import { type MaybeQualified, rangeName } from '../sql/nodes.ts';
import { loadParser } from '../sql/parser.ts';
import { type Bindable, parsePlaceholders } from '../sql/placeholders.ts';
import type { SqlStatement } from '../sql/split-items.ts';
import { splitStatements } from '../sql/split-statements.ts';

/** One statement of a recipe, ready to be bound. */
export interface RecipeStatement {
  readonly statement: SqlStatement;
  readonly bindable: Bindable;
  /** The table it writes to as it is written there; null for a SELECT. */
  readonly target: MaybeQualified | null;
}

/**
 * Splits and checks the SQL of a recipe: rows may be read and written, nothing else. Throws `sql_refused` or `sql_invalid`
 * with the line.
 */
export async function readStatements(sql: string, recipe: string): Promise<RecipeStatement[]> {
  const statements = splitStatements(sql, `the recipe ${recipe}`);
  const parser = await loadParser();
  return statements.map((statement) => {
    const bindable = parsePlaceholders(statement.text);
    const node = parser.parse({ ...statement, text: bindable.text });
    const target = targetOf(node);
    if (target === undefined) {
      throw new RockpoolError(
        'sql_refused',
        `Line ${statement.line} of the recipe ${recipe} is neither INSERT, UPDATE, DELETE, MERGE nor SELECT.`,
        {
          hint: 'A recipe changes rows, so that they can be put back. Leave the statement out.',
          detail: { recipe, line: statement.line },
        },
      );
    }
    return { statement, bindable, target };
  });
}

// Undefined for what a recipe may not hold.
function targetOf(node: Node): MaybeQualified | null | undefined {
  if ('UpdateStmt' in node) return rangeName(node.UpdateStmt.relation);
  if ('InsertStmt' in node) return rangeName(node.InsertStmt.relation);
  if ('DeleteStmt' in node) return rangeName(node.DeleteStmt.relation);
  if ('MergeStmt' in node) return rangeName(node.MergeStmt.relation);
  if ('SelectStmt' in node) return node.SelectStmt.intoClause === undefined ? null : undefined;
  return undefined;
}

/** A statement of ours, of which nothing has to be found out: loading the parser takes longer than running it. */
export function ownStatement(sql: string, recipe: string, target: MaybeQualified): RecipeStatement {
  const statement = { text: sql, line: 1, file: `the recipe ${recipe}` };
  return { statement, bindable: parsePlaceholders(sql), target };
}

/** True where a statement writes to this table by name; one without a schema may be it. */
export function writesTo(
  { target }: RecipeStatement,
  table: { readonly schema: string; readonly name: string },
): boolean {
  return target !== null && target.name === table.name && (target.schema ?? table.schema) === table.schema;
}
