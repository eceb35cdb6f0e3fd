import type { Node } from 'libpg-query';
import { isRockpoolError, RockpoolError } from '../contract/errors.ts';
import { loadParser } from '../sql/parser.ts';
import type { Bindable } from '../sql/placeholders.ts';
import { StatementSplitter } from '../sql/split.ts';
import type { SqlStatement } from '../sql/split-items.ts';
import { refusalOf, wordsOf } from './allowed.ts';
import { lineAt, readPlaceholders } from './placeholders.ts';

/** A statement of a demo, checked and ready to be bound. */
export interface DemoStatement {
  /** As the person wrote it, with its line. */
  readonly statement: SqlStatement;
  readonly bindable: Bindable;
  readonly node: Node;
}

// The parser takes 40 times the size of an INSERT as memory.
const maxStatementLength = 1_000_000;
const maxScriptLength = 8_000_000;

/**
 * Splits a script by PostgreSQL's rules, finds its placeholders and checks each statement with its parser. Throws
 * `sql_refused` for what has no place in a demo and `sql_invalid` for what is no SQL, each with line and reason.
 */
export async function readScript(sql: string, file: string): Promise<DemoStatement[]> {
  if (sql.length > maxScriptLength) throw tooLong(file, 1, maxScriptLength);
  const parser = await loadParser();
  return split(sql, file).map((statement) => {
    if (statement.text.length > maxStatementLength) throw tooLong(file, statement.line, maxStatementLength);
    const bindable = readPlaceholders(statement);
    const node = parse(() => parser.parse({ ...statement, text: bindable.text }), statement, bindable);
    const reason = refusalOf(node, bindable.names.length);
    if (reason === null) return { statement, bindable, node };
    const { line } = statement;
    throw new RockpoolError(
      'sql_refused',
      `${file} holds ${wordsOf(statement.text)} in line ${line}, which is refused: ${reason}.`,
      { hint: 'Take it out, or write it in another way.', detail: { file, line } },
    );
  });
}

/** The names of all parameters, in the order of their first use. */
export function parametersOf(script: readonly DemoStatement[]): string[] {
  return [...new Set(script.flatMap(({ bindable }) => bindable.names))];
}

function split(sql: string, file: string): SqlStatement[] {
  const splitter = new StatementSplitter(file, { takesCommand: () => false });
  try {
    return [...splitter.push(Buffer.from(sql)), ...splitter.end()].flatMap((item) => {
      if (item.kind === 'statement') return [item.statement];
      if (item.kind !== 'copy') return [];
      const { line } = item.statement;
      throw new RockpoolError('sql_refused', `${file} holds COPY in line ${line}, which is refused.`, {
        detail: { file, line },
      });
    });
  } catch (error) {
    if (!isRockpoolError(error, 'sql_refused', 'sql_invalid', 'archive_damaged')) throw error;
    const refused = error.code !== 'sql_invalid';
    throw new RockpoolError(refused ? 'sql_refused' : 'sql_invalid', error.message, {
      hint: refused
        ? 'Only SQL statements can stand here: no commands of psql, and INSERT in place of COPY.'
        : 'Complete what has no end there.',
      ...(error.detail === null ? {} : { detail: error.detail }),
    });
  }
}

// The parser says where it stopped in the bindable text.
function parse(work: () => Node, statement: SqlStatement, bindable: Bindable): Node {
  try {
    return work();
  } catch (error) {
    if (!isRockpoolError(error, 'sql_invalid')) throw error;
    const { file } = statement;
    const near = /at or near "\$(\d+)"/.exec(error.message)?.[1];
    const name = near === undefined ? undefined : bindable.names[Number(near) - 1];
    const line =
      near === undefined
        ? statement.line
        : lineAt(statement, bindable.text, bindable.text.indexOf(`$${near}`));
    const problem =
      name === undefined
        ? error.message.replace(/^[^:]*: /, '').replace(/\.$/, '')
        : `no value can stand where %(${name})s does`;
    throw new RockpoolError(
      'sql_invalid',
      `The statement in line ${line} of ${file} is no valid SQL: ${problem}.`,
      {
        hint:
          name === undefined
            ? 'See the line, and whether a semicolon before it is missing.'
            : `Values stand where a literal can: %(${name})s::date in place of DATE %(${name})s, and never for a name.`,
        detail: { file, line },
      },
    );
  }
}

function tooLong(file: string, line: number, limit: number): RockpoolError {
  return new RockpoolError(
    'sql_refused',
    `${file} is too long from line ${line} on: ${limit / 1e6} MB at most.`,
    {
      hint: 'Bring large values in as parameters, and many rows with the dataset.',
      detail: { file, line, limit },
    },
  );
}
