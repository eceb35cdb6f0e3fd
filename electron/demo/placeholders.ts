import { RockpoolError } from '../contract/errors.ts';
import { type Bindable, type Misplaced, parsePlaceholders } from '../sql/placeholders.ts';
import type { SqlStatement } from '../sql/split-items.ts';

/**
 * Finds the placeholders of a statement. One where no value can be bound is refused with its line and what to write in
 * its place: within quotes a value would be part of the SQL. Throws `sql_refused`, and `sql_invalid` for what only looks
 * like a placeholder.
 */
export function readPlaceholders(statement: SqlStatement): Bindable {
  return parsePlaceholders(statement.text, (misplaced) => misplacedError(statement, misplaced));
}

/** The line of the file on which a character of a statement stands, or of its bindable text: both have the same lines. */
export function lineAt(statement: SqlStatement, text: string, offset: number): number {
  return statement.line + text.slice(0, offset).split('\n').length - 1;
}

function misplacedError(statement: SqlStatement, { within, name, at, problem }: Misplaced): RockpoolError {
  const { file } = statement;
  const line = lineAt(statement, statement.text, at);
  if (within === null) {
    return new RockpoolError('sql_invalid', `Line ${line} of ${file} cannot be bound: ${problem}.`, {
      hint: 'A placeholder is written %(name)s and ends in s whatever its type; a literal % before a bracket is written %%.',
      detail: { file, line },
    });
  }
  return new RockpoolError(
    'sql_refused',
    `The placeholder %(${name})s in line ${line} of ${file} stands inside of a ${within}, where no value can be bound.`,
    { hint: hintFor(within, name), detail: { file, line, parameter: name } },
  );
}

function hintFor(within: NonNullable<Misplaced['within']>, name: string): string {
  const literally = `To mean the characters themselves write %%(${name})s.`;
  if (within === 'text') return `Close the text and join the value: '…' || %(${name})s || '…'. ${literally}`;
  if (within === 'quoted name')
    return `A value can be no name of a table or column: write a statement for each. ${literally}`;
  return `Set it first, SELECT set_config('demo.value', %(${name})s, true), and read it in the body by current_setting('demo.value'). ${literally}`;
}
