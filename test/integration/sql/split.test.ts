import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findBinaries } from '../../../electron/servers/binaries.ts';
import { StatementSplitter } from '../../../electron/sql/split.ts';
import { ofPsql, ofSplitter } from '../../support/comparable.ts';
import { psqlProgram, statementsOfPsql } from '../../support/psql.ts';

const psql = psqlProgram ?? '';

function statementsOfOurs(script: Buffer): string[] {
  const splitter = new StatementSplitter('script.sql');
  const items = [...splitter.push(script), ...splitter.end()];
  return items.flatMap((item) =>
    item.kind === 'statement' || item.kind === 'copy' ? [item.statement.text] : [],
  );
}

async function expectSame(script: string | Buffer): Promise<void> {
  const bytes = Buffer.from(script);
  const theirs = ofPsql(await statementsOfPsql(psql, bytes));
  expect(ofSplitter(statementsOfOurs(bytes))).toEqual(theirs);
}

describe.skipIf(psqlProgram === null)('statements as psql sends them (C16)', () => {
  const folder = join(findBinaries().folder, 'share', 'postgresql', 'extension');

  it('agrees on every script of the extensions that PostgreSQL comes with', async () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.sql'));
    expect(files.length).toBeGreaterThan(100);
    // Their first lines stop psql on purpose.
    const script = files
      .map((file) => readFileSync(join(folder, file), 'utf8').replace(/^\\(echo|quit).*$/gm, ''))
      .join('\n;\n');
    expect(statementsOfOurs(Buffer.from(script)).length).toBeGreaterThan(2000);
    await expectSame(script);
  });

  it.each([
    ['nested comments', 'select 1 /* a /* ; */ ; */ ; select 2 -- ; x\n; select/* ; */3;'],
    [
      'dollar quotes and names with dollars',
      'select $$;$$; select $a$ $b$ ; $$ ; $a$; select a$b$c ; select 1 as x$; select $1$a$;$a$;',
    ],
    ['escapes in strings', "select E'\\'; '; select e'a''\\\\'; select 'a\\'; select 'a''; b';"],
    [
      'strings and names in Unicode escapes',
      `select U&'\\0441;'; select u&"a;""b"; select U&'\\'; select 1;`,
    ],
    ['bit and national strings', "select b'1;', x'f;', n'a;', B'\\'; select 2;"],
    ['quoted names', 'select "a;""b", "" ; select "x\ny;";'],
    [
      'parentheses',
      'create rule r as on insert to t do also (insert into a values (1); delete from b); select ((1)); select 2;',
    ],
    [
      'bodies of SQL',
      'create function f() returns int begin atomic select 1; select case when true then 2 end; end; select 3; create or replace procedure p() begin atomic select (case 1 when 1 then 2 end); end; begin; select 4; end;',
    ],
    [
      'operators that hold the beginnings of comments',
      'select 1 +-- ;\n 2; select 1 */* ; */ 2; select 5 @-3;',
    ],
    ['line ends of all kinds', 'select 1;\r\nselect\r\n2;\rselect 3 -- a;\r;select 4'],
    ['a byte order mark', '\ufeffselect 1; select 2;'],
    ['no semicolon in the end', 'select 1; select 2'],
    ['empty statements', ';; ; select 1;; -- x\n ; /* ; */ ;'],
    [
      'rows of a COPY',
      'copy t from stdin;\n1;\n\'\n\\.\nselect 1;\ncopy t (a, "b;") from stdin with csv;\r\n\\\\.\n\\N\n\\.\nselect 2;\ncopy t from stdin;\n\\.\n',
    ],
    [
      'strings with escapes switched on for all',
      "set standard_conforming_strings = off; set standard_conforming_strings = on; select 'a\\'; select 1;",
    ],
    ['letters beyond ASCII', 'select é$x$ ; select "ü;" ; select $é$ ; $é$ ; select ßE\'\\\';'],
  ])('agrees on %s', async (_what, script) => {
    await expectSame(script);
  });

  it('agrees on scripts made of every piece that matters, in any order', async () => {
    const pieces = fc.constantFrom(
      ...[
        "'a'",
        "'\\'",
        "E'\\''",
        "e'",
        "'",
        '"',
        '$$',
        '$a$',
        '$',
        '$1',
        'a$',
        ';',
        ' ',
        '\n',
        '--',
        '/*',
        '*/',
        '(',
        ')',
      ],
      ...[
        'begin',
        'atomic',
        'case',
        'end',
        'create',
        'function',
        'or',
        'replace',
        'x',
        'U&',
        'b',
        '+',
        '-',
        '/',
        '1',
        'é',
        '[',
        ',',
      ],
    );
    const scripts = fc.array(pieces, { minLength: 1, maxLength: 30 }).map((parts) => parts.join(''));
    const samples = fc.sample(scripts, { numRuns: 3000, seed: 20 });
    const whole = samples.filter((script) => {
      try {
        return statementsOfOurs(Buffer.from(`${script}\n;`)).length > 0;
      } catch {
        return false;
      }
    });
    expect(whole.length).toBeGreaterThan(300);
    // A fence between two scripts keeps what psql makes of one from reaching the next.
    const script = whole.map((part) => `${part}\n;\n)))));select 'fence';\n`).join('');
    await expectSame(script);
  });
});
