import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Session } from '../../../electron/sql/connect.ts';
import { readFiles } from '../../support/files.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';

let postgres: TestPostgres;
let session: Session;
beforeAll(async () => {
  postgres = await startPostgres();
  session = await connect(postgres.server.admin);
});
afterAll(async () => {
  await session.close();
  await postgres.stop();
});

// To a reader that takes a backslash for a character these are one statement each.
const smuggled = [
  String.raw`SET x.z = '\'';CREATE TABLE public.smuggled (id int);--'`,
  String.raw`SELECT '\'';COMMIT;CREATE TABLE public.smuggled (id int);--'`,
  'SELECT 1; CREATE TABLE public.smuggled (id int)',
];

describe('one statement of somebody else (C14, C15)', () => {
  it.each(smuggled)('is one, whatever the session says of strings: %s', async (sql) => {
    for (const setting of ['on', 'off']) {
      await session.query(`SET standard_conforming_strings = ${setting}`);
      await session.query(sql).catch(() => {});
      await session.client.query(sql).catch(() => {});
      await session.client.query({ text: sql, rowMode: 'array' }).catch(() => {});
    }
    await session.query('RESET standard_conforming_strings');
    const { rows } = await session.query("SELECT pg_catalog.to_regclass('public.smuggled') AS made");
    expect(rows).toEqual([{ made: null }]);
  });

  it('says so as the server does', async () => {
    await expect(session.query('SELECT 1; SELECT 2')).rejects.toMatchObject({ code: '42601' });
    await expect(session.query('SELECT 1; SELECT $1::int', [1])).rejects.toMatchObject({ code: '42601' });
    expect((await session.query('SELECT $1::text AS a', ['x'])).rows).toEqual([{ a: 'x' }]);
    await session.script('BEGIN; SELECT 1; COMMIT');
  });

  it('is all that is sent: several are sent in few places, and all of these are our own', () => {
    const found = readFiles(['electron'], ['.ts']).filter(
      ({ path, text }) => path !== 'electron/sql/connect.ts' && /\.script\(/.test(text),
    );
    expect(found.map(({ path }) => path).toSorted()).toEqual([
      // Triggers on tables, whose names are quoted.
      'electron/demo/capture.ts',
      // BEGIN, its settings and a lock.
      'electron/installs/hold.ts',
      // COMMIT and BEGIN.
      'electron/restore/largeobjects.ts',
      // Roles and their settings, with names and values that are quoted.
      'electron/sql/lay.ts',
    ]);
    const clients = readFiles(['electron'], ['.ts']).filter(({ text }) =>
      /new pg\.(Client|Pool)\b/.test(text),
    );
    expect(clients.map(({ path }) => path)).toEqual(['electron/sql/connect.ts']);
  });
});
