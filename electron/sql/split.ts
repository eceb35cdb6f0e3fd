import { RockpoolError } from '../contract/errors.ts';
import { byte } from './bytes.ts';
import { Enclosed } from './enclosed.ts';
import { readPlainEscapes } from './escapes.ts';
import { isRestrict, maxCommandBytes, refusedCommand, type SplitterOptions } from './restrict.ts';
import { continuesName, isDigit, isSpace, Scanner, startsName } from './scanner.ts';
import { StatementShape } from './shape.ts';
import type { PlacedStatement, SplitItem } from './split-items.ts';
import { pasteVariable, StatementEdits } from './statement-edits.ts';

// JavaScript's strings end at about 512 MiB; half of it leaves room for copies.
const maxStatementBytes = 256 * 1024 * 1024;

/**
 * Splits a script into the statements that the server would see, by the rules of psql's scanner (psqlscan.l of
 * PostgreSQL 18), while its bytes come in. The encoding must be a superset of ASCII. A `standard_conforming_strings`
 * that is switched off is followed by writing such strings as E'…', so that a statement means the same anywhere.
 * Throws `sql_refused` for psql's commands, `sql_invalid` and `archive_damaged` for what has no end.
 */
export class StatementSplitter {
  readonly #file: string;
  readonly #in: Scanner;
  readonly #takesCommand: (text: string) => boolean;
  readonly #onStatement: (text: string) => void;
  readonly #variableOf: (name: string) => string | null;
  readonly #enclosed = new Enclosed();
  #shape = new StatementShape();
  #inRows = false;
  #begun = false;
  #line = 1;
  #plainEscapes = false;
  readonly #edits = new StatementEdits();
  // The string that has just closed: after white space with a line break a quote opens it again. Here the server is
  // followed; psql, which sees one line at a time, takes the second string for one without escapes.
  #closed: { kind: 'string' | 'escapeString'; lineBreak: boolean } | null = null;

  constructor(file: string, { decode, takesCommand, onStatement, variableOf, from }: SplitterOptions = {}) {
    this.#file = file;
    this.#in = new Scanner(decode);
    this.#takesCommand = takesCommand ?? isRestrict;
    this.#onStatement = onStatement ?? (() => {});
    this.#variableOf = variableOf ?? (() => null);
    if (from !== undefined) {
      this.#line = from.line;
      this.#plainEscapes = from.plainEscapes;
    }
  }

  /** Takes the next bytes and returns what has become whole. */
  push(chunk: Buffer): SplitItem[] {
    this.#in.append(chunk);
    return this.#scan(false);
  }

