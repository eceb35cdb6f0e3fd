import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadParser } from '../../../electron/sql/parser.ts';
import { StatementSplitter } from '../../../electron/sql/split.ts';
import type { SplitItem } from '../../../electron/sql/split-items.ts';
import { splitStatements } from '../../../electron/sql/split-statements.ts';

function splitInPieces(script: Buffer, pieceBytes: number): SplitItem[] {
  const splitter = new StatementSplitter('s.sql');
  const items: SplitItem[] = [];
  for (let at = 0; at < script.length; at += pieceBytes) {
    items.push(...splitter.push(script.subarray(at, at + pieceBytes)));
  }
  items.push(...splitter.end());
  return joinRows(items);
}

// Rows may come in any number of pieces.
function joinRows(items: readonly SplitItem[]): SplitItem[] {
  const joined: SplitItem[] = [];
  for (const item of items) {
    const last = joined.at(-1);
    if (item.kind === 'copyData' && last?.kind === 'copyData') {
      joined[joined.length - 1] = { ...last, sizeBytes: last.sizeBytes + item.sizeBytes };
    } else joined.push(item);
  }
  return joined;
}

const texts = (script: string): string[] => splitStatements(script, 's.sql').map(({ text }) => text);

describe('StatementSplitter', () => {
  const script = Buffer.from(`\ufeff\\restrict abc123
/* one /* nested; */ ; */ select $a$;$b$;$a$, a$b$c, E'\\';', U&"x;" ; -- end;
create function f() returns int begin atomic select case when true then 1 end; select ';'; end;
copy "t;" (a) from stdin with csv;
1;\\.
\\.x
"a
\\.
set standard_conforming_strings = off; select 'it\\'s;', $1, 'plain';
insert into é values ('ü;'); create rule r as on insert to t do (select 1; select 2)
;\\unrestrict abc123
select 'last'`);

  it('gives the same for any cut of the bytes (C16)', () => {
    const whole = splitInPieces(script, script.length);
    expect(whole.map(({ kind }) => kind)).toEqual([
      'skipped',
      'statement',
      'statement',
      'copy',
      'copyData',
      'copyEnd',
      'statement',
      'statement',
      'statement',
      'statement',
      'skipped',
      'statement',
    ]);
    for (let pieceBytes = 1; pieceBytes < 70; pieceBytes++)
      expect(splitInPieces(script, pieceBytes)).toEqual(whole);
  });

  it('tells where rows stand, up to a line that is \\. alone (C1)', () => {
    const rows = splitInPieces(script, 7).find(({ kind }) => kind === 'copyData');
    const at = script.indexOf('1;');
    expect(rows).toEqual({ kind: 'copyData', at, sizeBytes: '1;\\.\n\\.x\n"a\n'.length });
  });

  it('says in which line of the file a statement begins', () => {
    const lines = splitStatements(
      '\n-- a\n\n/* b\n*/ select\n1;\r\nselect 2; select 3;\n\n;\nselect $$\n\n$$; select 4',
      's',
    );
    expect(lines.map(({ line }) => line)).toEqual([5, 7, 7, 10, 12]);
  });

  it('counts lines through the rows of a COPY', () => {
    const items = splitInPieces(Buffer.from('copy t from stdin;\n1\n2\n3\n\\.\nselect 1;'), 5);
    expect(items.at(-1)).toMatchObject({ statement: { text: 'select 1', line: 6 } });
  });

  it('follows strings into the next line as the server does, where psql does not (C16)', async () => {
    const parser = await loadParser();
    expect(texts("select E'a' -- ';\n '\\';b'; select 'c'")).toEqual([
      "select E'a' -- ';\n '\\';b'",
      "select 'c'",
    ]);
    const statements = splitStatements("select E'a'\n '\\';b'; select 'a'\n'b\\'; select 'c'", 's.sql');
    expect(statements.map(({ text }) => text)).toEqual([
      "select E'a'\n '\\';b'",
      "select 'a'\n'b\\'",
      "select 'c'",
    ]);
    for (const statement of statements) expect(Object.keys(parser.parse(statement))).toEqual(['SelectStmt']);
  });

  it('writes strings of a script without standard_conforming_strings so that they mean the same with it (C16)', () => {
    const off = "set standard_conforming_strings to off; select 'it\\'s;'; ";
    expect(texts(`${off}select 'a'`)).toEqual([
      'set standard_conforming_strings to off',
      "select E'it\\'s;'",
      "select E'a'",
    ]);
    expect(texts(`${off}set standard_conforming_strings = on; select 'a\\'`).at(-1)).toBe("select 'a\\'");
    const called = "select pg_catalog.set_config('standard_conforming_strings', 'off', false); select '\\';'";
    expect(texts(called).at(-1)).toBe("select E'\\';'");
  });

  it.each([
    ['\\! rm -rf x', 1],
    ['select 1;\n\\copy t from x', 2],
    ['\n\n\\i other.sql', 3],
    ['select 1 \\gexec', 1],
    ['select 1;\n\\o x\n', 2],
    ['\\connect other\n', 1],
    ['\\restrict a-b\n', 1],
    ['\\restrict\n', 1],
    ['\\restrict abc \\! x\n', 1],
    ['select 1 \\restrict abc\n', 1],
    ['select 1 \\; select 2;', 1],
    ['\\.\n', 1],
    ['`ls`; \\q', 1],
    ["select 'a' \\bind x\n \\g", 1],
    ['copy t from stdin;\n1\n\\.\n\\! x', 4],
  ])('refuses %j with its line (C1)', (sql, line) => {
    const splitting = (): SplitItem[] => splitInPieces(Buffer.from(sql), 3);
    expect(splitting).toThrow(
      expect.objectContaining({ code: 'sql_refused', detail: { file: 's.sql', line } }),
    );
  });

  it.each(["select 'a", 'select "a', 'select $x$ a $y$', 'select /* a', "select E'\\'"])(
    'refuses %j, which has no end',
    (sql) => {
      expect(() => splitStatements(sql, 's.sql')).toThrow(expect.objectContaining({ code: 'sql_invalid' }));
    },
  );

  it('refuses a script that ends inside the rows of a COPY (C24)', () => {
    const cut = (): SplitItem[] => splitInPieces(Buffer.from('copy t from stdin;\n1\n2'), 4);
    expect(cut).toThrow(expect.objectContaining({ code: 'archive_damaged' }));
  });

  it('reads a COPY to stdout, and one out of a query, as plain statements', () => {
    expect(texts('copy t to stdout; copy (select a from stdin) to stdout; select 1')).toHaveLength(3);
  });
});

