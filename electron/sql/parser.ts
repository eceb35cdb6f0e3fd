import { setFlagsFromString } from 'node:v8';
import type { Node, ParseResult } from 'libpg-query';
import { RockpoolError } from '../contract/errors.ts';
import type { SqlStatement } from './split-items.ts';

/** PostgreSQL's own grammar. */
export interface SqlParser {
  /** The tree of a statement. Throws `sql_invalid`, also where the text holds more than one statement. */
  parse(statement: SqlStatement): Node;
  /** The tokens of a statement, with where they begin and end in its bytes. */
  scan(statement: SqlStatement): readonly SqlToken[];
}

export interface SqlToken {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

let loaded: Promise<SqlParser> | undefined;

/** Loads the parser on first use: it is WebAssembly, and most commands never need it. */
export function loadParser(): Promise<SqlParser> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<SqlParser> {
  // V8 would optimize the grammar's one huge function while it runs: measured at 580 MB for half a second, and no
  // statement was parsed faster for it. It takes both flags; fetch's small HTTP parser is all that they touch besides.
  setFlagsFromString('--no-wasm-dynamic-tiering');
  setFlagsFromString('--no-wasm-tier-up');
  const { compileGrammar, GrammarError } = await import('./grammar.ts');
  const grammars = await compileGrammar();
  let grammar = grammars.first;
  const ask = (statement: SqlStatement, work: (text: string) => unknown): unknown => {
    // The library takes a zero byte for the end of the text, and what follows would be seen by nobody.
    if (statement.text.includes('\0')) throw invalid(statement, 'it holds a zero byte');
    try {
      return work(statement.text);
    } catch (error) {
      if (error instanceof GrammarError) throw invalid(statement, problemOf(statement, error.message));
      // A statement that nests too deep leaves its part of the stack behind: after 25 of them nothing would be parsed.
      grammar = grammars.another();
      throw invalid(statement, 'it nests too deep', 'Write it as several statements that are simpler.');
    }
  };
  return {
    parse: (statement) => {
      const { stmts = [] } = ask(statement, (text) => grammar.parse(text)) as ParseResult;
      const [only, second] = stmts.flatMap((raw) => (raw.stmt === undefined ? [] : [raw.stmt]));
      if (only !== undefined && second === undefined) return only;
      throw invalid(statement, 'it is not one statement');
    },
    scan: (statement) =>
      (ask(statement, (text) => grammar.scan(text)) as { tokens: readonly SqlToken[] }).tokens,
  };
}

// The message quotes the text near the error, which in an INSERT can be a value (faults F5).
function problemOf(statement: SqlStatement, message: string): string {
  if (message === '' || /^\s*(insert|update|merge|values|with)\b/i.test(statement.text))
    return 'syntax error';
  return message;
}

function invalid(
  { file, line }: SqlStatement,
  problem: string,
  hint = 'If the file is whole, it needs a newer PostgreSQL than this version of Rockpool knows.',
): RockpoolError {
  return new RockpoolError(
    'sql_invalid',
    `The statement in line ${line} of ${file} is no valid SQL: ${problem}.`,
    { hint, detail: { file, line } },
  );
}