  /** Returns the rest. A last statement may lack its semicolon. */
  end(): SplitItem[] {
    const items = this.#scan(true);
    if (this.#inRows) {
      throw new RockpoolError('archive_damaged', `${this.#file} ends inside the rows of a COPY.`, {
        hint: 'The file is cut off. Pull it again.',
        detail: { file: this.#file, line: this.#line },
      });
    }
    if (this.#enclosed.kind !== null && this.#enclosed.kind !== 'lineComment') {
      throw this.#invalid('a string, a quoted name or a comment has no end');
    }
    if (this.#begun) items.push(this.#takeStatement('statement', this.#in.length, true));
    return items;
  }

  #scan(last: boolean): SplitItem[] {
    const items: SplitItem[] = [];
    if (!this.#in.skipByteOrderMark(last)) return items;
    while (this.#step(items, last)) {
      // Each step goes as far as it can.
    }
    if (this.#in.position - this.#in.start > maxStatementBytes) {
      throw this.#invalid('a statement is larger than 256 MiB');
    }
    return items;
  }

  // Returns false when it needs bytes that are not there.
  #step(items: SplitItem[], last: boolean): boolean {
    if (this.#inRows) return this.#passRows(items, last);
    if (this.#in.position >= this.#in.length) return false;
    const { kind } = this.#enclosed;
    if (kind === null) return this.#readCode(items, last);
    const more = this.#enclosed.skip(this.#in, last);
    if (this.#enclosed.kind === null && (kind === 'string' || kind === 'escapeString')) {
      this.#closed = { kind, lineBreak: false };
    }
    return more;
  }

  #readCode(items: SplitItem[], last: boolean): boolean {
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
    if (c === byte.minus && next === byte.minus) return this.#enter('lineComment', at + 2);
    if (c === byte.slash && next === byte.star) {
      this.#closed = null;
      return this.#enter('blockComment', at + 2);
    }
    if (c === byte.semicolon && this.#shape.mayEnd) return this.#endStatement(items, last);
    if (c === byte.backslash) return this.#readCommand(items, last);
    if (!this.#begun) this.#startAt(at);
    this.#begun = true;
    return c === byte.quote ? this.#openString(at) : this.#readToken(c, last);
  }

  #readToken(c: number, last: boolean): boolean {
    const scanner = this.#in;
    const at = scanner.position;
    this.#closed = null;
    if (startsName(c)) return this.#readWord(last);
    if (c === byte.doubleQuote) return this.#enter('name', at + 1);
    if (c === byte.dollar) return this.#readDollar(at, last);
    if (c === byte.colon) return this.#readColon(last);
    if (c === byte.open) this.#shape.openParen();
    if (c === byte.close) this.#shape.closeParen();
    // The letters of a number belong to it: 1e'…' is no string with escapes.
    scanner.position = isDigit(c) ? scanner.endOf(at, (b) => isDigit(b) || startsName(b)) : at + 1;
    return true;
  }

  #enter(kind: Parameters<Enclosed['open']>[0], position: number, tag?: Buffer): boolean {
    this.#enclosed.open(kind, tag);
    this.#in.position = position;
    return true;
  }

  #openString(at: number): boolean {
    const again = this.#closed?.lineBreak === true ? this.#closed.kind : null;
    if (again === null && this.#plainEscapes) {
      const offset = at - this.#in.start;
      this.#edits.add(offset, offset, 'E');
    }
    this.#closed = null;
    return this.#enter(again ?? (this.#plainEscapes ? 'escapeString' : 'string'), at + 1);
  }

  #readDollar(at: number, last: boolean): boolean {
    const scanner = this.#in;
    const end = startsName(scanner.at(at + 1))
      ? scanner.endOf(at + 1, (b) => continuesName(b) && b !== byte.dollar)
      : at + 1;
    if (end >= scanner.length && !last) return false;
    if (scanner.at(end) === byte.dollar) {
      return this.#enter('dollar', end + 1, Buffer.from(scanner.bytes(at, end + 1)));
    }
    // `$1` is a parameter and a lone `$` is nothing: both are passed over like an operator.
    scanner.position = at + 1;
    return true;
  }

