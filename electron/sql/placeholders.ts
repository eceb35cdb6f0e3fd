import { RockpoolError } from '../contract/errors.ts';

/** A statement ready to be bound. */
export interface Bindable {
  /** The statement with `$1`, `$2`, … in place of its placeholders. */
  readonly text: string;
  /** The names in order, one a `$n`: each place has a number of its own, since two places can want two types. */
  readonly names: readonly string[];
}

/** A placeholder that stands where no value can be bound, or that is none. */
export interface Misplaced {
  /** In which kind of quotes it stands; null for one that is written wrongly. */
  readonly within: 'text' | 'quoted name' | '$$ body' | null;
  /** Empty where it has none. */
  readonly name: string;
  /** Where in the statement, in characters. */
  readonly at: number;
  readonly problem: string;
}

// What encloses text in which a parameter cannot be bound, in the order in which it is looked for.
const pieces =
  /(?<comment>--[^\n\r]*|\/\*)|(?<escape>(?<![\w$\x80-\uffff])[eE]'(?:[^'\\]|\\[\s\S]|'')*')|(?<string>'(?:[^']|'')*')|(?<name>"(?:[^"]|"")*")|(?<dollar>(?<![\w$\x80-\uffff])\$(?:[A-Za-z_\x80-\uffff][\w\x80-\uffff]*)?\$)|(?<number>(?<![\w$\x80-\uffff])\$\d+)|(?<double>%%)|(?<unnamed>%s(?![\w$\x80-\uffff]))|%\((?<key>[^%()]+)\)(?<s>s?)/gu;

/**
 * Reads the named placeholders of one statement, written as psycopg has them: `%(name)s`, the same name as often as
 * wanted, `%%` for a percent sign. Values are bound by the server, so a placeholder within quotes would be no parameter:
 * it is refused with `sql_invalid`, or what `toError` makes of it, as is a `$1` of the statement's own. In comments
 * nothing is replaced.
 */
export function parsePlaceholders(
  sql: string,
  toError: (misplaced: Misplaced) => Error = (misplaced) => refusal(sql, misplaced),
): Bindable {
  const refuse = (at: number, name: string, problem: string): Error =>
    toError({ within: null, name, at, problem });
  const names: string[] = [];
  let text = '';
  let from = 0;
  pieces.lastIndex = 0;
  for (let match = pieces.exec(sql); match !== null; match = pieces.exec(sql)) {
    const { comment, dollar, number, double, unnamed, key, s } = match.groups ?? {};
    const at = match.index;
    let end = at + match[0].length;
    if (comment === '/*') end = endOfComment(sql, end);
    if (dollar !== undefined) end = endOf(sql, dollar, end);
    text += sql.slice(from, at);
    if (number !== undefined) throw refuse(at, '', `${number} is no placeholder here`);
    if (unnamed !== undefined) throw refuse(at, '', 'a placeholder has no name');
    if (double !== undefined) text += '%';
    else if (key !== undefined) {
      if (s !== 's') throw refuse(at, key, `the placeholder ${key} does not end in )s`);
      names.push(key);
      // A word right behind it would be read as part of the number.
      text += `$${names.length}${/[\w$\x80-\uffff]/.test(sql[end] ?? '') ? ' ' : ''}`;
    } else text += enclosed(sql, at, end, comment !== undefined, toError);
    from = end;
    pieces.lastIndex = end;
  }
  return { text: text + sql.slice(from), names };
}

// What is quoted keeps its `%%` as one percent sign, as it had if values were pasted in.
function enclosed(
  sql: string,
  at: number,
  end: number,
  isComment: boolean,
  toError: (misplaced: Misplaced) => Error,
): string {
  const text = sql.slice(at, end);
  if (isComment) return text;
  // Two characters for two, so that places stay what they are.
  const inside = /%\(([^%()]+)\)s/.exec(text.replaceAll('%%', '..'));
  const name = inside?.[1];
  if (inside !== null && name !== undefined) {
    const within = text.startsWith('"') ? 'quoted name' : text.startsWith('$') ? '$$ body' : 'text';
    const problem = `the placeholder ${name} stands within quotes`;
    throw toError({ within, name, at: at + inside.index, problem });
  }
  return text.replaceAll('%%', '%');
}

// Comments of PostgreSQL nest.
function endOfComment(sql: string, start: number): number {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = start;
  for (let depth = 1; depth > 0; ) {
    const mark = marks.exec(sql);
    if (mark === null) return sql.length;
    depth += mark[0] === '/*' ? 1 : -1;
  }
  return marks.lastIndex;
}

function endOf(sql: string, tag: string, start: number): number {
  const found = sql.indexOf(tag, start);
  return found === -1 ? sql.length : found + tag.length;
}

function refusal(sql: string, { at, problem }: Misplaced): RockpoolError {
  const line = sql.slice(0, at).split('\n').length;
  return new RockpoolError('sql_invalid', `A statement cannot be bound: ${problem}.`, {
    hint: 'Write %(name)s where a value goes, without quotes around it, and %% for a percent sign.',
    detail: { line },
  });
}
