/**
 * A text of SQL with each comment as one space, in time that grows with its length and no more. It does not know
 * strings, so it is for the first words of a statement, before which nothing but comments and white space stand.
 */
export function withoutComments(text: string): string {
  const parts: string[] = [];
  let from = 0;
  for (const { 0: mark, index } of text.matchAll(/--|\/\*/g)) {
    if (index < from) continue;
    parts.push(text.slice(from, index));
    from = mark === '--' ? lineEnd(text, index) : blockEnd(text, index);
  }
  parts.push(text.slice(from));
  return parts.join(' ');
}

function lineEnd(text: string, from: number): number {
  const end = /[\n\r]/g;
  end.lastIndex = from;
  return end.exec(text)?.index ?? text.length;
}

// Comments nest.
function blockEnd(text: string, from: number): number {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = from;
  for (let depth = 0; ; ) {
    const mark = marks.exec(text);
    if (mark === null) return text.length;
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
}
