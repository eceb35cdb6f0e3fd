import { RockpoolError } from '../contract/errors.ts';
import { continuesName, isDigit, isSpace, Scanner, startsName } from './scanner.ts';

/** One statement of a script, without its semicolon. */
export interface SqlStatement {
  readonly text: string;
  /** The line of its first token, counted from 1. */
  readonly line: number;
  readonly file: string;
}

/** What a script is made of, in order. After a `copy` come its rows as `copyData` and then `copyEnd`. */
export type SplitItem =
  | { readonly kind: 'statement' | 'copy'; readonly statement: SqlStatement }
  | { readonly kind: 'copyData'; readonly bytes: Buffer }
  | { readonly kind: 'copyEnd' }
  | { readonly kind: 'skipped'; readonly text: string; readonly line: number };

const byte = {
  tab: 9,
  lineFeed: 10,
  return: 13,
  quote: 0x27,
  doubleQuote: 0x22,
  dollar: 0x24,
  ampersand: 0x26,
  open: 0x28,
  close: 0x29,
  star: 0x2a,
  minus: 0x2d,
  slash: 0x2f,
  semicolon: 0x3b,
  backslash: 0x5c,
} as const;

// JavaScript's strings end at about 512 MiB; half of it leaves room for copies.
const maxStatementBytes = 256 * 1024 * 1024;

const restrictLine = /^\\(un)?restrict [A-Za-z0-9]+[ \t\r]*$/;
const setEscapes =
  /^set\s+(?:session\s+|local\s+)?standard_conforming_strings\s*(?:=|\s+to\s)\s*'?(\w+)'?\s*$/i;
