import { RockpoolError } from '../contract/errors.ts';
import { byte } from './bytes.ts';
import { quoteLiteral, quoteName } from './quote.ts';
import type { Scanner } from './scanner.ts';

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** What is written otherwise in a statement: an E in front of a string, a variable of psql by its value. */
export class StatementEdits {
  #edits: Edit[] = [];

  /** Puts `text` in the place of the bytes from `from` up to `to`, counted from the statement's beginning. */
  add(from: number, to: number, text: string): void {
    this.#edits.push({ from, to, text });
  }

  /** The statement's text up to `end`, as it is meant; the next one has no edits. */
  take(scanner: Scanner, end: number): string {
    const { start } = scanner;
    let text = '';
    let from = start;
    for (const edit of this.#edits) {
      text += scanner.text(from, start + edit.from) + edit.text;
      from = start + edit.to;
    }
    this.#edits = [];
    return (text + scanner.text(from, end)).trimEnd();
  }
}

/**
 * A variable of psql as it is written into a statement: as it is, or with `quote` as a literal or a name. Throws
 * `sql_refused` for a value that could change where the statement ends: psql reads it as if it stood in the script.
 */
export function pasteVariable(
  value: string,
  quote: number | null,
  { file, line }: { readonly file: string; readonly line: number },
): string {
  if (quote === byte.quote) return quoteLiteral(value);
  if (quote === byte.doubleQuote) return quoteName(value);
  if (!/['"$;\\()]|--|\/\*/.test(value)) return value;
  throw new RockpoolError(
    'sql_refused',
    `${file} pastes a variable into the statement in line ${line} whose value holds more than words.`,
    { hint: `Write the value into the statement, or use it as :'name' or :"name".`, detail: { file, line } },
  );
}
