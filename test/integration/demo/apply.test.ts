import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRockpoolError, type RockpoolError } from '../../../electron/contract/errors.ts';
import { type DemoBench, openDemoBench } from '../../support/demo-bench.ts';

let bench: DemoBench;

beforeAll(async () => {
  bench = await openDemoBench(`
    CREATE TABLE company (id int PRIMARY KEY, name text NOT NULL, since date, staff int, tags text[], facts jsonb,
      logo text, price numeric(6, 2), code char(3) CHECK (code ~ '^[A-Z]{3}$'));
    INSERT INTO company SELECT i, 'Company ' || i FROM generate_series(1, 100) i;
    CREATE TABLE other (id int REFERENCES company DEFERRABLE INITIALLY DEFERRED, secret text);
    INSERT INTO other VALUES (1, 'row-value-7c1e');
    CREATE TABLE plain (a text, b text, c text);
    INSERT INTO plain VALUES (NULL, NULL, NULL);
    CREATE FUNCTION hang() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
      LOOP BEGIN PERFORM pg_sleep(1000); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$;
    CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      RAISE EXCEPTION 'the row was %', (SELECT secret FROM other); END $$;
    CREATE TABLE told (id int); CREATE TRIGGER t BEFORE INSERT ON told FOR EACH ROW EXECUTE FUNCTION tell();
  `);
});

afterAll(() => bench[Symbol.asyncDispose]());

async function failure(
  sql: string,
  values: Record<string, string> = {},
  deadlineMs = 60_000,
): Promise<RockpoolError> {
  const error = await bench.dress(sql, values, { deadlineMs }).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (isRockpoolError(error)) return error;
  throw new Error(`no error of ours: ${String(error)}`);
}

// Characters that mean something to SQL, to placeholders or to the protocol, beside any others.
const spice = fc.constantFrom(
  "'",
  "''",
  '\\',
  '"',
  '$1',
  '$$',
  '%(b)s',
  '%%',
  '%s',
  ';',
  '--',
  '/*',
  '*/',
  '\n',
  '\r\n',
  '😀',
  'é',
  'E\\',
  '\u202e',
  '\u00a0',
  '{',
  '}',
  ',',
  'NULL',
  '\t',
  '\u0001',
);
const value = fc
  .array(fc.oneof(spice, fc.string({ unit: 'binary', maxLength: 12 })), { maxLength: 12 })
  .map((parts) => parts.join('').replaceAll('\0', ''))
  .filter((text) => text.isWellFormed());

describe('values', () => {
  it('of 1,000 random sets come back byte for byte, and none of them is ever SQL', async () => {
    const canary = await bench.query('SELECT count(*) AS n FROM pg_class');
    let sets = 0;
    await bench.within(async ({ session, ...rest }) => {
      const { readScript } = await import('../../../electron/demo/script.ts');
      const { runBound } = await import('../../../electron/demo/bound.ts');
      const script = await readScript(
        "UPDATE plain SET a = %(a)s, b = %(b)s || '', c = coalesce(%(a)s, '') || %(the c)s;",
        'demo.sql',
      );
      const check = fc.asyncProperty(value, value, value, async (a, b, c) => {
        sets += 1;
        const values = new Map([
          ['a', a],
          ['b', b],
          ['the c', c],
        ]);
        for (const one of script) await runBound({ session, ...rest }, one, values);
        const { rows } = await session.query('SELECT a, b, c FROM plain');
        expect(rows).toEqual([{ a, b, c: a + c }]);
      });
      await fc.assert(check, { numRuns: 1000 });
    });
    expect(sets).toBeGreaterThanOrEqual(1000);
    expect(await bench.query('SELECT count(*) AS n FROM pg_class')).toEqual(canary);
  });

  it('go into a date, a number, an array, JSON, a number in brackets and a text that is used twice', async () => {
    const sql = `UPDATE company SET since = %(since)s, staff = %(staff)s, tags = %(tags)s, facts = %(facts)s, price = %(staff)s,
      name = %(staff)s || ' ' || %(since)s, code = upper(%(code)s) WHERE id = %(id)s AND id IN (%(id)s, 4)`;
    const applied = await bench.dress(sql, {
      since: '2026-02-28',
      staff: '42',
      tags: '{one,"two, three"}',
      facts: '{"a": [1, "😀"]}',
      id: '3',
      code: 'abc',
    });
    expect(applied).toEqual({ applied: 1, rows: 1 });
    expect(
      await bench.query('SELECT since, staff, tags, facts, price, name, code FROM company WHERE id = 3'),
    ).toEqual([
      {
        since: '2026-02-28',
        staff: '42',
        tags: '{one,"two, three"}',
        facts: '{"a": [1, "😀"]}',
        price: '42.00',
        name: '42 2026-02-28',
        code: 'ABC',
      },
    ]);
  });

  it('of 1 MB arrive whole, and an empty one is no NULL', async () => {
    const large = '😀x'.repeat(200_000);
    await bench.dress('UPDATE company SET logo = %(logo)s, name = %(empty)s WHERE id = 5', {
      logo: large,
      empty: '',
    });
    const [row] = await bench.query(
      'SELECT md5(logo) AS sum, length(logo) AS n, name FROM company WHERE id = 5',
    );
    const { createHash } = await import('node:crypto');
    expect(row).toEqual({ sum: createHash('md5').update(large).digest('hex'), n: '400000', name: '' });
  });

  it.each([
    ['date', 'UPDATE company SET since = %(x)s', 'no-date-9f2'],
    ['integer', 'UPDATE company SET staff = %(x)s', 'no-number-9f2'],
    ['json', 'UPDATE company SET facts = %(x)s', '{no-json-9f2'],
    ['array', 'UPDATE company SET tags = %(x)s', '{no-array-9f2'],
  ])('that are no %s are named by their parameter and line, and never shown', async (_type, sql, bad) => {
    const error = await failure(`SELECT 1;\n\n${sql}`, { x: bad });
    expect(error.code).toBe('sql_failed');
    expect(error.detail).toMatchObject({ line: 3, parameter: 'x' });
    expect(error.message).toContain('line 3');
    expect(JSON.stringify(error.report())).not.toContain('9f2');
  });

  it('that stand where the server wants a literal are told with what to write', async () => {
    const error = await failure('SELECT 1;\nSELECT\n DATE %(day)s', { day: '2026-01-01' });
    expect(error.detail).toMatchObject({ line: 3, parameter: 'day' });
    expect(error.hint).toContain('%(day)s::date');
  });
});