  #readWord(last: boolean): boolean {
    const scanner = this.#in;
    const at = scanner.position;
    const letter = scanner.at(at) | 0x20;
    const next = scanner.at(at + 1);
    if (next === byte.quote && letter === 0x65) return this.#enter('escapeString', at + 2);
    // b'…' and x'…' know no escapes, whatever the settings.
    if (next === byte.quote && (letter === 0x62 || letter === 0x78)) return this.#enter('string', at + 2);
    const third = scanner.at(at + 2);
    if (letter === 0x75 && next === byte.ampersand && (third === byte.quote || third === byte.doubleQuote)) {
      return this.#enter(third === byte.quote ? 'string' : 'name', at + 3);
    }
    const end = scanner.endOf(at, continuesName);
    if (end >= scanner.length && !last) return false;
    scanner.position = end;
    this.#shape.meet(end - at > 20 ? '' : scanner.word(at, end).toLowerCase());
    return true;
  }

  #endStatement(items: SplitItem[], last: boolean): boolean {
    const at = this.#in.position;
    if (this.#begun && this.#shape.readsRows) return this.#startRows(items, last);
    if (this.#begun) items.push(this.#takeStatement('statement', at));
    this.#in.position = at + 1;
    return true;
  }

  // `::` is a cast and `:=` names an argument; what else stands behind a colon can be a variable of psql.
  #readColon(last: boolean): boolean {
    const scanner = this.#in;
    const at = scanner.position;
    const next = scanner.at(at + 1);
    if (next === byte.colon || next === byte.equals) {
      scanner.position = at + 2;
      return true;
    }
    const quote = next === byte.quote || next === byte.doubleQuote ? next : null;
    const start = quote === null ? at + 1 : at + 2;
    const end = scanner.endOf(start, (b) => b !== byte.dollar && continuesName(b));
    if (end + 1 >= scanner.length && !last) return false;
    const value =
      end === start || (quote !== null && scanner.at(end) !== quote)
        ? null
        : this.#variableOf(scanner.text(start, end));
    if (value === null) {
      scanner.position = at + 1;
      return true;
    }
    const after = quote === null ? end : end + 1;
    this.#edits.add(
      at - scanner.start,
      after - scanner.start,
      pasteVariable(value, quote, { file: this.#file, line: this.#line }),
    );
    scanner.position = after;
    return true;
  }

  #startRows(items: SplitItem[], last: boolean): boolean {
    const scanner = this.#in;
    const at = scanner.position;
    const found = scanner.find(byte.lineFeed);
    if (found === -1 && !last) return false;
    const end = found === -1 ? scanner.length : found;
    const rest = scanner.text(at + 1, end);
    if (rest.trim() !== '') throw this.#invalid('something stands between a COPY and its rows');
    items.push(this.#takeStatement('copy', at));
    scanner.position = Math.min(end + 1, scanner.length);
    this.#startAt(scanner.position);
    this.#inRows = true;
    return true;
  }

  // `start` is where the rows that were not handed over begin, always at the start of a line.
  #passRows(items: SplitItem[], last: boolean): boolean {
    const scanner = this.#in;
    const { start } = scanner;
    const end = scanner.findCopyEnd(last);
    const upTo = end?.at ?? scanner.wholeLinesEnd(last);
    if (upTo > start) {
      items.push({ kind: 'copyData', at: scanner.passedBytes + start, sizeBytes: upTo - start });
    }
    this.#startAt(end?.after ?? Math.max(upTo, start));
    scanner.position = scanner.start;
    if (end === null) return false;
    items.push({ kind: 'copyEnd' });
    this.#inRows = false;
    return true;
  }

  #readCommand(items: SplitItem[], last: boolean): boolean {
    const scanner = this.#in;
    const at = scanner.position;
    const found = scanner.find(byte.lineFeed);
    if (found === -1 && !last && scanner.length - at < maxCommandBytes) return false;
    const end = found === -1 ? Math.min(scanner.length, at + maxCommandBytes) : found;
    const text = scanner.text(at, end);
    if (!this.#begun) this.#startAt(at);
    const line = this.#line + scanner.countLines(scanner.start, at);
    if (this.#begun || !this.#takesCommand(text)) {
      throw refusedCommand(this.#file, line, text);
    }
    items.push({ kind: 'skipped', text: text.trim(), line, at: scanner.passedBytes + at });
    scanner.position = end;
    return true;
  }

  #takeStatement(kind: PlacedStatement['kind'], end: number, isOpen = false): PlacedStatement {
    const text = this.#edits.take(this.#in, end);
    const statement = { text, line: this.#line, file: this.#file };
    const at = this.#in.passedBytes + this.#in.start;
    const placed = { kind, statement, at, plainEscapes: this.#plainEscapes, isOpen };
    this.#plainEscapes = readPlainEscapes(text) ?? this.#plainEscapes;
    this.#onStatement(text);
    this.#begun = false;
    this.#closed = null;
    this.#shape = new StatementShape();
    this.#startAt(end);
    return placed;
  }

  #startAt(at: number): void {
    this.#line += this.#in.countLines(this.#in.start, at);
    this.#in.start = at;
  }

  #invalid(problem: string): RockpoolError {
    return new RockpoolError(
      'sql_invalid',
      `${this.#file} is no valid SQL from line ${this.#line} on: ${problem}.`,
      {
        hint: 'The file may be cut off. Pull it again.',
        detail: { file: this.#file, line: this.#line },
      },
    );
  }
}