const callEscapes =
  /^select\s+(?:pg_catalog\s*\.\s*)?set_config\s*\(\s*'standard_conforming_strings'\s*,\s*'(\w+)'/i;

type Mode = 'code' | 'string' | 'escapeString' | 'name' | 'dollar' | 'lineComment' | 'blockComment' | 'copy';

/**
 * Splits a script into the statements that the server would see, by the rules of psql's scanner (psqlscan.l of
 * PostgreSQL 18), while its bytes come in. The encoding must be a superset of ASCII. A `standard_conforming_strings`
 * that is switched off is followed by writing such strings as E'…', so that a statement means the same anywhere.
 * Throws `sql_refused` for psql's commands, `sql_invalid` and `archive_damaged` for what has no end.
 */
export class StatementSplitter {
  readonly #file: string;
  readonly #in = new Scanner();
  #mode: Mode = 'code';
  #plainEscapes = false;
  #begun = false;
  #line = 1;
  #parens = 0;
  #comments = 0;
  #tag: Buffer = Buffer.alloc(0);
  // The string that has just closed: after white space with a line break a quote opens it again.
  #closed: { mode: 'string' | 'escapeString'; lineBreak: boolean } | null = null;
  #words: string[] = [];
  #lastWord = '';
  #atomic = 0;
  #copies = false;
  #escapesAt: number[] = [];
  #bomChecked = false;

  constructor(file: string) {
    this.#file = file;
  }

  /** Takes the next bytes and returns what has become whole. */
  push(chunk: Buffer): SplitItem[] {
    this.#in.append(chunk);
    return this.#scan(false);
  }

  /** Returns the rest. A last statement may lack its semicolon. */
  end(): SplitItem[] {
    const items = this.#scan(true);
    if (this.#mode === 'copy') {
      throw new RockpoolError('archive_damaged', `${this.#file} ends inside the rows of a COPY.`, {
        hint: 'The file is cut off. Pull it again.',
        detail: { file: this.#file, line: this.#line },
      });
    }
    if (this.#mode !== 'code' && this.#mode !== 'lineComment') {
      throw this.#invalid('a string, a quoted name or a comment has no end');
    }
    if (this.#begun) items.push(this.#statement(this.#in.length));
    return items;
  }

  #scan(last: boolean): SplitItem[] {
    const items: SplitItem[] = [];
    if (!this.#skipByteOrderMark(last)) return items;
    for (;;) {
      const more = this.#mode === 'copy' ? this.#copyRows(items, last) : this.#step(items, last);
      if (!more) break;
    }
    if (this.#in.position - this.#in.start > maxStatementBytes) {
      throw this.#invalid('a statement is larger than 256 MiB');
    }
    return items;
  }

  // Returns false when it needs bytes that are not there.
  #step(items: SplitItem[], last: boolean): boolean {
    const scanner = this.#in;
    if (scanner.position >= scanner.length) return false;
    switch (this.#mode) {
      case 'lineComment': {
        const end = scanner.findLineEnd();
        scanner.position = end === -1 ? scanner.length : end;
        if (end !== -1) this.#mode = 'code';
        return end !== -1;
      }
      case 'blockComment':
        return this.#blockComment(last);
      case 'string':
      case 'escapeString':
        return this.#string(this.#mode, last);
      case 'name':
        if (!scanner.skipTo(byte.doubleQuote)) return false;
        this.#mode = 'code';
        return true;
      case 'dollar':
        if (!scanner.skipPast(this.#tag)) return false;
        this.#mode = 'code';
        return true;
      default:
        return this.#code(items, last);
    }
  }

  #code(items: SplitItem[], last: boolean): boolean {
    const scanner = this.#in;
    const at = scanner.position;
    const c = scanner.at(at);
    if (isSpace(c)) {
      if (this.#closed !== null && (c === byte.lineFeed || c === byte.return)) this.#closed.lineBreak = true;
      scanner.position++;
      return true;
    }
    if (!last && at + 2 >= scanner.length) return false;
    const next = scanner.at(at + 1);
    if (c === byte.minus && next === byte.minus) {
      scanner.position += 2;
      this.#mode = 'lineComment';
      return true;
    }
    if (c === byte.slash && next === byte.star) {
      this.#closed = null;
      scanner.position += 2;
      this.#comments = 1;
      this.#mode = 'blockComment';
      return true;
    }
    if (c === byte.semicolon && this.#parens === 0 && this.#atomic === 0)
      return this.#endStatement(items, last);
    if (c === byte.backslash) return this.#command(items, last);
    this.#begin(at);
    if (c === byte.quote) return this.#openQuote(at);
    this.#closed = null;
    if (startsName(c)) return this.#word(last);
    scanner.position++;
    if (c === byte.doubleQuote) this.#mode = 'name';
    else if (c === byte.open) this.#parens++;
    else if (c === byte.close) this.#parens = Math.max(0, this.#parens - 1);
    else if (c === byte.dollar) return this.#dollar(at, last);
    else if (isDigit(c)) scanner.position = scanner.endOf(at, (b) => isDigit(b) || startsName(b));
    return true;
  }

  #openQuote(at: number): boolean {
    const again = this.#closed?.lineBreak === true ? this.#closed.mode : null;
    if (again === null && this.#plainEscapes) this.#escapesAt.push(at - this.#in.start);
    this.#mode = again ?? (this.#plainEscapes ? 'escapeString' : 'string');
    this.#closed = null;
    this.#in.position = at + 1;
    return true;
  }

  #string(mode: 'string' | 'escapeString', last: boolean): boolean {
    const scanner = this.#in;
    const at =
      mode === 'string'
        ? scanner.find(byte.quote)
        : scanner.findEither(byte.quote, byte.backslash);
    if (at === -1) {
      scanner.position = scanner.length;
      return false;
    }
    scanner.position = at;
    if (at + 1 >= scanner.length && !last) return false;
    if (scanner.at(at) === byte.backslash || scanner.at(at + 1) === byte.quote) {
      scanner.position = Math.min(at + 2, scanner.length);
      return true;
    }
    scanner.position = at + 1;
    this.#closed = { mode, lineBreak: false };
    this.#mode = 'code';
    return true;
  }

  #blockComment(last: boolean): boolean {
    const scanner = this.#in;
    const at = scanner.findEither(byte.star, byte.slash);
    if (at === -1 || (at + 1 >= scanner.length && !last)) {
      scanner.position = at === -1 ? scanner.length : at;
      return false;
    }
    const pair = (scanner.at(at) << 8) | scanner.at(at + 1);
    scanner.position = at + 2;
    if (pair === ((byte.star << 8) | byte.slash)) this.#comments--;
    else if (pair === ((byte.slash << 8) | byte.star)) this.#comments++;
    else scanner.position = at + 1;
    if (this.#comments === 0) this.#mode = 'code';
    return scanner.position < scanner.length || !last;
  }

  #dollar(at: number, last: boolean): boolean {
    const scanner = this.#in;
    const end = startsName(scanner.at(at + 1))
      ? scanner.endOf(at + 1, (b) => continuesName(b) && b !== byte.dollar)
      : at + 1;
    if (end >= scanner.length && !last) {
      scanner.position = at;
      return false;
    }
    // `$1` is a parameter and a lone `$` is nothing: both are passed over like an operator.
    if (scanner.at(end) !== byte.dollar) return true;
    this.#tag = Buffer.from(scanner.bytes(at, end + 1));
    scanner.position = end + 1;
    this.#mode = 'dollar';
    return true;
  }

  #word(last: boolean): boolean {
    const scanner = this.#in;
    const at = scanner.position;
    const letter = scanner.at(at) | 0x20;
    const next = scanner.at(at + 1);
    if (next === byte.quote && (letter === 0x65 || letter === 0x62 || letter === 0x78)) {
      this.#mode = letter === 0x65 ? 'escapeString' : 'string';
      scanner.position = at + 2;
      return true;
    }
    const third = scanner.at(at + 2);
    if (letter === 0x75 && next === byte.ampersand && (third === byte.quote || third === byte.doubleQuote)) {
      this.#mode = third === byte.quote ? 'string' : 'name';
      scanner.position = at + 3;
      return true;
    }
    const end = scanner.endOf(at, continuesName);
    if (end >= scanner.length && !last) return false;
    scanner.position = end;
    this.#meet(end - at > 20 ? '' : scanner.text(at, end).toLowerCase());
    return true;
  }

  // A body BEGIN ATOMIC … END, in which CASE has an END too, holds semicolons; only functions have one.
  #meet(word: string): void {
    if (this.#words.length < 4) this.#words.push(word);
    const before = this.#lastWord;
    this.#lastWord = word;
    if (this.#parens > 0) return;
    const [first, second, third, fourth] = this.#words;
    if (first === 'copy' && word === 'stdin' && before === 'from') this.#copies = true;
    const made = second === 'or' && third === 'replace' ? fourth : second;
    if (first !== 'create' || (made !== 'function' && made !== 'procedure')) return;
    if (word === 'atomic' && before === 'begin') this.#atomic = Math.max(1, this.#atomic);
    else if (word === 'case' && this.#atomic > 0) this.#atomic++;
    else if (word === 'end' && this.#atomic > 0) this.#atomic--;
  }

  #begin(at: number): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#startAt(at);
  }

  #startAt(at: number): void {
    this.#line += this.#in.countLines(this.#in.start, at);
    this.#in.start = at;
  }

  #endStatement(items: SplitItem[], last: boolean): boolean {
    const at = this.#in.position;
    if (!this.#begun) {
      this.#in.position = at + 1;
      return true;
    }
    if (this.#copies && this.#words[0] === 'copy') return this.#startCopy(items, last);
    items.push(this.#statement(at));
    this.#in.position = at + 1;
    return true;
  }

  #startCopy(items: SplitItem[], last: boolean): boolean {
    const at = this.#in.position;
    const end = this.#in.find(byte.lineFeed);
    if (end === -1 && !last) return false;
    const rest = this.#in.text(at + 1, end === -1 ? this.#in.length : end);
    if (rest.trim() !== '') throw this.#invalid('something stands between a COPY and its rows');
    const item = this.#statement(at);
    items.push({ ...item, kind: 'copy' });
    this.#in.position = end === -1 ? this.#in.length : end + 1;
    this.#startAt(this.#in.position);
    this.#mode = 'copy';
    return true;
  }

  // `start` is where the rows that were not handed over begin, always at the start of a line.
  #copyRows(items: SplitItem[], last: boolean): boolean {
    const scanner = this.#in;
    const end = scanner.findCopyEnd(last);
    const upTo = end?.at ?? scanner.wholeLinesEnd(last);
    if (upTo > scanner.start) items.push({ kind: 'copyData', bytes: Buffer.from(scanner.bytes(scanner.start, upTo)) });
    this.#startAt(Math.max(upTo, scanner.start));
    if (end === null) return false;
    items.push({ kind: 'copyEnd' });
    scanner.position = end.after;
    this.#startAt(end.after);
    this.#mode = 'code';
    return true;
  }

  #command(items: SplitItem[], last: boolean): boolean {
    const scanner = this.#in;
    const at = scanner.position;
    const end = scanner.find(byte.lineFeed);
    if (end === -1 && !last && scanner.length - at < 1024) return false;
    const text = scanner.text(at, end === -1 ? Math.min(scanner.length, at + 1024) : end);
    if (!this.#begun) this.#startAt(at);
    const line = this.#line + scanner.countLines(scanner.start, at);
    if (this.#begun || !restrictLine.test(text)) {
      throw new RockpoolError('sql_refused', `${this.#file} holds a command of psql in line ${line}.`, {
        hint: 'A dataset must not run commands, so nothing of it was restored. Ask those who publish it.',
        detail: { file: this.#file, line },
      });
    }
    items.push({ kind: 'skipped', text: text.trim(), line });
    scanner.position = end === -1 ? scanner.length : end;
    return true;
  }

  #statement(end: number): Extract<SplitItem, { kind: 'statement' | 'copy' }> {
    const text = this.#textTo(end);
    const line = this.#line;
    const value = (setEscapes.exec(text) ?? callEscapes.exec(text))?.[1]?.toLowerCase();
    if (value !== undefined) this.#plainEscapes = ['off', 'false', 'no', '0', 'of', 'f', 'n'].includes(value);
    this.#begun = false;
    this.#startAt(end);
    this.#parens = 0;
    this.#atomic = 0;
    this.#words = [];
    this.#lastWord = '';
    this.#copies = false;
    this.#closed = null;
    return { kind: 'statement', statement: { text, line, file: this.#file } };
  }

  #textTo(end: number): string {
    let text = '';
    const { start } = this.#in;
    let from = start;
    for (const offset of this.#escapesAt) {
      const at = start + offset;
      text += `${this.#in.text(from, at)}E`;
      from = at;
    }
    this.#escapesAt = [];
    return (text + this.#in.text(from, end)).trimEnd();
  }

  #skipByteOrderMark(last: boolean): boolean {
    if (this.#bomChecked) return true;
    if (this.#in.length < 3 && !last) return false;
    this.#bomChecked = true;
    if (this.#in.bytes(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))) {
      this.#in.position = 3;
      this.#in.start = 3;
    }
    return true;
  }

  #invalid(problem: string): RockpoolError {
    return new RockpoolError('sql_invalid', `${this.#file} is no valid SQL from line ${this.#line} on: ${problem}.`, {
      hint: 'The file may be cut off. Pull it again.',
      detail: { file: this.#file, line: this.#line },
    });
  }
}

/** Splits a whole script. Throws `sql_refused` where it holds rows of a COPY, which only a reader of dumps takes apart. */
export function splitStatements(text: string, file: string): SqlStatement[] {
  const splitter = new StatementSplitter(file);
  const items = [...splitter.push(Buffer.from(text)), ...splitter.end()];
  return items.flatMap((item) => {
    if (item.kind === 'statement') return [item.statement];
    if (item.kind === 'skipped') return [];
    const line = item.kind === 'copy' ? item.statement.line : 0;
    throw new RockpoolError('sql_refused', `${file} holds rows of a COPY in line ${line}.`, {
      hint: 'A schema file holds statements only; rows belong into CSV files.',
      detail: { file, line },
    });
  });
}
