import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeArchive } from '../../../support/archive-writer.ts';
import { openCached } from '../../../support/dumps.ts';
import { type Bench, openBench } from '../../../support/restoring.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const head = "--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = 'UTF8';\n";
const foot = '--\n-- PostgreSQL database dump complete\n--\n';
const plain = (body: string): Buffer => Buffer.from(`${head}${body}\n${foot}`);
const mark = '/tmp/rockpool-was-here';

async function restore(name: string, bytes: Buffer) {
  const contents = await openCached(bench.core, { [name]: bytes });
  try {
    return await bench.restore(contents);
  } finally {
    await contents.close?.();
  }
}

function isCleanAfter(): void {
  const unpacked = join(bench.core.paths.cache, 'incoming');
  expect(existsSync(unpacked) ? readdirSync(unpacked) : []).toEqual([]);
  expect(existsSync(mark)).toBe(false);
}

describe('commands of psql in a dump (C1)', () => {
  it('are data where they stand among the rows of a COPY', async () => {
    const rows = [`\\\\! touch ${mark}`, "it's; \\\\i x", '\\\\.'];
    const sql = `CREATE TABLE public.t (a text);\nCOPY public.t (a) FROM stdin;\n${rows.join('\n')}\n\\.\n`;
    const { rows: read } = await restore('a.sql', plain(sql));
    expect(await read('SELECT a FROM t')).toEqual([[`\\! touch ${mark}`], ["it's; \\i x"], ['\\.']]);
    isCleanAfter();
  });

  it.each([
    ['\\!', `\\! touch ${mark}`],
    ['\\i', '\\i /etc/passwd'],
    ['\\copy', "\\copy public.t from program 'id'"],
    ['\\o', `\\o ${mark}`],
    ['\\connect elsewhere', '\\connect postgres'],
    ['\\connect with a backquote', '\\connect `id`'],
    ['\\gexec', "SELECT 'x' \\gexec"],
  ])('are refused outside of them, with their line: %s', async (_what, command) => {
    const sql = `CREATE TABLE public.t (a text);\n${command}\n`;
    await expect(restore('a.sql', plain(sql))).rejects.toMatchObject({
      code: 'sql_refused',
      detail: { line: 7 },
    });
    expect(await bench.strays()).toEqual(['build1']);
    isCleanAfter();
  });

  it('are refused after the end of rows that hold a line of their own', async () => {
    const sql = `CREATE TABLE public.t (a text);\nCOPY public.t (a) FROM stdin;\nx\n\\.\n\\! touch ${mark}\n`;
    await expect(restore('a.sql', plain(sql))).rejects.toMatchObject({ code: 'sql_refused' });
    isCleanAfter();
  });
});

describe('a COPY that is more than rows (C4)', () => {
  it.each([
    ['a program', "COPY public.t FROM PROGRAM 'id';"],
    ['a file of the server', "COPY public.t FROM '/etc/passwd';"],
    ['a query', "COPY (SELECT 1) TO '/tmp/x';"],
  ])('is refused for %s', async (_what, copy) => {
    await expect(restore('a.sql', plain(`CREATE TABLE public.t (a text);\n${copy}`))).rejects.toMatchObject({
      code: 'sql_refused',
    });
  });

  it('is refused in a table of contents', async () => {
    const archive = writeArchive([
      { kind: 'TABLE', name: 't', sql: 'CREATE TABLE public.t (a text);\n' },
      { kind: 'TABLE DATA', name: 't', copy: "COPY public.t FROM PROGRAM 'id';\n", rows: '' },
    ]);
    await expect(restore('a.dump', archive)).rejects.toMatchObject({ code: 'sql_refused' });
  });
});