describe('statements', () => {
  it('hold all together or not at all, also where a constraint waits for the end (C14)', async () => {
    const before = await bench.query("SELECT md5(string_agg(c::text, '' ORDER BY id)) AS sum FROM company c");
    const late = await failure("UPDATE company SET name = 'x';\nDELETE FROM company WHERE id = 1;");
    expect(late.code).toBe('sql_failed');
    expect(late.message).toContain('line 2');
    const second = await failure("UPDATE company SET name = 'y';\nUPDATE company SET\n  nme = 'z';");
    expect(second.detail).toMatchObject({ line: 3 });
    expect(second.message).toContain('nme');
    expect(
      await bench.query("SELECT md5(string_agg(c::text, '' ORDER BY id)) AS sum FROM company c"),
    ).toEqual(before);
  });

  it.each([
    ['a block that commits', 'DO $$ BEGIN COMMIT; END $$'],
    ['a block that sets its role', "DO $$ BEGIN PERFORM set_config('role', 'rockpool', true); END $$"],
    ['a file of the server', "SELECT pg_read_file('/etc/passwd')"],
    ['a program', "DO $$ BEGIN EXECUTE 'COPY plain TO PROGRAM ''true'''; END $$"],
    ['a role', "DO $$ BEGIN EXECUTE 'CREATE ROLE evil SUPERUSER'; END $$"],
  ])('cannot do more than the limited role may: %s (C4, C7, C9, C14)', async (_what, sql) => {
    const error = await failure(`UPDATE plain SET a = 'kept?';\n${sql}`);
    expect(['sql_failed', 'sql_refused']).toContain(error.code);
    expect(error.detail?.line).toBe(2);
    expect(await bench.query("SELECT count(*) AS n FROM plain WHERE a = 'kept?'")).toEqual([{ n: '0' }]);
    expect(await bench.query("SELECT count(*) AS n FROM pg_roles WHERE rolname = 'evil'")).toEqual([
      { n: '0' },
    ]);
  });

  it('that never end and catch being cancelled are ended at the deadline, whatever settings they make (C13)', async () => {
    const error = await failure('SELECT hang()', {}, 700);
    expect(error.code).toBe('timeout');
    expect(error.detail).toMatchObject({ line: 1 });
    const sleeping = await failure(
      "DO $$ BEGIN PERFORM set_config('statement_timeout', '0', true); PERFORM pg_sleep(1e6); END $$",
      {},
      700,
    );
    expect(sleeping.code).toBe('timeout');
  });

  it('end when they are cancelled, also those that catch it', async () => {
    const abort = new AbortController();
    const dressing = bench.dress('SELECT hang()', {}, { signal: abort.signal });
    setTimeout(() => abort.abort(new Error('stop')), 300);
    await expect(dressing).rejects.toThrow('stop');
  });

  it('that return more rows than there is memory take none of it', async () => {
    const before = process.memoryUsage().rss;
    await bench.dress('SELECT repeat(%(x)s, 1000), i FROM generate_series(1, 300000) i', { x: 'x' });
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 ** 2);
  });

  it('tell of a failing rule or trigger without a row of the dataset (F5)', async () => {
    const rule = await failure("UPDATE company SET code = 'abc' WHERE id = 7");
    expect(rule.message).toContain('company_code_check');
    const told = await failure('INSERT INTO told VALUES (1)');
    expect(JSON.stringify(told.report())).not.toContain('row-value-7c1e');
    const unique = await failure('UPDATE company SET id = 1');
    expect(unique.message).toContain('company_pkey');
    expect(JSON.stringify(unique.report())).not.toContain('Key (');
  });

  it('count the rows that blocks and functions write, and hand a value to a block by a setting', async () => {
    const applied = await bench.dress(
      "SELECT set_config('demo.name', %(name)s, true); DO $$ BEGIN UPDATE company SET name = current_setting('demo.name') WHERE id > 90; END $$;",
      { name: "O'Brien" },
    );
    expect(applied).toEqual({ applied: 2, rows: 10 });
    expect(await bench.query("SELECT count(*) AS n FROM company WHERE name = 'O''Brien'")).toEqual([
      { n: '10' },
    ]);
  });

  it('may use %% and a lone % as the percent sign', async () => {
    await bench.dress("UPDATE plain SET a = '100%%' || %(x)s, b = (7 %% 4)::text, c = (9 % 5)::text", {
      x: '%',
    });
    expect(await bench.query('SELECT a, b, c FROM plain')).toEqual([{ a: '100%%', b: '3', c: '4' }]);
  });
});
