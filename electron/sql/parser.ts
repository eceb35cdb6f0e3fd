import { setFlagsFromString } from 'node:v8';
import type { Node } from 'libpg-query';
import { RockpoolError } from '../contract/errors.ts';
import type { SqlStatement } from './split.ts';

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
  const library = await import('libpg-query');
  await library.loadModule();
  return {
    parse: (statement) => {
      const nodes = parseText(statement, library.parseSync);
      const [only, second] = nodes;
      if (only !== undefined && second === undefined) return only;
      throw invalid(statement, 'it is not one statement');
    },
    scan: (statement) => library.scanSync(statement.text).tokens,
  };
}

function parseText(statement: SqlStatement, parse: typeof import('libpg-query').parseSync): Node[] {
  try {
    const { stmts = [] } = parse(statement.text);
    return stmts.flatMap((raw) => (raw.stmt === undefined ? [] : [raw.stmt]));
  } catch (error) {
    throw invalid(statement, problemOf(statement, error));
  }
}

// The message quotes the text near the error, which in an INSERT can be a value (faults F5).
function problemOf(statement: SqlStatement, error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  if (message === '' || /^\s*(insert|update|merge|values|with)\b/i.test(statement.text))
    return 'syntax error';
  return message;
}

function invalid({ file, line }: SqlStatement, problem: string): RockpoolError {
  return new RockpoolError(
    'sql_invalid',
    `The statement in line ${line} of ${file} is no valid SQL: ${problem}.`,
    {
      hint: 'If the file is whole, it needs a newer PostgreSQL than this version of Rockpool knows.',
      detail: { file, line },
    },
  );
}
