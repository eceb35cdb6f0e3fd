import type { SqlParser, SqlToken } from './parser.ts';
import type { SqlStatement } from './split-items.ts';

/** An ALTER TABLE as its table's part and its commands, each with the text that stands there. */
export interface AlterTableText {
  readonly head: string;
  readonly commands: readonly string[];
}

/** Takes an ALTER TABLE apart at the commas between its commands; null for any other statement. */
export function readAlterTable(parser: SqlParser, statement: SqlStatement): AlterTableText | null {
  if (!/^alter\s+table\b/i.test(statement.text)) return null;
  const bytes = Buffer.from(statement.text);
  const tokens = parser.scan(statement);
  const first = commandStart(tokens);
  const start = tokens[first]?.start;
  if (start === undefined) return null;
  const cuts: number[] = [];
  let depth = 0;
  for (const token of tokens.slice(first)) {
    if (token.text === '(' || token.text === '[') depth++;
    else if (token.text === ')' || token.text === ']') depth--;
    else if (token.text === ',' && depth === 0) cuts.push(token.start);
  }
  const edges = [start - 1, ...cuts, bytes.length];
  const commands = edges.slice(1).map((end, index) =>
    bytes
      .subarray((edges[index] ?? 0) + 1, end)
      .toString()
      .trim(),
  );
  return { head: bytes.subarray(0, start).toString().trim(), commands };
}

/** The same work as one statement a command. */
export function splitCommands(parser: SqlParser, statement: SqlStatement): SqlStatement[] {
  const parts = readAlterTable(parser, statement);
  if (parts === null || parts.commands.length < 2) return [statement];
  return parts.commands.map((command) => ({ ...statement, text: `${parts.head} ${command}` }));
}

// ALTER TABLE [IF EXISTS] [ONLY] name [.name …] [*]
function commandStart(tokens: readonly SqlToken[]): number {
  const is = (at: number, word: string): boolean => tokens[at]?.text.toLowerCase() === word;
  let at = 2;
  if (is(at, 'if') && is(at + 1, 'exists')) at += 2;
  if (is(at, 'only')) at++;
  const wrapped = is(at, '(');
  if (wrapped) at++;
  at++;
  while (is(at, '.')) at += 2;
  if (wrapped || is(at, '*')) at++;
  return at;
}
