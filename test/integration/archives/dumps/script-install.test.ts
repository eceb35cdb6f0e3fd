import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InstallResult } from '../../../../electron/contract/install.ts';
import { makeFolder, type TemporaryFolder } from '../../../support/folder.ts';
import { type Home, makeHome } from '../../../support/home.ts';
import { queryAt } from '../../../support/query.ts';
import { rockpool, rockpoolError, rockpoolJson } from '../../../support/rockpool.ts';

let home: Home;
let folder: TemporaryFolder;
beforeAll(async () => {
  home = await makeHome();
  folder = makeFolder();
});
afterAll(async () => {
  folder[Symbol.dispose]();
  await home[Symbol.asyncDispose]();
});

function put(name: string, sql: string): string {
  const path = join(folder.path, name);
  writeFileSync(path, sql);
  return path;
}

const redacted = `CREATE TABLE public.person (id integer, mail text, ssn text);
COPY public.person (id, mail, ssn) FROM stdin;
1	ada-raw-mail@customer.example	raw-ssn-of-ada
\\.
UPDATE public.person SET mail = 'p' || id || '@example.com';
ALTER TABLE public.person DROP COLUMN ssn;
`;

describe('a dump that its publisher redacts behind the rows', () => {
  it('comes redacted, says so, and leaves no raw value in a file of the databases (F9)', async () => {
    const path = put('redacted.sql', redacted);
    const { install, report } = await rockpoolJson<InstallResult>(home, 'install', path, '--as', 'redacted');
    expect(await query(install.url, 'SELECT * FROM person')).toEqual([['1', 'p1@example.com']]);
    expect(report.warnings).toContainEqual(expect.objectContaining({ code: 'script_replayed' }));
    expect(report.tables).toMatchObject([{ name: 'person', rows: 1 }]);
    await rockpool(home, 'reset', 'redacted');
    expect(await query(install.url, 'SELECT mail FROM person')).toEqual([['p1@example.com']]);
    await rockpool(home, 'server', 'stop');
    const found = filesWith(join(home.path, 'servers'), /ada-raw-mail|raw-ssn-of-ada/).filter(
      (file) => !/pg_wal/.test(file),
    );
    await rockpool(home, 'server', 'start');
    expect(found).toEqual([]);
  });

  it('does not come where its redaction fails: the line is named, and no value (F5)', async () => {
    const path = put(
      'half.sql',
      `${redacted}UPDATE public.person SET id = mail::int;\nTRUNCATE public.person;\n`,
    );
    const { code, error } = await rockpoolError(home, 'install', path, '--as', 'half');
    expect([code, error.code]).toEqual([1, 'sql_failed']);
    expect(error).toMatchObject({ detail: { line: 7, sqlstate: '22P02' } });
    expect(JSON.stringify(error)).not.toMatch(/p1@example|ada-raw/);
    const { installs } = await rockpoolJson<{ installs: { name: string }[] }>(home, 'list');
    expect(installs.map(({ name }) => name)).toEqual(['redacted']);
  });
});

describe('settings of the database in a dump', () => {
  it('reach the live and every copy of it, those on the list', async () => {
    const path = put(
      'settings.sql',
      `CREATE DATABASE shop;
\\connect shop
ALTER DATABASE shop SET search_path TO 'app', 'public';
ALTER DATABASE shop SET "TimeZone" TO 'Europe/Berlin';
ALTER DATABASE shop SET shop.tenant TO 'acme';
ALTER DATABASE shop SET session_preload_libraries TO 'evil';
ALTER DATABASE shop SET lc_monetary TO 'no such locale';
\\connect shop
CREATE SCHEMA app;
CREATE TABLE person (id int);
INSERT INTO person VALUES (1);
`,
    );
    const { install, report } = await rockpoolJson<InstallResult>(home, 'install', path, '--as', 'settled');
    const sql = `SELECT current_setting('search_path') AS path, current_setting('timezone') AS zone, current_setting('shop.tenant') AS tenant,
      'person'::regclass::oid = 'app.person'::regclass::oid AS same`;
    const expected = [['app, public', 'Europe/Berlin', 'acme', 'true']];
    expect(await query(install.url, sql)).toEqual(expected);
    await rockpool(home, 'reset', 'settled');
    expect(await query(install.url, sql)).toEqual(expected);
    await rockpool(home, 'snapshot', 'save', 'settled', 'one');
    await rockpool(home, 'snapshot', 'restore', 'settled', 'one');
    expect(await query(install.url, sql)).toEqual(expected);
    const left = report.skipped.filter(({ what }) => what === 'database setting');
    expect(left.map(({ name }) => name).sort()).toEqual(['lc_monetary', 'shop']);
  });
});

async function query(url: string, sql: string): Promise<string[][]> {
  return (await queryAt(url, sql)).map((row) => Object.values(row).map(String));
}

/** Files below a folder that hold a text. */
function filesWith(folder: string, pattern: RegExp): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const path = join(folder, name);
    return statSync(path).isFile() && pattern.test(readFileSync(path, 'latin1'));
  });
}
