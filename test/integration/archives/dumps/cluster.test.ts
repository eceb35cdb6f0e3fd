import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContentsOptions } from '../../../../electron/archives/layout.ts';
import { withSession } from '../../../../electron/sql/connect.ts';
import { clientPrograms, openCached, runClient } from '../../../support/dumps.ts';
import { type Bench, openBench } from '../../../support/restoring.ts';
import { skipUnless } from '../../../support/skip.ts';

let bench: Bench;
let dump: Buffer;
let inserts: Buffer;
beforeAll(async () => {
  if (clientPrograms === null) return;
  bench = await openBench({ bin: clientPrograms });
  const { admin } = bench.postgres.server;
  await bench.asAdmin(async (session) => {
    await session.query("CREATE ROLE boss LOGIN PASSWORD 'x'");
    await session.query('CREATE DATABASE shop TEMPLATE template0 OWNER boss');
    await session.query(`CREATE DATABASE "odd ""name" TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'`);
    await session.query('CREATE DATABASE empty TEMPLATE template0');
  });
  const fill = (database: string, sql: string): Promise<void> =>
    withSession({ ...admin, database }, {}, async (session) => {
      await session.script(sql);
    });
  await fill(
    'shop',
    "CREATE TABLE item (id integer, name text); INSERT INTO item VALUES (1, 'grün'), (2, 'b');",
  );
  await fill('odd "name', "CREATE TABLE thing (name text); INSERT INTO thing VALUES ('größe');");
  dump = await runClient('pg_dumpall', admin, ['--no-role-passwords']);
  inserts = await runClient('pg_dumpall', admin, ['--no-role-passwords', '--inserts']);
});
afterAll(async () => {
  await bench?.[Symbol.asyncDispose]();
});

const open = (bytes: Buffer, options: ContentsOptions = {}) =>
  openCached(bench.core, { 'all.sql': bytes }, options);

describe('the dump of a cluster', skipUnless(clientPrograms !== null, 'it needs pg_dumpall'), () => {
  it('asks which database is meant, and names those that hold something', async () => {
    await expect(open(dump)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/odd "name.*shop|shop.*odd "name/),
      hint: expect.stringContaining('--database NAME'),
    });
    await expect(open(dump, { database: 'stop' })).rejects.toMatchObject({
      code: 'usage',
      message: 'all.sql holds no database stop.',
      hint: expect.stringContaining('shop'),
    });
  });

  it('gives the one that is asked for, and lists the others and the roles as left out', async () => {
    const { result, rows } = await bench.restore(await open(dump, { database: 'shop' }));
    expect(await rows('SELECT id, name FROM item ORDER BY 1')).toEqual([
      ['1', 'grün'],
      ['2', 'b'],
    ]);
    expect(result.tables.map(({ name }) => name)).toEqual(['item']);
    expect(result.skipped).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ what: 'database', name: 'odd "name' }),
        expect.objectContaining({ what: 'role', name: 'boss' }),
      ]),
    );
  });

  it('gives each database in its own encoding', async () => {
    const { database, rows } = await bench.restore(await open(dump, { database: 'odd "name' }));
    const encoding = await bench.asAdmin((session) =>
      session.query('SELECT pg_encoding_to_char(encoding) AS name FROM pg_database WHERE datname = $1', [
        database,
      ]),
    );
    expect(encoding.rows).toEqual([{ name: 'LATIN1' }]);
    expect(await rows('SELECT name FROM thing')).toEqual([['größe']]);
  });

  it('gives the rows of one database where all are INSERTs', async () => {
    const { result, rows } = await bench.restore(await open(inserts, { database: 'shop' }));
    expect(await rows('SELECT count(*) FROM item')).toEqual([['2']]);
    expect(result.tables.map(({ name }) => name)).toEqual(['item']);
  });
});

const one = (name: string): string =>
  `CREATE DATABASE ${name};\n\\connect ${name}\nCREATE TABLE public.${name}_table (a integer);\nCOPY public.${name}_table (a) FROM stdin;\n1\n\\.\n`;

describe(
  'a plain dump with several databases',
  skipUnless(clientPrograms !== null, 'it needs a server'),
  () => {
    it('asks which one is meant, too', async () => {
      const text = Buffer.from(`SET client_encoding = 'UTF8';\n${one('a')}${one('b')}`);
      await expect(open(text)).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringContaining('a, b'),
      });
      const { result } = await bench.restore(await open(text, { database: 'b' }));
      expect(result.tables).toMatchObject([{ name: 'b_table', rows: 1 }]);
    });

    it('of one database takes its name, and refuses any other', async () => {
      const text = Buffer.from(`SET client_encoding = 'UTF8';\n${one('a')}`);
      await expect(open(text, { database: 'b' })).rejects.toMatchObject({ code: 'usage' });
      expect((await open(text, { database: 'a' })).data).toMatchObject([{ table: 'a_table' }]);
    });

    it('is refused where it connects to one that it has not made (C1)', async () => {
      const text = Buffer.from(`SET client_encoding = 'UTF8';\n${one('a')}\\connect postgres\n`);
      await expect(open(text, { database: 'a' })).rejects.toMatchObject({ code: 'sql_refused' });
    });
  },
);
