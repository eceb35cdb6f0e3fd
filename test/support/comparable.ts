/**
 * Statements as psql sends them, without what the splitter leaves out: comments that stand before a statement and the
 * semicolon behind it. Nothing is left of what is no statement.
 */
export function ofPsql(sent: readonly string[]): string[] {
  return sent.map((text) => withoutBlankLines(withoutLead(text))).filter((text) => text !== '');
}

/** Statements of the splitter, without what psql leaves out: lines that are blank, wherever no string is open. */
export function ofSplitter(statements: readonly string[]): string[] {
  return statements.map(withoutBlankLines);
}

function withoutLead(text: string): string {
  let rest = text.trimStart();
  for (;;) {
    const before = rest;
    if (rest.startsWith('--')) rest = rest.replace(/^--[^\n\r]*/, '').trimStart();
    if (rest.startsWith('/*')) rest = rest.slice(endOfComment(rest)).trimStart();
    if (rest === before) return rest.trimEnd().replace(/;$/, '').trimEnd();
  }
}

function withoutBlankLines(text: string): string {
  return text.replace(/\n[ \t\n]*\n/g, '\n');
}

function endOfComment(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const pair = text.slice(at, at + 2);
    if (pair === '/*' || pair === '*/') {
      depth += pair === '/*' ? 1 : -1;
      at++;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}
