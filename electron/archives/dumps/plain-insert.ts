const part = String.raw`(?:"(?:[^"]|"")+"|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)`;
const head = new RegExp(
  String.raw`insert\s+into\s+${part}(?:\s*\.\s*${part})?\s*(?:\(\s*${part}(?:\s*,\s*${part})*\s*\)\s*)?(?:overriding\s+(?:system|user)\s+value\s+)?(?:default\s+values\s*|values(?=[\s(]))`,
  'iy',
);
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
  head.lastIndex = 0;
  if (!head.test(text)) return 'more';
  let at = head.lastIndex;
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
