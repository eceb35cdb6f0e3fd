import { describe, expect, it } from 'vitest';
import { bytesOfBuffer } from '../../../../electron/archives/dumps/bytes.ts';
import { openPlain } from '../../../../electron/archives/dumps/plain.ts';
import { isRockpoolError } from '../../../../electron/contract/errors.ts';
import { readRows } from '../../../support/dumps.ts';
import { full } from '../../../support/skip.ts';

const wrap = (body: string, encoding = 'UTF8'): string =>
  `--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = '${encoding}';\n${body}\n--\n-- PostgreSQL database dump complete\n--\n`;
const open = (text: string | Buffer) =>
  openPlain(bytesOfBuffer(Buffer.from(text), 'a.sql'), { schema: null });
// Nothing is open: no statement, no rows of a COPY, no comment other than the last one of a dump.
const isClosed = (text: string): boolean => /(;|\n\\\.)\n?\s*(--[^\n]*\n?)*$/.test(text);
const textsOf = async (text: string): Promise<string[]> => {
  const { scripts } = await open(text);
  return ((await scripts[0]?.statements?.()) ?? []).map((statement) => statement.text);
};

describe('a plain dump', () => {
  it('gives the rows of each table from where they stand', async () => {
    const body = `CREATE TABLE public.a (t text);
COPY public.a (t) FROM stdin;
größe\t;\n'\\\\.\n\\.
COPY public.empty (t) FROM stdin;
\\.
COPY "Odd"."t ""x""" FROM stdin;\r\n1\r\n\\.\r
`;
    expect(await readRows(await open(wrap(body)))).toEqual({
      'public.a': Buffer.from("größe\t;\n'\\\\.\n").toString('latin1'),
      'public.empty': '',
      'Odd.t "x"': '1\r\n',
    });
  });

  it('reads several blocks of one table one after another', async () => {
    const block = (rows: string): string => `COPY public.a (t) FROM stdin;\n${rows}\\.\nSELECT 1;\n`;
    const contents = await open(wrap(block('1\n') + block('2\n')));
    expect(await readRows(contents)).toEqual({ 'public.a': '1\n2\n' });
    const mixed = await open(wrap(`${block('1\n')}COPY public.a (u) FROM stdin;\n2\n\\.\n`));
    expect(await readRows(mixed)).toEqual({ 'public.a': '1\n' });
    expect(mixed.replay).toMatchObject({ line: 10, statements: 1, what: 'COPY of other columns' });
  });

  it('decodes its statements from its own encoding', async () => {
    const text = Buffer.from(wrap('CREATE TABLE public."größe" (id int);', 'LATIN1'), 'latin1');
    const contents = await open(text);
    expect(contents.encoding).toBe('LATIN1');
    expect(await contents.scripts[0]?.read()).toContain('"größe"');
  });

  it('tells the line of a statement in the file', async () => {
    const { scripts } = await open(wrap('COPY a FROM stdin;\n1\n2\n\\.\nSELECT 1;'));
    const statements = await scripts[0]?.statements?.();
    expect(statements?.at(-1)).toMatchObject({ line: 10, file: 'a.sql' });
  });

  it('keeps INSERTs for their turn, with the settings between them', async () => {
    const { statements, scripts } = await open(
      wrap("SET search_path = x;\nINSERT INTO a VALUES (';');\nSELECT 1;"),
    );
    const found: string[] = [];
    for await (const { text } of statements?.[0]?.open() ?? []) found.push(text);
    expect(found.slice(1)).toEqual(['SET search_path = x', "INSERT INTO a VALUES (';')"]);
    expect(await scripts[0]?.read()).not.toContain('INSERT');
  });

  it('loses nothing to what --clean takes away before it is made', async () => {
    const body = `ALTER TABLE public.a ALTER COLUMN id DROP DEFAULT;
CREATE TABLE public.a (id int);
ALTER TABLE ONLY public.a ALTER COLUMN id SET DEFAULT 1;`;
    expect((await textsOf(wrap(body))).filter((text) => /DROP DEFAULT/.test(text))).toEqual([]);
  });

  it.each([
    ['CREATE DATABASE shop;', '\\connect shop'],
    ['CREATE DATABASE "My shop";', '\\connect -reuse-previous=on "dbname=\'My shop\'"'],
    ['CREATE DATABASE "Shop";', '\\connect "Shop"'],
  ])('with --create connects to what it has just made: %s %s (C1)', async (create, connect) => {
    const { skipped } = await open(wrap(`${create}\n${connect}\nCREATE TABLE a (id int);`));
    expect(skipped.map(({ what }) => what)).toEqual(['database', 'connect']);
  });

  it.each([
    'CREATE DATABASE shop;\n\\connect postgres',
    '\\connect shop\nCREATE DATABASE shop;',
    'CREATE DATABASE shop;\nCREATE TABLE a (id int);\n\\connect shop',
  ])('connects nowhere else: %j (C1)', async (body) => {
    await expect(open(wrap(body))).rejects.toMatchObject({ code: 'sql_refused' });
  });

  it('that is cut anywhere is an error, or a warning where a statement or the rows of a COPY have just ended', async () => {
    const whole = wrap(
      `CREATE TABLE a (t text);\nCOPY a FROM stdin;\n${'row\n'.repeat(50)}\\.\nINSERT INTO a VALUES (1);`,
    );
    // The last line end and what is left of the last comment are nothing that could be missed.
    const end = whole.lastIndexOf('dump complete') + 'dump complete'.length;
    const step = full ? 1 : 3;
    for (let length = 30; length < end; length += step) {
      const code = await open(whole.slice(0, length)).then(
        async ({ warnings }) => (isClosed(whole.slice(0, length)) ? warnings[0]?.code : 'no error'),
        (error: unknown) => {
          if (isRockpoolError(error)) return error.code;
          throw error;
        },
      );
      expect([length, code]).toEqual([
        length,
        expect.stringMatching(/archive_damaged|sql_invalid|sql_refused|last_line_missing/),
      ]);
    }
  });
});
