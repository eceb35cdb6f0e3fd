import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RockpoolError } from '../../../electron/contract/errors.ts';
import { contentsOf } from '../../support/contents.ts';
import { type Bench, openBench } from '../../support/restoring.ts';

let bench: Bench;
beforeAll(async () => {
  // What a server says in its log when nobody has told it otherwise.
  bench = await openBench({ settings: ['log_min_error_statement=error', 'log_error_verbosity=default'] });
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const secret = 'jane.doe@example.org';

async function failureOf(sql: string, csv: string | Buffer): Promise<RockpoolError> {
  try {
    await bench.restore(contentsOf(sql, { 'public.t': csv }));
  } catch (error) {
    if (error instanceof RockpoolError) return error;
    throw error;
  }
  throw new Error('the restore succeeded');
}

const table = `CREATE TYPE mood AS ENUM ('ok'); CREATE DOMAIN adult AS int CHECK (VALUE > 17);
  CREATE TABLE t (id int NOT NULL, email text, mood mood, age adult, "odd: ""col" date, short varchar(3));`;

describe('a file whose rows do not fit', () => {
  it.each<[string, string, string | Buffer, string, object]>([
    [
      'of another type',
      table,
      `id,email\n1,a\n${secret},b\n`,
      'load_failed',
      { record: 2, line: 3, column: 'id', sqlstate: '22P02' },
    ],
    [
      'outside of an enum',
      table,
      `id,mood\n1,ok\n2,${secret}\n`,
      'load_failed',
      { record: 2, column: 'mood', sqlstate: '22P02' },
    ],
    [
      'outside of a domain',
      table,
      'id,age\n1,20\n2,12\n',
      'load_failed',
      { record: 2, column: 'age', sqlstate: '23514' },
    ],
    [
      'without a date',
      table,
      `id,"odd: ""col"\n1,2020-01-01\n2,${secret}\n`,
      'load_failed',
      { record: 2, column: 'odd: "col', sqlstate: '22007' },
    ],
    [
      'too long',
      table,
      `id,short\n1,abc\n2,${secret}\n`,
      'load_failed',
      { record: 2, column: 'short', sqlstate: '22001' },
    ],
    [
      'empty where they must not be',
      table,
      `id,email\n1,"a\nb"\n2,"x\n\ny"\n,${secret}\n`,
      'load_failed',
      { record: 3, line: 7, column: 'id', sqlstate: '23502' },
    ],
    [
      'empty in a file with other line ends',
      table,
      `id,email\r\n1,"a\r\nb\nc"\r\n2,"x\r\ny\n"\r\n,${secret}\r\n`,
      'load_failed',
      { record: 3, line: 8, column: 'id', sqlstate: '23502' },
    ],
    [
      'twice',
      'CREATE TABLE t (email text PRIMARY KEY);',
      `email\n${secret}\n${secret}\n`,
      'load_failed',
      { record: 2, constraint: 't_pkey', sqlstate: '23505' },
    ],
    [
      'twice, for a key that comes later',
      'CREATE TABLE t (email text); ALTER TABLE t ADD CONSTRAINT k UNIQUE (email);',
      `email\n${secret}\n${secret}\n`,
      'load_failed',
      { file: 'schema.sql', line: 1, sqlstate: '23505' },
    ],
    [
      'against a check',
      'CREATE TABLE t (email text, CONSTRAINT c CHECK (length(email) < 5));',
      `email\n${secret}\n`,
      'load_failed',
      { record: 1, constraint: 'c', sqlstate: '23514' },
    ],
    [
      'against a check that comes later',
      'CREATE TABLE t (email text); ALTER TABLE t ADD CONSTRAINT c CHECK (length(email) < 5);',
      `email\n${secret}\n`,
      'load_failed',
      { file: 'schema.sql', sqlstate: '23514' },
    ],
    [
      'for an index on an expression',
      'CREATE TABLE t (email text); CREATE INDEX i ON t ((email::int));',
      `email\n${secret}\n`,
      'load_failed',
      { sqlstate: '22P02' },
    ],
    [
      'with a field too many',
      table,
      `id,email\n1,a\n2,b,${secret}\n`,
      'csv_invalid',
      { record: 2, sqlstate: '22P04' },
    ],
    [
      'with a field too few',
      table,
      `id,email,short\n1,a,b\n2,${secret}\n`,
      'csv_invalid',
      { record: 2, line: 3, sqlstate: '22P04' },
    ],
    [
      'with bytes that are no UTF-8',
      table,
      Buffer.concat([
        Buffer.from('id,email\n1,a\n2,'),
        Buffer.from([0xff, 0xfe]),
        Buffer.from(`${secret}\n`),
      ]),
      'csv_invalid',
      { record: 2, sqlstate: '22021' },
    ],
    [
      'with a zero byte',
      table,
      `id,email\n1,a\n2,${secret}\0\n`,
      'csv_invalid',
      { record: 2, sqlstate: '22021' },
    ],
    ['with a quote that never ends', table, `id,email\n1,"${secret}\n2,b\n`, 'csv_invalid', {}],
  ])('names record and column of rows %s, and no value (C23, F5)', async (_what, sql, csv, code, detail) => {
    const before = bench.postgres.log().length;
    const error = await failureOf(sql, csv);
    expect(error).toMatchObject({ code, detail: expect.objectContaining(detail) });
    const told = JSON.stringify([
      error.report(),
      error.cause,
      bench.core.state.rows('SELECT * FROM job_log'),
      bench.core.state.rows('SELECT * FROM jobs'),
    ]);
    expect(told).not.toContain('jane.doe');
    expect(bench.postgres.log().slice(before)).not.toContain('jane.doe');
  });

  it('repeats no value of a script that inserts rows, nor of rows that statistics stumble over (F5)', async () => {
    const inserting = `CREATE TABLE n (a int); INSERT INTO n VALUES ('${secret}');`;
    const strict = `CREATE FUNCTION strict(t text) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
      IF current_query() ~ '^ANALYZE' THEN RAISE EXCEPTION 'bad %', t; END IF; RETURN 1; END $$;
      CREATE TABLE t (email text); CREATE STATISTICS s ON (strict(email)) FROM t;`;
    for (const sql of [inserting, strict]) {
      const error = await failureOf(
        `${sql} ${sql === inserting ? 'CREATE TABLE t (email text);' : ''}`,
        `email\n${secret}\n`,
      );
      expect(error.code).toBe('load_failed');
      expect(JSON.stringify([error.report(), error.cause])).not.toContain('jane.doe');
    }
  });

  it('refuses a file in which a line \\. ends the load early, where the server lets it (C24)', async () => {
    const contents = contentsOf('CREATE TABLE t (a text);', { t: 'a\n1\n2\n' });
    const [data] = contents.data;
    if (data === undefined) throw new Error('no data');
    // The reader counts three records while two go through, as it would with a server before version 18.
    const lying = { ...data, open: async () => ({ ...(await data.open()), records: () => 3 }) };
    await expect(bench.restore({ ...contents, data: [lying] })).rejects.toMatchObject({
      code: 'rows_mismatch',
      detail: { records: 3, rows: 2 },
    });
    expect(await bench.strays()).toEqual([]);
  });

  it('takes rows that only look odd: \\., quotes, line breaks, a byte order mark, no last line end', async () => {
    const csv = '\ufeffa,b\r\n"\\.","x ""y"", z"\r\n"two\nlines",\r\n\\N,""\r\nlast,é';
    const { result, rows } = await bench.restore(contentsOf('CREATE TABLE q (a text, b text);', { q: csv }));
    expect(result.tables[0]?.rows).toBe(4);
    expect(await rows('SELECT a, b FROM q')).toEqual([
      ['\\.', 'x "y", z'],
      ['two\nlines', null],
      ['\\N', ''],
      ['last', 'é'],
    ]);
  });

  it('names the columns that a table lacks, and says so when the first line is data', async () => {
    await expect(failureOf(table, 'id,emial\n1,a\n')).resolves.toMatchObject({
      code: 'csv_header_mismatch',
      message: expect.stringContaining('emial'),
      hint: expect.stringContaining('email'),
    });
    const headless = await failureOf(table, `1,${secret}\n2,b\n`);
    expect(headless.code).toBe('csv_header_missing');
    expect(JSON.stringify(headless.report())).not.toContain('jane.doe');
  });

  it('leaves neither database nor role behind when a load fails', async () => {
    await failureOf(table, 'id\nx\n');
    expect((await bench.strays()).filter((name) => name.startsWith('rp_job_'))).toEqual([]);
    expect(bench.core.state.rows('SELECT * FROM leftovers')).toEqual([]);
  });
});