describe('a file that is no dump of one database', () => {
  const tar = Buffer.alloc(1024);
  tar.write('../x.sql');
  tar.write('0000000', 124);
  tar.write('0', 156);
  tar.write('ustar\0', 257);
  let sum = 8 * 32;
  for (const [at, byte] of tar.subarray(0, 512).entries()) if (at < 148 || at >= 156) sum += byte;
  tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const cluster = (body: string): Buffer =>
    Buffer.from(
      `--\n-- PostgreSQL database cluster dump\n--\n${body}\n--\n-- PostgreSQL database cluster dump complete\n--\n`,
    );
  const truncated = gzipSync(plain('CREATE TABLE public.t (a text);\n'.repeat(500)));
  const cases: readonly (readonly [string, Buffer, string, RegExp])[] = [
    ['is empty', Buffer.alloc(0), 'format_unknown', /empty/],
    ['is a web page', Buffer.from('<!doctype html><html>'), 'format_unknown', /web page/],
    ['is encrypted', Buffer.from('Salted__12345678'), 'format_unknown', /encrypted/],
    ['is something else', Buffer.from('GIF89a'), 'format_unknown', /no format that is known/],
    ['is compressed with xz', Buffer.from('\xfd7zXZ\0', 'latin1'), 'format_unknown', /xz/],
    ['holds roles only', cluster('CREATE ROLE boss;\n'), 'format_unknown', /roles only/],
    ['is plain and cut', Buffer.from(`${head}CREATE TABLE public.t (a te`), 'archive_damaged', /last line/],
    ['is plain and cut in its rows', plain('COPY t FROM stdin;\nx\n'), 'archive_damaged', /inside the rows/],
    ['is a cut .gz', truncated.subarray(0, truncated.length - 9), 'archive_damaged', /ends early/],
    ['is a tar with ../ in it (C21)', tar, 'unsafe_name', /holds \.\./],
    [
      'is a zip with ../ in it (C21)',
      Buffer.from(zipSync({ '../x.sql': plain('') })),
      'unsafe_name',
      /holds \.\./,
    ],
    [
      'is a zip with one name twice (C21)',
      Buffer.from(zipSync({ 'a.sql': plain(''), 'A.sql': plain('') })),
      'unsafe_name',
      /same name/,
    ],
    [
      'is a zip of anything',
      Buffer.from(zipSync({ a: Buffer.from('1'), b: Buffer.from('2') })),
      'format_unknown',
      /several files/,
    ],
    [
      'is packed too often',
      [1, 2, 3, 4].reduce((bytes) => gzipSync(bytes), plain('')),
      'format_unknown',
      /too often/,
    ],
  ];

  it.each(cases)('%s: says so and leaves nothing behind', async (_what, bytes, code, message) => {
    await expect(restore('a.sql', bytes)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    isCleanAfter();
    expect(await bench.strays()).toEqual(['build1']);
  });
});

describe('CSV files that are packed', () => {
  const files = {
    'shop/1/schema-film.sql': Buffer.from('CREATE TABLE public.film (id integer, title text);'),
    'shop/1/table-film.csv': Buffer.from('id,title\n1,"a, b"\n2,\n'),
    'shop/1/dump-public.film.csv': Buffer.from('1,raw\n'),
  };

  it('are restored from a zip, and raw files in it are not read', async () => {
    const { rows, result } = await restore('a.zip', Buffer.from(zipSync(files)));
    expect(await rows('SELECT * FROM film ORDER BY 1')).toEqual([
      ['1', 'a, b'],
      ['2', null],
    ]);
    expect(result.tables.map(({ name }) => name)).toEqual(['film']);
  });
});

describe('rows as CSV in a plain dump', () => {
  it('are loaded with the options of their COPY', async () => {
    const sql = `CREATE TABLE public.t (a text, b int);
COPY public.t FROM STDIN WITH CSV;
"x, y",1
,
\\.
CREATE TABLE public.u (a text, b int);
COPY public.u (b, a) FROM STDIN WITH (FORMAT csv, HEADER true, DELIMITER ';', NULL 'nil');
b;a
1;nil
\\.
SELECT SETVAL('public.s', 5);
`;
    const { rows } = await restore('complete-dump.sql', plain(`CREATE SEQUENCE public.s;\n${sql}`));
    expect(await rows('SELECT * FROM t')).toEqual([
      ['x, y', '1'],
      [null, null],
    ]);
    expect(await rows('SELECT * FROM u')).toEqual([[null, '1']]);
    expect(await rows("SELECT nextval('s')")).toEqual([['6']]);
  });
});

describe('a dump in LATIN1', () => {
  it('is restored in its own encoding, definitions and rows', async () => {
    const archive = writeArchive(
      [
        { kind: 'TABLE', name: 'größe', sql: 'CREATE TABLE public."größe" ("ä" text);\n' },
        {
          kind: 'TABLE DATA',
          name: 'größe',
          copy: 'COPY public."größe" ("ä") FROM stdin;\n',
          rows: '\xe4\xf6\xfc\n',
        },
      ],
      { encoding: 'LATIN1' },
    );
    const { rows } = await restore('a.dump', archive);
    expect(await rows('SELECT "ä", octet_length("ä") FROM "größe"')).toEqual([['äöü', '3']]);
    expect(await rows("SELECT current_setting('server_encoding')")).toEqual([['LATIN1']]);
  });
});

describe('a dump in SQL_ASCII', () => {
  it('keeps its bytes, also those that are text in no encoding', async () => {
    const archive = writeArchive(
      [
        { kind: 'TABLE', name: 't', sql: 'CREATE TABLE public.t (a text);\n' },
        { kind: 'TABLE DATA', name: 't', copy: 'COPY public.t (a) FROM stdin;\n', rows: '\xe4\xff\n' },
      ],
      { encoding: 'SQL_ASCII' },
    );
    const { rows } = await restore('a.dump', archive);
    expect(await rows("SELECT encode(a::bytea, 'hex') FROM t")).toEqual([['e4ff']]);
  });
});

describe('code in other languages (C5)', () => {
  const inC = "CREATE FUNCTION public.f(text) RETURNS int\n    LANGUAGE c\n    AS 'libc', 'system';";
  const inSql = "CREATE FUNCTION public.g() RETURNS text LANGUAGE sql AS $$ SELECT 'language c' $$;";
  const left = [
    { what: 'language', name: 'plperlu' },
    { what: 'function', name: 'public.f' },
  ];

  it('is left out of a plain dump and listed, all else is there', async () => {
    const { rows, result } = await restore('a.sql', plain(`CREATE LANGUAGE plperlu;\n${inC}\n${inSql}`));
    expect(result.skipped).toMatchObject(left);
    expect(await rows("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace")).toEqual([
      ['g'],
    ]);
  });

  it('is left out of a dump with a table of contents', async () => {
    const archive = writeArchive([
      { kind: 'PROCEDURAL LANGUAGE', name: 'plperlu', sql: 'CREATE PROCEDURAL LANGUAGE plperlu;\n' },
      { kind: 'FUNCTION', name: 'f(text)', sql: `${inC}\n` },
      { kind: 'FUNCTION', name: 'g()', sql: `${inSql}\n` },
    ]);
    const { rows, result } = await restore('a.dump', archive);
    expect(result.skipped).toMatchObject(left);
    expect(await rows("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace")).toEqual([
      ['g'],
    ]);
  });
});