describe('splitStatements', () => {
  const quoted = fc.string().map((text) => `'${text.replaceAll("'", "''").replaceAll('\0', '')}'`);
  const named = fc.string().map((text) => `"${text.replaceAll('"', '""').replaceAll('\0', '')}"`);
  const escaped = fc.string().map((text) => `E'${text.replace(/[\\']/g, '\\$&').replaceAll('\0', '')}'`);
  const dollars = fc.string().map((text) => `$q$${text.replaceAll('$', '').replaceAll('\0', '')}$q$`);
  const comment = fc.string().map((text) => `/*${text.replace(/[*/\0]/g, '')}*/`);
  const word = fc.constantFrom('select', 'a$b', '$1', '1.5', '+', ',', '(a; b)', 'é', '::', '[', ']', '%');
  const part = fc.oneof(quoted, named, escaped, dollars, comment, word);
  const statement = fc
    .tuple(fc.constantFrom('select', 'insert', 'with'), fc.array(part, { maxLength: 8 }))
    .map(([first, parts]) => [first, ...parts].join(' '));

  it('gives back any list of statements that were joined (C16)', () => {
    fc.assert(
      fc.property(
        fc.array(statement),
        fc.constantFrom(';', ';\n', '\n;\r\n', ' ; -- x;\n', ';;/* ; */'),
        (list, between) => {
          const back = texts(list.map((text) => text + between).join(''));
          expect(back).toEqual(list.map((text) => text.trimEnd()));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('refuses rows in a script that should hold statements only', () => {
    const script = 'create table t (a int);\ncopy t from stdin;\n1\n\\.\n';
    expect(() => texts(script)).toThrow(
      expect.objectContaining({ code: 'sql_refused', detail: { file: 's.sql', line: 2 } }),
    );
  });
});
