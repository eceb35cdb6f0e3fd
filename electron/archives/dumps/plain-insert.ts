// The words of an INSERT one by one: one pattern for all of them could be made to try them in too many ways.
const intoTable = /insert\s+into\s+/iy;
const name = /"[^"]*(?:""[^"]*)*"|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const dot = /\s*\.\s*/y;
const opens = /\s*\(\s*/y;
const comma = /\s*,\s*/y;
const closes = /\s*\)\s*/y;
const blank = /\s*/y;
const overriding = /overriding\s+(?:system|user)\s+value\s+/iy;
const values = /default\s+values|values(?=[\s(])/iy;
const dollarQuote = /\$([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
// Numbers, strings, and the words and signs that stand between values; no other word, so no function and no query.
const token =
  /\s+|[(),]|[+-]?\s*(?:0[xob][\da-f_]+|\d[\d_]*(?:\.[\d_]*)?(?:e[+-]?\d+)?|\.\d[\d_]*(?:e[+-]?\d+)?)(?![\w$\u0080-\uffff])|(?:null|true|false)(?![\w$\u0080-\uffff])|[be]?'|x'/iy;
const conflict = /on\s+conflict\s+do\s+nothing\s*$/iy;

/**
 * What an INSERT is: `values` where it holds written-out values and nothing else, so that what comes of it depends on
 * nothing but the table; `unless there` where it also passes over what is there; `more` for any other. Numbers, strings,
 * NULL and truth values are such values, a cast is none.
 */
export function readInsertKind(text: string): 'values' | 'unless there' | 'more' {
  const start = startOfValues(text);
  if (start === null) return 'more';
  let at = start;
  while (at < text.length) {
    token.lastIndex = at;
    const [found] = token.exec(text) ?? [];
    if (found === undefined) {
      const end = afterDollarQuote(text, at);
      if (end === null) {
        conflict.lastIndex = at;
        return conflict.test(text) ? 'unless there' : 'more';
      }
      at = end;
    } else {
      at += found.length;
      if (found.endsWith("'")) {
        const end = endOfString(text, at, /^e/i.test(found));
        if (end === null) return 'more';
        at = end;
      }
    }
  }
  return 'values';
}

// Behind VALUES; null where the statement is not written so up to there.
function startOfValues(text: string): number | null {
  const cursor = new Cursor(text);
  if (!cursor.pass(intoTable) || !cursor.pass(name)) return null;
  if (cursor.pass(dot) && !cursor.pass(name)) return null;
  if (cursor.pass(opens)) {
    do {
      if (!cursor.pass(name)) return null;
    } while (cursor.pass(comma));
    if (!cursor.pass(closes)) return null;
  }
  cursor.pass(blank);
  cursor.pass(overriding);
  return cursor.pass(values) ? cursor.at : null;
}

class Cursor {
  at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Goes past what stands here, if it is that. */
  pass(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const found = pattern.test(this.#text);
    if (found) this.at = pattern.lastIndex;
    return found;
  }
}

function afterDollarQuote(text: string, at: number): number | null {
  dollarQuote.lastIndex = at;
  const [quote] = dollarQuote.exec(text) ?? [];
  if (quote === undefined) return null;
  const end = text.indexOf(quote, at + quote.length);
  return end === -1 ? null : end + quote.length;
}

// Behind the quote that closes the string; two of them are one that belongs to it.
function endOfString(text: string, from: number, hasEscapes: boolean): number | null {
  let backslash = hasEscapes ? text.indexOf('\\', from) : -1;
  for (let at = from; ; ) {
    const quote = text.indexOf("'", at);
    if (quote === -1) return null;
    if (backslash !== -1 && backslash < at) backslash = text.indexOf('\\', at);
    if (backslash !== -1 && backslash < quote) {
      at = backslash + 2;
      continue;
    }
    if (text[quote + 1] !== "'") return quote + 1;
    at = quote + 2;
  }
}
